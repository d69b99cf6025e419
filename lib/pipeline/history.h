/* What became of every delivery of a work folder: WORK/history.jsonl, one event a line as
 * JSON, the oldest first. It is only ever added to, and replaced as a whole, so that a line
 * once written stays. Nothing that is published depends on the times in it. */
#ifndef HC_PIPELINE_HISTORY_H
#define HC_PIPELINE_HISTORY_H

#include "base/map.h"
#include "base/opt.h"

enum hc_event_action {
    HC_EVENT_received,
    HC_EVENT_replaced,  /* received with other bytes than before */
    HC_EVENT_withdrawn, /* not used any longer, be it there or not */
    HC_EVENTS
};
struct hc_event {
    enum hc_event_action action;
    const char *at; /* "2021-03-31T12:00:00Z", when it was written down */
    const char *step;
    const char *delivery; /* base name */
    const char *feed;     /* as the step names it; NULL not said */
    const char *sha256;   /* of the delivery; withdrawn: what was there, NULL nothing */
    const char *before;   /* replaced: the digest until then; else NULL */
    const char *receipt;  /* digest of its receipt, kept as receipts/DIGEST.json; or NULL */
    const char *verdict;  /* of that receipt: "accepted with exceptions"; or NULL */
    int64_t bytes, rows;  /* rows made of it; -1 not known */
};
struct hc_history {
    struct hc_arena arena;
    const char *path;
    struct hc_map *key; /* "STEP/DELIVERY" */
    size_t *last;       /* by number of the key: its last event */
    size_t keys_room;
    struct hc_event *event;
    size_t events, room, written; /* written: as many stand in the file */
    char digest[65];              /* of the file when it was read; "" there was none */
};

/* Read the history of a work folder; none is an empty one. HC_EDATA when a line is not
 * what was written, naming it. */
enum hc_status hc_history_read(struct hc_history *history, const char *work,
                               struct hc_err *err) HC_MUST_CHECK;
void hc_history_free(struct hc_history *history);

/* HC_ETEMP when the file is no longer what was read: another run was at it. */
enum hc_status hc_history_unchanged(const struct hc_history *history,
                                    struct hc_err *err) HC_MUST_CHECK;

/* The last event of a delivery; NULL when there is none. */
const struct hc_event *hc_history_last(const struct hc_history *history, const char *step,
                                       const char *delivery);
/* Is the delivery counted, as far as is known? false for NULL. */
bool hc_event_counts(const struct hc_event *event);
const char *hc_event_name(enum hc_event_action action);

/* Add an event, copied. */
enum hc_status hc_history_add(struct hc_history *history, const struct hc_event *event,
                              struct hc_err *err) HC_MUST_CHECK;
/* Bring the file up to the events, on disk when this returns; does nothing when it is. */
enum hc_status hc_history_write(struct hc_history *history,
                                struct hc_err *err) HC_MUST_CHECK;

/* A table for people, or the lines of the file, into text. */
void hc_history_print(const struct hc_history *history, bool json, struct hc_buf *text);

/* Does the name of a delivery come back from the file as it was written? Not when it is no
 * UTF-8, or has a control character or a line separator in it. */
bool hc_history_keeps(const char *delivery);

/* Does a pattern of --replace and --withdraw name this delivery? NAME, or STEP/NAME. */
bool hc_pattern_names(const char *pattern, const char *step, const char *delivery);
bool hc_patterns_name(const struct hc_opt_list *list, const char *step,
                      const char *delivery);
/* Is it named letter by letter, as no pattern does? */
bool hc_name_given(const struct hc_opt_list *list, const char *step, const char *delivery);

#endif
