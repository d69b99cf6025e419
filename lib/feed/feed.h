/* A feed: one payer's way of delivering, as data (pipelines/feeds/NAME.yaml; docs/FEEDS.md
 * tells how to write one). Which files belong to a delivery, how each is laid out, how they
 * join, and what becomes of their columns.
 *
 * hc_feed_read() checks everything that can be checked without data, names resolved and
 * types agreed, and reports all faults at once; what reads on cannot meet a bad feed.
 */
#ifndef HC_FEED_FEED_H
#define HC_FEED_FEED_H

#include "feed/derive.h"
#include "feed/expr.h"
#include "feed/name.h"
#include "format/convert.h"
#include "format/delimited.h"
#include "format/fixed.h"
#include "format/ndjson.h"
#include "record/origin.h"

/* `type:` of a field of the source document. */
enum hc_field_form {
    HC_FORM_text,
    HC_FORM_int,
    HC_FORM_count,    /* whole number that is summed as delivered */
    HC_FORM_amount,   /* money: summed as delivered */
    HC_FORM_quantity, /* units, with up to four decimals: summed as delivered */
    HC_FORM_date,
    HC_FORMS
};

struct hc_feed_field {
    const char *name;    /* the source document's own */
    uint32_t at, length; /* fixed: position from 1 and bytes; delimited: column from 1, 0 */
    enum hc_field_form form;
    struct hc_conversion conversion; /* converter, null texts, decimals, form of dates */
    const struct hc_json_path *path; /* ndjson: instead of at */
    bool of_each;                    /* ndjson: path begins at the element */
    bool last;                       /* ndjson: what follows the last '/' */
    int threshold;     /* hundredths of a percent of records that must fill it; 0: none */
    const char *shape; /* that its texts should have, see feed/shape.h; NULL any */
    const struct hc_node *node; /* where it stands */
};

/* One conversion of one field, made because the map wants it: a column of the rows that are
 * mapped or put aside for a join. */
struct hc_feed_slot {
    size_t field;                    /* of the file */
    struct hc_conversion conversion; /* decimal: scale of the column it goes to */
    struct hc_code_map *map;         /* owned; conversion.map */
    bool text;                       /* value is text, else number */
    bool doubted;                    /* codes that map does not list are a finding */
    const struct hc_node *codes;     /* identity: same field, same codes node, same scale */
};

enum hc_names { /* row of column names of a delimited file */
                HC_NAMES_none,
                HC_NAMES_position, /* columns are found by position, the names must agree */
                HC_NAMES_name,     /* columns are found by name */
                HC_NAMES_ignored,  /* there is one, whatever it says */
};
struct hc_edge_text { /* what one of its columns says, from 1; 0 none */
    uint32_t column;
    const char *text;
};
struct hc_feed_edge { /* a header or trailer record, such as HD or TR */
    const char *is;   /* text of its first column; NULL: there is none */
    size_t expects;   /* columns that must say something */
    struct hc_edge_text expect[8];
    struct hc_edge_text test; /* marks a file that is a test */
    uint32_t count;       /* column with the number of records, from 1; 0 none */
    uint32_t count_bytes; /* fixed: count is a byte, from 1, and this its length */
    struct {
        uint32_t from, thru; /* columns, from 1; 0 none */
        enum hc_date_form form;
    } period;
};
struct hc_feed_layout {  /* a version of a fixed-width file's layout */
    const char *version; /* "" has no name */
    uint32_t record_bytes;
    const struct hc_slot *place; /* by field of the file; length 0: not in this version */
};
struct hc_feed_file {
    const char *name; /* as the feed calls it: CCLF1 */
    size_t patterns;
    const char *const *match; /* of the entry's name; see feed/name.h */
    bool fixed, ndjson;       /* else delimited */
    const char *resource;     /* ndjson: resourceType; NULL any */
    bool by_resource;         /* ndjson: is told by its first resource where no name does */
    const char *each;         /* ndjson: array of which each element is a row; NULL none */
    uint32_t record_bytes;    /* fixed: of layout 0 */
    size_t layouts;           /* fixed: versions, chosen by record length */
    struct hc_feed_layout *layout;
    char delimiter;
    bool quotes;
    enum hc_names names;
    bool strict; /* a column that the layout does not know is refused */
    struct hc_feed_edge header, trailer;
    int dated, dated_month; /* slots that the header's period holds; -1 */
    bool required, allow_empty;
    bool several; /* a delivery may have it in any number of parts */
    bool allow_short, allow_long; /* records with fewer or more columns or bytes */
    char end;                     /* of a record: '\n', with or without CR, or '\r' */
    size_t fields;
    struct hc_feed_field *field;
    /* made while maps are read */
    size_t slots;
    struct hc_feed_slot *slot;
    size_t cap_slots;
    int group;  /* join group, -1: rows are mapped as they are read */
    bool alone; /* of a group, and still some sets map its rows as they are read */
    int key;    /* slot of the join key, -1 */
    bool used;  /* some record set wants it */
    const struct hc_node *node; /* of its fields:, where that stands */
};

