#include "feed/again.h"

#include <unistd.h>

#include "base/yaml.h"

enum { RECEIPT_LIMIT = 64 << 20 };

static enum hc_status compare(const struct hc_ingest *run, const struct hc_delivered *d,
                              const struct hc_node *was, const struct hc_log *log,
                              struct hc_err *err) {
    const struct hc_node *name = hc_node_get(was, "name");
    const struct hc_node *sha256 = hc_node_get(was, "sha256");
    if (!name || !sha256 || hc_node_is_null(sha256) || !d->regular ||
        !hc_str_is(name->text, d->name))
        return HC_OK;
    if (hc_str_is(sha256->text, d->sha256)) {
        hc_log(log, HC_LOG_NOTE, "%s: as it was received before", d->name);
        return HC_OK;
    }
    if (run->options->replace) {
        hc_log(log, HC_LOG_NOTE, "%s: replaced, sha256 %.8s -> %.8s", d->name,
               sha256->text.ptr, d->sha256);
        return HC_OK;
    }
    hc_fail(err, HC_EDATA, "was received into %s as sha256 %.8s, is now %.8s",
            run->options->out_dir, sha256->text.ptr, d->sha256);
    hc_err_at_file(err, hc_delivery_place(d));
    hc_err_hint(err, "--replace takes in what is there now; what was received stays until "
                     "then");
    return HC_EDATA;
}

/* What stands in the folder has to be among the deliveries: else it would go without a
 * word. */
static enum hc_status occupied(const struct hc_ingest *run, const struct hc_node *root,
                               const struct hc_node *list, const struct hc_log *log,
                               struct hc_err *err) {
    const struct hc_node *feed = hc_node_get(hc_node_get(root, "feed"), "name");
    const char *folder = run->options->out_dir;
    const struct hc_node *gone = NULL;
    size_t more = 0;
    bool other = feed && !hc_str_is(feed->text, run->feed->name);
    for (const struct hc_node *was = list->child; was; was = was->next) {
        const struct hc_node *name = hc_node_get(was, "name");
        bool among = !name;
        for (size_t i = 0; !other && i < run->deliveries; i++)
            among |= name && hc_str_is(name->text, run->delivery[i].name);
        if (!among && gone)
            more++;
        else if (!among)
            gone = name;
    }
    if (!gone)
        return HC_OK;
    char text[320];
    int len = snprintf(text, sizeof text, "%.*s",
                       (int)(gone->text.len < 128 ? gone->text.len : 128), gone->text.ptr);
    if (more)
        len += snprintf(text + len, sizeof text - (size_t)len, " and %zu more", more);
    if (feed)
        snprintf(text + len, sizeof text - (size_t)len, " of feed %.*s",
                 (int)(feed->text.len < 64 ? feed->text.len : 64), feed->text.ptr);
    if (run->options->replace) {
        hc_log(log, HC_LOG_NOTE, "%s: replaced, it held %s", folder, text);
        return HC_OK;
    }
    hc_fail(err, HC_EDATA, "holds %s, which %s", text,
            other  ? "another feed read"
            : more ? "are not among these deliveries"
                   : "is not among these deliveries");
    hc_err_at_file(err, folder);
    hc_err_hint(err, "a folder of its own for each (--out-dir); --replace puts these in "
                     "its place");
    return HC_EDATA;
}

enum hc_status hc_again_check(struct hc_ingest *run, const struct hc_log *log,
                              struct hc_err *err) {
    struct hc_arena arena = {0};
    struct hc_buf text = {0};
    struct hc_yaml *yaml = NULL;
    const char *path = hc_arena_printf(&arena, "%s/receipt.json", run->options->out_dir);
    enum hc_status status = path ? HC_OK : hc_fail_memory(err);
    /* a receipt that cannot be read speaks for nothing */
    const struct hc_node *root =
        path && access(path, F_OK) == 0 &&
                hc_read_file(path, RECEIPT_LIMIT, &text, NULL) == HC_OK &&
                hc_yaml_parse(&yaml, path, hc_buf_str(&text), true, NULL) == HC_OK
            ? hc_yaml_root(yaml)
            : NULL;
    const struct hc_node *accepted = hc_node_get(root, "accepted");
    const struct hc_node *list = accepted && hc_str_is(accepted->text, "true")
                                     ? hc_node_get(root, "deliveries")
                                     : NULL;
    run->stands = list != NULL;
    if (status == HC_OK && list)
        status = occupied(run, root, list, log, err);
    for (const struct hc_node *was = list ? list->child : NULL; was; was = was->next)
        for (size_t i = 0; status == HC_OK && i < run->deliveries; i++)
            status = compare(run, &run->delivery[i], was, log, err);
    hc_yaml_free(yaml);
    hc_buf_free(&text);
    hc_arena_free(&arena);
    return status;
}
