/* What is printed from a table of options. */
#include <ctype.h>
#include <stdlib.h>

#include "base/opt.h"
#include "base/str.h"
#include "base/tool.h"

enum { WIDTH = 79, TEXT_COLUMN = 28 };

/* text in lines of at most WIDTH, each but the first indented; column is where we stand. */
static void print_words(FILE *out, struct hc_str text, int column, int indent) {
    size_t at = 0;
    while (at < text.len) {
        int len = 0;
        while (at + (size_t)len < text.len && !isspace((uint8_t)text.ptr[at + (size_t)len]))
            len++;
        if (column > indent && column + 1 + len > WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            putc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", len, text.ptr + at);
        column += len;
        at += (size_t)len;
        while (at < text.len && isspace((uint8_t)text.ptr[at]))
            at++;
    }
    putc('\n', out);
}

static void print_wrapped(FILE *out, const char *text, int column, int indent) {
    print_words(out, hc_str_of(text), column, indent);
}

/* Where the paragraph at text ends: at the end of a line that ends a sentence, or before an
 * empty or indented line. */
static size_t paragraph(const char *text) {
    size_t len = strcspn(text, "\n");
    while (text[len] && text[len - 1] != '.' && text[len + 1] != '\n' &&
           text[len + 1] != ' ' && text[len + 1])
        len += 1 + strcspn(text + len + 1, "\n");
    return len;
}

static void print_about(FILE *out, const char *text) {
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (len == 0 || text[0] == ' ') {
            fprintf(out, "%.*s\n", (int)len, text);
        } else {
            len = paragraph(text);
            print_words(out, (struct hc_str){text, len}, 0, 0);
        }
        text += len + (text[len] == '\n');
    }
}

static void print_option(FILE *out, const struct hc_opt *opt) {
    int column = fprintf(out, opt->letter ? "  -%c, " : "      ", opt->letter);
    column += fprintf(out, "--%s", opt->name);
    if (opt->value)
        column += fprintf(out, opt->type == HC_OPT_MAYBE ? "[=%s]" : "=%s", opt->value);
    if (column > TEXT_COLUMN - 2) {
        putc('\n', out);
        column = 0;
    }
    fprintf(out, "%*s", TEXT_COLUMN - column, "");
    print_wrapped(out, opt->doc, TEXT_COLUMN, TEXT_COLUMN);
}

static void print_indented(FILE *out, const char *text) {
    while (*text) {
        int len = (int)strcspn(text, "\n");
        fprintf(out, "%s%.*s\n", len ? "  " : "", len, text);
        text += len + (text[len] == '\n');
    }
}

void hc_opt_help(FILE *out, const struct hc_cmd *cmd) {
    fprintf(out, "Usage: %s [OPTION]... %s\n", cmd->name, cmd->args);
    print_wrapped(out, cmd->doc, 0, 0);
    fputs("\nOptions:\n", out);
    for (const struct hc_opt *opt = cmd->opts; opt->name; opt++)
        print_option(out, opt);
    if (cmd->about) {
        putc('\n', out);
        print_about(out, cmd->about);
    }
    if (cmd->examples) {
        fputs("\nExamples:\n", out);
        print_indented(out, cmd->examples);
    }
}

/* One line of text for roff: backslash and hyphen escaped, no control line by accident. */
static void roff_text(FILE *out, const char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (i == 0 && (text[i] == '.' || text[i] == '\''))
            fputs("\\&", out);
        if (text[i] == '\\')
            fputs("\\e", out);
        else if (text[i] == '-')
            fputs("\\-", out);
        else
            putc(text[i], out);
    }
}

static void roff_lines(FILE *out, const char *text) {
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (len == 0) {
            fputs(".PP", out);
        } else if (text[0] == ' ') { /* indented: as it stands */
            fputs(".br\n\\ \\ ", out);
            size_t blanks = strspn(text, " ");
            for (size_t i = 2; i < blanks; i++)
                fputs("\\ ", out);
            roff_text(out, text + blanks, len - blanks);
            fputs(text[len] == '\n' && text[len + 1] && text[len + 1] != ' ' ? "\n.br" : "",
                  out);
        } else {
            roff_text(out, text, len);
        }
        putc('\n', out);
        text += len + (text[len] == '\n');
    }
}

void hc_opt_man(FILE *out, const struct hc_cmd *cmd) {
    static const enum hc_status statuses[] = {
#define STATUS(name, code, again, doc) name,
        HC_STATUS_LIST
#undef STATUS
    };
    fputs(".TH ", out);
    for (const char *c = cmd->name; *c; c++)
        putc(toupper((unsigned char)*c), out);
    fprintf(out, " 1 \"\" \"hctools %s\" \"hctools\"\n.SH NAME\n%s \\- ", HC_VERSION,
            cmd->name);
    roff_text(out, cmd->doc, strlen(cmd->doc));
    fprintf(out, "\n.SH SYNOPSIS\n.B %s\n[OPTION]... ", cmd->name);
    roff_text(out, cmd->args, strlen(cmd->args));
    fputs("\n.SH DESCRIPTION\n", out);
    roff_lines(out, cmd->about ? cmd->about : cmd->doc);
    fputs(".SH OPTIONS\n", out);
    for (const struct hc_opt *opt = cmd->opts; opt->name; opt++) {
        fputs(".TP\n", out);
        if (opt->letter)
            fprintf(out, "\\fB\\-%c\\fR, ", opt->letter);
        fputs("\\fB\\-\\-", out);
        roff_text(out, opt->name, strlen(opt->name));
        fputs("\\fR", out);
        if (opt->value)
            fprintf(out, opt->type == HC_OPT_MAYBE ? "[=\\fI%s\\fR]" : "=\\fI%s\\fR",
                    opt->value);
        putc('\n', out);
        roff_text(out, opt->doc, strlen(opt->doc));
        putc('\n', out);
    }
    fputs(".SH EXIT STATUS\n", out);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (statuses[i] != HC_END)
            fprintf(out, ".TP\n.B %d\n%s\n", hc_exit_code(statuses[i]),
                    hc_status_text(statuses[i]));
    if (cmd->examples) {
        fputs(".SH EXAMPLES\n.nf\n", out);
        for (const char *text = cmd->examples; *text;) {
            size_t len = strcspn(text, "\n");
            roff_text(out, text, len);
            putc('\n', out);
            text += len + (text[len] == '\n');
        }
        fputs(".fi\n", out);
    }
}

void hc_opt_completion(FILE *out, const struct hc_cmd *cmd) {
    char name[64];
    snprintf(name, sizeof name, "%s", cmd->name);
    for (char *c = name; *c; c++)
        if (*c == '-')
            *c = '_';
    fprintf(out, "_%s() {\n    case $2 in\n    -*) COMPREPLY=($(compgen -W '", name);
    const char *between = "";
    for (const struct hc_opt *opt = cmd->opts; opt->name; opt++, between = " ") {
        if (opt->letter)
            fprintf(out, "%s-%c", between, opt->letter), between = " ";
        fprintf(out, "%s--%s%s", between, opt->name,
                opt->value && opt->type != HC_OPT_MAYBE ? "=" : "");
    }
    fprintf(out,
            "' -- \"$2\")) ;;\n    *) COMPREPLY=($(compgen -f -- \"$2\")) ;;\n    esac\n}\n"
            "complete -o filenames -o nospace -F _%s %s\n",
            name, cmd->name);
}
