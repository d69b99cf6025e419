/* One table of options: parsing, help, man page and completion come from it. */
#ifndef HC_BASE_OPT_H
#define HC_BASE_OPT_H

#include "base/err.h"

enum hc_opt_type {
    HC_OPT_FLAG,   /* bool */
    HC_OPT_STRING, /* const char * */
    HC_OPT_MAYBE,  /* const char *: --NAME is "", --NAME=VALUE; no letter */
    HC_OPT_SIZE,   /* uint64_t bytes: 256M */
    HC_OPT_INT,    /* int64_t, 0 or more */
    HC_OPT_LIST,   /* struct hc_opt_list: given several times, or separated by commas */
    HC_OPT_MANY,   /* struct hc_opt_list: given several times, commas kept (PATHs, K=V) */
};
struct hc_opt_list {
    const char **item; /* freed by hc_opt_free() */
    size_t count;
};
struct hc_opt {
    char letter;        /* 0: long form only */
    const char *name;   /* long name without "--"; NULL ends the table */
    const char *value;  /* placeholder such as "FILE"; NULL for a flag */
    enum hc_opt_type type;
    size_t offset;      /* into the tool's struct config */
    const char *doc;    /* one sentence, lower case */
};
struct hc_cmd {
    const char *name;     /* "hc-dedupe" */
    const char *args;     /* "[FILE...]" */
    const char *doc;      /* one sentence */
    const struct hc_opt *opts;
    const char *about;    /* paragraphs for help and man page; may be NULL */
    const char *examples; /* "command\n  what it does" lines; at least one */
};

/* The options every tool has; put HC_OPT_COMMON(struct config) into the table and
 * `struct hc_common common;` into the config. */
struct hc_buf;
struct hc_common {
    bool help, version, verbose, quiet, progress;
    const char *log_format; /* "text" or "json" */
    void (*built_with)(struct hc_buf *text); /* adds to what --version prints, or NULL */
    uint64_t memory_bytes;  /* default 256 MiB */
    const char *temp_dir;   /* NULL: beside the output */
    const char *dry_run;    /* "json" or NULL */
    const char *accounts;   /* FILE or NULL */
};
#define HC_OPT_COMMON(type)                                                                  \
    HC_OPT_COMMON_WORK(type),                                                                \
    {0, "accounts", "FILE", HC_OPT_STRING, offsetof(type, common.accounts),                  \
     "write the books of this run to FILE as JSON"},                                         \
    HC_OPT_COMMON_TALK(type)
/* The same for a tool that keeps no books of its own. */
#define HC_OPT_COMMON_BUT_ACCOUNTS(type) HC_OPT_COMMON_WORK(type), HC_OPT_COMMON_TALK(type)
#define HC_OPT_COMMON_WORK(type)                                                             \
    {'m', "memory", "SIZE", HC_OPT_SIZE, offsetof(type, common.memory_bytes),                \
     "use at most SIZE of memory before spilling to temporary files (default: 256M)"},       \
    {0, "temp-dir", "DIR", HC_OPT_STRING, offsetof(type, common.temp_dir),                   \
     "put temporary files into DIR (default: beside the output)"},                           \
    {0, "dry-run", "json", HC_OPT_STRING, offsetof(type, common.dry_run),                    \
     "print what would be read, written and wanted as JSON; read no data"}
#define HC_OPT_COMMON_TALK(type)                                                             \
    {0, "progress", NULL, HC_OPT_FLAG, offsetof(type, common.progress),                      \
     "accepted; only hc-run shows progress yet, and on a terminal always does"},             \
    {0, "log-format", "text|json", HC_OPT_STRING, offsetof(type, common.log_format),         \
     "write messages as text or as JSON lines (default: text)"},                             \
    {'v', "verbose", NULL, HC_OPT_FLAG, offsetof(type, common.verbose),                      \
     "end with a line of counts that add up"},                                               \
    {'q', "quiet", NULL, HC_OPT_FLAG, offsetof(type, common.quiet), "print errors only"},    \
    {'h', "help", NULL, HC_OPT_FLAG, offsetof(type, common.help), "print this help"},        \
    {0, "version", NULL, HC_OPT_FLAG, offsetof(type, common.version), "print the version"}

/* Parse argv into config (filled with defaults by the caller). *first is the index of the
 * first argument that is no option (they are moved to the end). HC_EUSAGE names the option,
 * with "did you mean" for a mistyped one. */
enum hc_status hc_opt_parse(const struct hc_cmd *cmd, int argc, char **argv, void *config,
                            int *first, struct hc_err *err) HC_MUST_CHECK;
void hc_opt_free(const struct hc_cmd *cmd, void *config); /* frees lists */
void hc_opt_help(FILE *out, const struct hc_cmd *cmd);
void hc_opt_man(FILE *out, const struct hc_cmd *cmd);        /* roff; `TOOL --help=man` */
void hc_opt_completion(FILE *out, const struct hc_cmd *cmd); /* bash; `TOOL --help=bash` */

#endif
