/* How a function fails: a status, and a caller-owned description that grows on its way up.
 *
 * Every fallible function returns enum hc_status and takes a struct hc_err * last (NULL is
 * allowed). The layer that knows WHAT is wrong calls hc_fail(); the layer that knows WHERE
 * adds file, record, byte and field with the hc_err_at_* calls, each of which keeps what a
 * deeper layer already said. main() prints with hc_err_print(). Nothing here prints or exits.
 */
#ifndef HC_BASE_ERR_H
#define HC_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One row a status: STATUS(name, exit code, try again?, meaning). Source: RELIABILITY 5. */
#define HC_STATUS_LIST                                                                       \
    STATUS(HC_OK, 0, false, "done, everything balanced")                                     \
    STATUS(HC_END, 0, false, "no more records; not an error")                                \
    STATUS(HC_REJECTS, 3, false, "done; records were rejected within the allowed number")    \
    STATUS(HC_EUSAGE, 64, false, "usage: wrong options")                                     \
    STATUS(HC_EDATA, 65, false, "bad data: damaged, wrong layout, totals differ")            \
    STATUS(HC_ENOINPUT, 66, true, "an input is missing")                                     \
    STATUS(HC_EENGINE, 69, true, "engine not reachable")                                     \
    STATUS(HC_EINTERNAL, 70, false, "internal check failed: does not balance")               \
    STATUS(HC_ENOMEM, 71, false, "out of memory or other system limit")                      \
    STATUS(HC_ECREATE, 73, false, "cannot create output")                                    \
    STATUS(HC_EIO, 74, false, "read or write failed, disk full")                             \
    STATUS(HC_ETEMP, 75, true, "temporary: locked, or a file still changing")                \
    STATUS(HC_EPERM, 77, false, "permission or passphrase")                                  \
    STATUS(HC_ECONFIG, 78, false, "bad feed, program, report, code list or pipeline file")   \
    STATUS(HC_ETIMEOUT, 124, false, "a step timed out")                                      \
    STATUS(HC_ESIGINT, 130, true, "stopped by SIGINT, can resume")                           \
    STATUS(HC_EPIPE, 141, false, "the reader of standard output went away")                  \
    STATUS(HC_ESIGTERM, 143, true, "stopped by SIGTERM, can resume")

enum hc_status {
#define STATUS(name, code, again, doc) name,
    HC_STATUS_LIST
#undef STATUS
};

#define HC_MUST_CHECK __attribute__((warn_unused_result))
#define HC_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

struct hc_err {
    enum hc_status status;
    char file[512];   /* file, or file/entry; "" when unknown */
    uint64_t record;  /* from 1; 0 when unknown */
    uint64_t offset;  /* byte where the record starts; valid when has_offset */
    bool has_offset;
    unsigned line;    /* of a YAML file, from 1; 0 when none */
    unsigned column;  /* of a YAML file, from 1; 0 when none */
    char field[96];   /* column or option; "" when none */
    char what[4096];  /* lower case, one sentence, no full stop; may hold several lines */
    char hint[1024];  /* advice; "" when none */
};

/* Describe a failure and return status, so that `return hc_fail(err, HC_EDATA, "...")` reads
 * well. Replaces whatever err held. Never put a PHI value in the text: use hc_str_shape(). */
enum hc_status hc_fail(struct hc_err *err, enum hc_status status, const char *format, ...)
    HC_PRINTF(3, 4);

/* The same with ": " and the text of errno value number appended. */
enum hc_status hc_fail_errno(struct hc_err *err, enum hc_status status, int number,
                             const char *format, ...) HC_PRINTF(4, 5);

/* Out of memory, described. */
enum hc_status hc_fail_memory(struct hc_err *err);

/* Say where. Each keeps what a deeper layer said already. */
void hc_err_at_file(struct hc_err *err, const char *file);
void hc_err_at_record(struct hc_err *err, uint64_t record, uint64_t offset);
void hc_err_at_field(struct hc_err *err, const char *field);
void hc_err_at_line(struct hc_err *err, unsigned line, unsigned column);

/* Add advice, printed on a line of its own starting "hint: "; the first hint stays. */
void hc_err_hint(struct hc_err *err, const char *format, ...) HC_PRINTF(2, 3);

/* Print "TOOL: FILE:RECORD: FIELD: what (record starts at byte N)" and the hint. Control
 * bytes are escaped; each line of a text of several lines gets the prefix. HC_EPIPE prints
 * nothing. */
void hc_err_print(FILE *out, const char *tool, const struct hc_err *err);

/* The process exit code of a status, and the status whose code is code (HC_EINTERNAL when
 * none is). hc_status_text() is the meaning, for man pages. */
int hc_exit_code(enum hc_status status);
enum hc_status hc_status_of_exit(int code);
const char *hc_status_text(enum hc_status status);

#endif
