/* What hc-view shows of a record stream and of our JSON files, as text for people. */
#ifndef HC_FORMAT_VIEW_H
#define HC_FORMAT_VIEW_H

#include "base/yaml.h"
#include "format/page.h"
#include "record/accounts.h"
#include "record/stream.h"

struct hc_view_options {
    size_t rows;  /* first rows to show */
    bool values;  /* PHI as it is, not as shapes */
    bool verify;  /* check every buffer */
    size_t width; /* of the page, in characters */
    bool color;
    enum hc_kind kind;
    bool trust_input;
};
/* Kind, schema, totals, a summary of each column, the first rows. Reads the whole stream,
 * so fails as hc_reader_next does. Rows and sums go into accounts, which may be NULL. */
enum hc_status hc_view_stream(struct hc_buf *out, const char *path,
                              const struct hc_view_options *options,
                              struct hc_accounts *accounts,
                              struct hc_err *err) HC_MUST_CHECK;
/* A tree as headings and tables; amounts under "sums" as units. A long list whose items
 * hold lists themselves is shown without these unless all. */
enum hc_status hc_view_tree(struct hc_buf *out, const struct hc_node *root, size_t width,
                            bool all, struct hc_err *err) HC_MUST_CHECK;

/* A receipt of hc-ingest: verdict, what is wrong, what next, files, totals, streams. */
bool hc_view_is_receipt(const struct hc_node *root);
enum hc_status hc_view_receipt(const struct hc_page *page, const struct hc_node *root,
                               struct hc_err *err) HC_MUST_CHECK;

/* The first line of the rejects file that hc-ingest writes. */
#define HC_REJECTS_HEAD "delivery,entry,record,byte,field,reason,message,raw\n"
bool hc_view_is_rejects(struct hc_str text);
/* Such a file as counts by delivery, file, column and reason; no values. HC_EDATA for a row
 * that cannot be read. */
enum hc_status hc_view_rejects(const struct hc_page *page, struct hc_str text,
                               struct hc_err *err) HC_MUST_CHECK;

#endif