struct hc_feed_attach { /* a file whose records belong to a claim or a line */
    int file;
    bool many;    /* any number, in order of `order`; else one, the rest is set aside */
    bool to_line; /* else to the claim */
    int by;       /* slot of its line number, to_line only */
    int order;    /* slot, -1: as they came */
};
struct hc_feed_map {
    int column; /* of the kind */
    struct hc_expr *expr;
};
/* Records of one kind, made of one file or of several joined. Several sets may be made of a
 * file that stands by itself: each makes its own row of a record, in the feed's order. */
struct hc_feed_set {
    const char *name;
    const struct hc_schema *kind;
    int header, lines; /* files; header -1: there is none */
    bool keeps;        /* a line whose header is not there makes a row all the same */
    int line_number;   /* slot of the lines file: decides which line is the lowest; -1 */
    size_t attaches;
    struct hc_feed_attach *attach;
    size_t maps;
    struct hc_feed_map *map;          /* in the order in which they are evaluated */
    int negate_column, negate_choice; /* amounts change sign where column has this; -1 */
    bool negate_quantities;           /* only quantities do, and only those above 0 */
    struct hc_expr *identity[HC_IDENTITY_PARTS];
    bool has_identity;
    struct hc_expr *given; /* `if`: no row where this is null; NULL always a row */
    size_t uses;           /* how many amounts its maps take from the source; see expr.h */
};

struct hc_feed_control {     /* a file that tells what the others hold */
    int file;                /* -1: none */
    int type, count, length; /* its fields; -1 */
};

enum hc_finding { /* what can be wrong with a delivery as a whole */
#define HC_FINDING_LIST                                                                    \
    FINDING(delivery_name, "delivery-name",                                                \
            "the delivery's name does not match the feed's")                               \
    FINDING(entry_name, "entry-name",                                                      \
            "a file's name tells another program, year, cycle or day than the delivery's") \
    FINDING(unknown_file, "unknown-file", "an entry that the feed does not know")          \
    FINDING(missing_file, "missing-file", "a file that the feed requires is not there")    \
    FINDING(doubled_file, "doubled-file", "two entries are the same file of the feed")     \
    FINDING(empty_file, "empty-file", "a file without records")                            \
    FINDING(record_length, "record-length",                                                \
            "a file has records of a length that no layout of the feed has")               \
    FINDING(control_totals, "control-totals", "counts or lengths differ from those told")  \
    FINDING(period, "period", "header, trailer and name do not tell the same period")      \
    FINDING(outside_period, "outside-period", "records are dated outside the period")      \
    FINDING(repeated_header, "repeated-header", "one claim has two header records")        \
    FINDING(repeated_amounts, "repeated-amounts",                                          \
            "two records of one claim or line tell different amounts")                     \
    FINDING(test_file, "test-file", "a header says that the file is a test")               \
    FINDING(unknown_code, "unknown-code", "a code that the feed does not list")            \
    FINDING(shape, "shape", "a field's texts have another shape than the feed gives")      \
    FINDING(mixed_decimals, "mixed-decimals",                                              \
            "amounts with a point beside whole ones that have implied decimals")           \
    FINDING(version_missing, "version-missing",                                            \
            "records without a version that name another claim, or beside versions")       \
    FINDING(positive_cancellation, "positive-cancellation",                                \
            "a negative twin whose paid amount is above 0")                                \
    FINDING(repeated_payment, "repeated-payment",                                          \
            "money outside claims that an earlier delivery has told")                      \
    FINDING(service_date, "service-date",                                                \
            "more claim lines without a day of service than the feed allows")              \
    FINDING(populated, "populated", "a field is filled less often than its threshold")     \
    FINDING(trend, "trend", "a total differs from the previous delivery's beyond its bound")
#define FINDING(id, name, doc) HC_FINDING_##id,
                  HC_FINDING_LIST
#undef FINDING
                      HC_FINDINGS
};
/* What a feed does about a finding. */
enum hc_action {
    HC_ACTION_refuse,    /* the delivery; unless --accept makes it an exception */
    HC_ACTION_exception, /* goes on, with a warning and a note in the receipt */
    HC_ACTION_accept,    /* goes on, with a note in the receipt */
    HC_ACTIONS
};
const char *hc_action_name(enum hc_action action);

