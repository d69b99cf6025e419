#include "base/opt.h"

#include <stddef.h>
#include <stdlib.h>

#include "../tap.h"

struct config {
    const char *output;
    struct hc_opt_list by, set;
    int64_t jobs;
    struct hc_common common;
};
static const struct hc_opt opts[] = {
    {'o', "output", "FILE", HC_OPT_STRING, offsetof(struct config, output),
     "write to FILE"},
    {0, "by", "A,B", HC_OPT_LIST, offsetof(struct config, by), "group by A and B"},
    {0, "set", "K=V", HC_OPT_MANY, offsetof(struct config, set), "set K to V"},
    {'j', "jobs", "N", HC_OPT_INT, offsetof(struct config, jobs), "work N at a time"},
    HC_OPT_COMMON(struct config),
    {0},
};
static const struct hc_cmd cmd = {"hc-test",
                                  "[FILE...]",
                                  "Test options.",
                                  opts,
                                  "About.\n\n  indented\n.dot\n"
                                  "a paragraph that was not cut where a terminal of "
                                  "eighty columns\nends is cut there, whatever it was "
                                  "in the source.\nAnother.",
                                  "hc-test x\n  tests x\n"};

/* Options are shown as one line: o=..., by=a+b, set=..., jobs, then the arguments. */
static const struct {
    const char *args; /* separated by blanks */
    enum hc_status status;
    const char *shown;
} cases[] = {
    {"", HC_OK, "o=- by= set= j=0 m=0 v=0 :"},
    {"a -o f b", HC_OK, "o=f by= set= j=0 m=0 v=0 : a b"},
    {"a -of b", HC_OK, "o=f by= set= j=0 m=0 v=0 : a b"},
    {"--output=f --output g", HC_OK, "o=g by= set= j=0 m=0 v=0 :"},
    {"--output=", HC_OK, "o= by= set= j=0 m=0 v=0 :"},
    {"-vj3 -", HC_OK, "o=- by= set= j=3 m=0 v=1 : -"},
    {"--by=a,b --by c", HC_OK, "o=- by=a+b+c set= j=0 m=0 v=0 :"},
    {"--set=a=1,2 --set b=3", HC_OK, "o=- by= set=a=1,2+b=3 j=0 m=0 v=0 :"},
    {"x -- -o y", HC_OK, "o=- by= set= j=0 m=0 v=0 : x -o y"},
    {"-m 2G", HC_OK, "o=- by= set= j=0 m=2147483648 v=0 :"},
    {"--outptu=f", HC_EUSAGE, "unknown option --outptu|did you mean --output?"},
    {"--zzzzzzzz", HC_EUSAGE, "unknown option --zzzzzzzz|hc-test --help lists the options"},
    {"-Z", HC_EUSAGE, "unknown option -Z|hc-test --help lists the options"},
    {"--output", HC_EUSAGE, "--output wants FILE|hc-test --help lists the options"},
    {"-o", HC_EUSAGE, "-o wants FILE|hc-test --help lists the options"},
    {"-v=1", HC_EUSAGE, "unknown option -=|hc-test --help lists the options"},
    {"--verbose=1", HC_EUSAGE, "--verbose takes no value|hc-test --help lists the options"},
    {"--jobs=-1", HC_EUSAGE,
     "expected a number, 0 or more, found '-1'|"
     "hc-test --help lists the options"},
    {"-m x", HC_EUSAGE,
     "expected a size such as 256M, found 'x'|"
     "hc-test --help lists the options"},
    {"--by=a,,b", HC_EUSAGE,
     "expected names separated by commas|"
     "hc-test --help lists the options"},
};

static void show_list(char *out, const struct hc_opt_list *list) {
    for (size_t i = 0; i < list->count; i++)
        sprintf(out + strlen(out), "%s%s", i ? "+" : "", list->item[i]);
}

static void show(char *out, const struct config *c, char **args) {
    sprintf(out, "o=%s by=", c->output);
    show_list(out, &c->by);
    strcat(out, " set=");
    show_list(out, &c->set);
    sprintf(out + strlen(out), " j=%d m=%llu v=%d :", (int)c->jobs,
            (unsigned long long)c->common.memory_bytes, c->common.verbose);
    for (; *args; args++)
        sprintf(out + strlen(out), " %s", *args);
}

static char *printed(void (*print)(FILE *, const struct hc_cmd *)) {
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    print(out, &cmd);
    fclose(out);
    return text;
}

int main(void) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256], shown[2048] = "", *argv[16] = {text};
        int argc = 1, first = 0;
        struct config config = {.output = "-"};
        struct hc_err err = {0};
        strcpy(text, cases[i].args);
        for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
            argv[argc++] = word;
        enum hc_status status = hc_opt_parse(&cmd, argc, argv, &config, &first, &err);
        if (status == HC_OK)
            show(shown, &config, argv + first);
        else
            snprintf(shown, sizeof shown, "%.900s|%.900s", err.what, err.hint);
        tap_ok(status == cases[i].status && strcmp(shown, cases[i].shown) == 0,
               "'%s' is status %d, %s", cases[i].args, status, shown);
        hc_opt_free(&cmd, &config);
    }
    char *help = printed(hc_opt_help), *man = printed(hc_opt_man),
         *bash = printed(hc_opt_completion);
    for (const struct hc_opt *opt = opts; opt->name; opt++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "--%s", opt->name);
        tap_ok(strstr(help, wanted) && strstr(bash, wanted), "%s is in help and completion",
               wanted);
    }
    tap_ok(strstr(man, ".SH OPTIONS") && strstr(man, ".SH EXIT STATUS") &&
               strstr(man, ".SH EXAMPLES") && strstr(man, "\n\\&.dot\n"),
           "the man page has its sections, and text is no command");
    tap_ok(strstr(help, "\n  indented\n") && strstr(help, "columns ends") &&
               strstr(help, "source.\nAnother.\n"),
           "paragraphs are wrapped, what is indented stands as it is");
    size_t longest = 0;
    for (const char *line = help; *line;) {
        size_t len = strcspn(line, "\n");
        longest = len > longest ? len : longest;
        line += len + (line[len] == '\n');
    }
    tap_ok(longest <= 79, "help is %zu columns wide", longest);
    free(help);
    free(man);
    free(bash);
    return tap_done();
}
