/* Where the records of a stream come from, and by which rules their payer corrects them:
 * the schema metadata "hc.deliveries" and "hc.feeds" (JSON).
 *
 * Deliveries are numbered from 1 by (date, name), never by the order of arguments, so that
 * streams made apart can be read together (record/inputs.h renumbers). A stream carries its
 * feeds' dedupe rules with it: a record is corrected by the rules it was read with, whatever
 * became of the feed file since.
 */
#ifndef HC_RECORD_ORIGIN_H
#define HC_RECORD_ORIGIN_H

#include "base/date.h"
#include "base/json.h"
#include "record/stream.h"

struct hc_delivery {
    const char *name;    /* base name */
    const char *feed;
    const char *payer;
    const char *program; /* from the name, or "" */
    bool has_date;
    hc_day date;         /* from the name or header */
    const char *identity_key; /* digest of the key of its identity_keys; "" or NULL none */
    const char *sha256;  /* of the delivery as it came */
    size_t entries;
    const char *const *entry; /* names of the entries, in their order of number (from 1) */
};

/* In identity_keys, before the colon: the number of the rung behind it is there, but stands
 * for none. A rung cannot be called so. */
#define HC_NOBODYS_KEY "placeholder"

/* What a denied line may do (rule/denied.h). */
enum hc_denied { HC_DENIED_KEEP, HC_DENIED_YIELD, HC_DENIED_DROP, HC_DENIED_IGNORE };
extern const char *const hc_denied_names[]; /* as a feed writes them; ends with NULL */

struct hc_claim_rule { /* how one claim type of a feed is corrected */
    const char *claim_type;
    const char *policy;              /* pair, replay, version, reversal, replace, restate */
    size_t matches;
    const char *const *match;        /* claim_line columns: who pairs with whom */
    size_t partitions;
    const char *const *partition;    /* the part of it that nothing changes */
    size_t ids;
    const char *const *record_id;    /* what makes a record the same record again */
    bool keep_repeats;               /* twice within one entry is allowed */
    enum hc_denied denied;
};
struct hc_feed_rules {
    const char *feed;
    size_t rules;
    const struct hc_claim_rule *rule;
    size_t covers;            /* 0: coverage of all deliveries adds up */
    const char *const *cover; /* coverage columns: rows that agree in them are told anew by
                                 the newest delivery that has any (rule/restated.h) */
};

struct hc_origin {
    struct hc_arena arena;
    size_t deliveries;
    struct hc_delivery *delivery; /* delivery[n-1] has number n */
    size_t feeds;
    struct hc_feed_rules *feed;   /* sorted by name */
};

/* Read from a stream's metadata; nothing there gives an empty origin. HC_EDATA when broken. */
enum hc_status hc_origin_read(struct hc_origin *origin, const struct hc_meta *meta,
                              const char *name, struct hc_err *err) HC_MUST_CHECK;
/* The values to put into a writer's metadata; NUL-terminated, in origin's arena. */
enum hc_status hc_origin_write(struct hc_origin *origin, const char **deliveries_json,
                               const char **feeds_json, struct hc_err *err) HC_MUST_CHECK;
/* into := both, numbered anew by (date, name, sha256). renumber_into[n-1] and
 * renumber_from[n-1] (into's arena) are the new numbers. The same delivery (name and sha256
 * and feed) in both is one. HC_EDATA when one name and feed comes with two sha256, or when a
 * feed's rules differ. Order of merging never shows. */
enum hc_status hc_origin_merge(struct hc_origin *into, const struct hc_origin *from,
                               int32_t **renumber_into, int32_t **renumber_from,
                               struct hc_err *err) HC_MUST_CHECK;
const struct hc_claim_rule *hc_origin_rule(const struct hc_origin *origin,
                                           const char *feed, const char *claim_type);
void hc_origin_free(struct hc_origin *origin);

#endif