/* Totals that are compared with the previous delivery's. */
#define HC_TREND_LIST                                                                      \
    TREND(records)                                                                         \
    TREND(members)                                                                         \
    TREND(claims)                                                                          \
    TREND(member_months)                                                                   \
    TREND(paid)                                                                            \
    TREND(paid_pmpm)
enum hc_trend {
#define TREND(id) HC_TREND_##id,
    HC_TREND_LIST
#undef TREND
        HC_TRENDS
};
const char *hc_trend_name(enum hc_trend trend);

/* Name of a finding as users type it, and back (-1). */
const char *hc_finding_name(enum hc_finding finding);
int hc_finding_of(struct hc_str name);

struct hc_feed {
    struct hc_yaml *yaml;
    struct hc_bases bases;  /* feeds that it is built on */
    struct hc_arena *arena; /* the yaml's */
    const char *name, *doc, *source;
    char sha256[65]; /* of the YAML file and its bases */
    /* delivery */
    size_t names;
    const char *const *delivery; /* patterns of its name; see feed/name.h */
    int64_t undated_lines; /* percent of claim lines that may have no day of service, in
                              hundredths; -1: any */
    size_t dateds;
    const char *const *dated; /* patterns that only tell the day, where those do not */
    /* set: what every record gets unless its own map says otherwise */
    size_t sets_count;
    struct {
        const char *column, *value;
        const struct hc_node *node;
    } * set;
    size_t files;
    struct hc_feed_file *file;
    size_t records;
    struct hc_feed_set *record;
    int groups; /* of files that join */
    struct hc_feed_control control;
    struct hc_feed_rules rules;
    enum hc_action action[HC_FINDINGS];
    int64_t bound[HC_TRENDS]; /* hundredths of a percent of change; -1: not compared */
};

/* Read and check feed file path. set: "column=value" texts that replace values of `set:`
 * (HC_EUSAGE where the feed sets no such column). HC_ECONFIG with every fault, each with
 * file:line:column. */
enum hc_status hc_feed_read(struct hc_feed **feed, const char *path, const char *const *set,
                            size_t sets, struct hc_err *err) HC_MUST_CHECK;
/* The same from memory; name stands for the file in messages. */
enum hc_status hc_feed_parse(struct hc_feed **feed, const char *name, struct hc_str text,
                             const char *const *set, size_t sets,
                             struct hc_err *err) HC_MUST_CHECK;
void hc_feed_free(struct hc_feed *feed);

/* Value of `set:` for a column, or "". */
const char *hc_feed_set_value(const struct hc_feed *feed, const char *column);
/* File number of an entry's name, or -1. named, when not NULL: what the name tells. */
int hc_feed_file_of(const struct hc_feed *feed, struct hc_str entry,
                    struct hc_named *named);
/* Does any record set yield kind? */
bool hc_feed_yields(const struct hc_feed *feed, enum hc_kind kind);
/* Is it made of several files? */
static inline bool hc_set_joins(const struct hc_feed_set *set) {
    return set->header >= 0 || set->attaches > 0;
}
/* Slot of a conversion, made when there is none like it; -1 out of memory. */
int hc_feed_slot(struct hc_feed *feed, struct hc_feed_file *file,
                 const struct hc_feed_slot *like);

#endif
