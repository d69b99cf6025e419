#include "base/log.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/json.h"

static void put_line(const struct hc_log *log, struct hc_buf *buf) {
    hc_buf_putc(buf, '\n');
    fputs(hc_buf_text(buf), log->out);
    fflush(log->out);
    hc_buf_free(buf);
}

static void start(struct hc_json *json, struct hc_buf *buf, const struct hc_log *log,
                  const char *level) {
    hc_json_start(json, buf, false);
    hc_json_object(json, NULL);
    hc_json_text(json, "tool", log->tool);
    hc_json_text(json, "level", level);
}

void hc_log(const struct hc_log *log, enum hc_level level, const char *format, ...) {
    static const char *const names[] = {"warning", "note", "counts"};
    if (!log || log->quiet || (level != HC_LOG_WARN && !log->verbose))
        return;
    struct hc_buf text = {0};
    va_list args;
    char *message = NULL;
    va_start(args, format);
    int len = vasprintf(&message, format, args);
    va_end(args);
    if (len < 0)
        return;
    if (log->json) {
        struct hc_json json;
        start(&json, &text, log, names[level]);
        hc_json_text(&json, "message", message);
        hc_json_end(&json);
    } else {
        hc_buf_printf(&text, "%s: %s%s", log->tool, level == HC_LOG_WARN ? "warning: " : "",
                      message);
        for (size_t i = 0; i < text.len; i++) /* control bytes could drive a terminal */
            if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
                text.ptr[i] = '?';
    }
    free(message);
    put_line(log, &text);
}

void hc_log_err(const struct hc_log *log, const struct hc_err *err) {
    if (err->status == HC_EPIPE)
        return;
    if (!log->json) {
        hc_err_print(log->out, log->tool, err);
        fflush(log->out);
        return;
    }
    struct hc_buf text = {0};
    struct hc_json json;
    start(&json, &text, log, "error");
    hc_json_int(&json, "exit", hc_exit_code(err->status));
    if (err->file[0])
        hc_json_text(&json, "file", err->file);
    if (err->line) {
        hc_json_int(&json, "line", err->line);
        hc_json_int(&json, "column", err->column);
    }
    if (err->record)
        hc_json_int(&json, "record", (int64_t)err->record);
    if (err->has_offset)
        hc_json_int(&json, "offset", (int64_t)err->offset);
    if (err->field[0])
        hc_json_text(&json, "field", err->field);
    hc_json_text(&json, "message", err->what[0] ? err->what : hc_status_text(err->status));
    if (err->hint[0])
        hc_json_text(&json, "hint", err->hint);
    hc_json_end(&json);
    put_line(log, &text);
}
