#include "base/err.h"

#include <stdarg.h>
#include <string.h>

static const struct {
    int code;
    const char *text;
} rows[] = {
#define STATUS(name, code, again, doc) [name] = {code, doc},
    HC_STATUS_LIST
#undef STATUS
};

/* The text is made before err is cleared: an argument may point into err. */
static void describe(struct hc_err *err, enum hc_status status, const char *tail,
                     const char *format, va_list args) {
    char what[sizeof err->what];
    int len = vsnprintf(what, sizeof what, format, args);
    if (len < 0)
        what[0] = 0, len = 0;
    if (tail && (size_t)len < sizeof what)
        snprintf(what + len, sizeof what - (size_t)len, ": %s", tail);
    memset(err, 0, offsetof(struct hc_err, what));
    err->hint[0] = 0;
    err->status = status;
    memcpy(err->what, what, sizeof what);
}

enum hc_status hc_fail(struct hc_err *err, enum hc_status status, const char *format, ...) {
    if (err) {
        va_list args;
        va_start(args, format);
        describe(err, status, NULL, format, args);
        va_end(args);
    }
    return status;
}

enum hc_status hc_fail_errno(struct hc_err *err, enum hc_status status, int number,
                             const char *format, ...) {
    if (err) {
        char text[128];
        va_list args;
        va_start(args, format);
        describe(err, status, strerror_r(number, text, sizeof text), format, args);
        va_end(args);
    }
    return status;
}

enum hc_status hc_fail_memory(struct hc_err *err) {
    return hc_fail(err, HC_ENOMEM, "out of memory");
}

/* Names come from outside: cut what is too long, never read over its end. */
static void keep(char *into, size_t size, const char *text) {
    if (into[0] == 0 && text)
        snprintf(into, size, "%s", text);
}

void hc_err_at_file(struct hc_err *err, const char *file) {
    if (err)
        keep(err->file, sizeof err->file, file);
}

void hc_err_at_record(struct hc_err *err, uint64_t record, uint64_t offset) {
    if (err && err->record == 0) {
        err->record = record;
        err->offset = offset;
        err->has_offset = true;
    }
}

void hc_err_at_field(struct hc_err *err, const char *field) {
    if (err)
        keep(err->field, sizeof err->field, field);
}

void hc_err_at_line(struct hc_err *err, unsigned line, unsigned column) {
    if (err && err->line == 0) {
        err->line = line;
        err->column = column;
    }
}

void hc_err_hint(struct hc_err *err, const char *format, ...) {
    if (!err || err->hint[0])
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(err->hint, sizeof err->hint, format, args);
    va_end(args);
}

/* Bytes above 127 pass: texts are UTF-8. Control bytes could drive a terminal. */
static void print_escaped(FILE *out, const char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\x%02x", c);
        else
            putc(c, out);
    }
}

static void print_prefix(FILE *out, const char *tool, const struct hc_err *err) {
    if (tool && tool[0])
        fprintf(out, "%s: ", tool);
    if (err->file[0]) {
        print_escaped(out, err->file, strlen(err->file));
        if (err->line)
            fprintf(out, ":%u:%u", err->line, err->column);
        else if (err->record)
            fprintf(out, ":%llu", (unsigned long long)err->record);
        fputs(": ", out);
    }
    if (err->field[0]) {
        print_escaped(out, err->field, strlen(err->field));
        fputs(": ", out);
    }
}

void hc_err_print(FILE *out, const char *tool, const struct hc_err *err) {
    if (err->status == HC_EPIPE)
        return;
    const char *line = err->what[0] ? err->what : hc_status_text(err->status);
    do {
        size_t len = strcspn(line, "\n");
        print_prefix(out, tool, err);
        print_escaped(out, line, len);
        line += len + (line[len] == '\n');
        if (*line == 0 && err->has_offset)
            fprintf(out, " (record starts at byte %llu)", (unsigned long long)err->offset);
        putc('\n', out);
    } while (*line);
    if (err->hint[0]) {
        fputs("hint: ", out);
        print_escaped(out, err->hint, strlen(err->hint));
        putc('\n', out);
    }
}

int hc_exit_code(enum hc_status status) {
    return (size_t)status < sizeof rows / sizeof *rows ? rows[status].code : 70;
}

enum hc_status hc_status_of_exit(int code) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].code == code)
            return (enum hc_status)i;
    return HC_EINTERNAL;
}

const char *hc_status_text(enum hc_status status) {
    return (size_t)status < sizeof rows / sizeof *rows ? rows[status].text
                                                       : "unknown status";
}
