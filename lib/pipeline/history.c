#include "pipeline/history.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/yaml.h"

enum { HISTORY_LIMIT = 256 << 20, FIRST_ROOM = 64 };

static const char *const actions[] = {"received", "replaced", "withdrawn", NULL};

const char *hc_event_name(enum hc_event_action action) {
    return actions[action];
}

bool hc_event_counts(const struct hc_event *event) {
    return event && event->action != HC_EVENT_withdrawn;
}

/* ---- by delivery ---- */

static const char *key_of(struct hc_buf *buf, const char *step, const char *delivery) {
    hc_buf_printf(buf, "%s/%s", step, delivery);
    return hc_buf_text(buf);
}

const struct hc_event *hc_history_last(const struct hc_history *history, const char *step,
                                       const char *delivery) {
    struct hc_buf buf = {0};
    uint32_t id;
    bool found = hc_map_find(history->key, hc_str_of(key_of(&buf, step, delivery)), &id);
    hc_buf_free(&buf);
    return found ? &history->event[history->last[id]] : NULL;
}

static bool grow(void **items, size_t *room, size_t size) {
    size_t more = *room ? *room * 2 : FIRST_ROOM;
    void *grown = realloc(*items, more * size);
    if (!grown)
        return false;
    *items = grown;
    *room = more;
    return true;
}

static const char *copy(struct hc_history *history, const char *text, bool *failed) {
    const char *own = text ? hc_arena_copy(&history->arena, hc_str_of(text)) : NULL;
    *failed = *failed || (text && !own);
    return own;
}

enum hc_status hc_history_add(struct hc_history *history, const struct hc_event *event,
                              struct hc_err *err) {
    struct hc_buf buf = {0};
    uint32_t id = 0;
    bool failed = false;
    const char *key = key_of(&buf, event->step, event->delivery);
    enum hc_status status = buf.failed
                                ? hc_fail_memory(err)
                                : hc_map_add(history->key, hc_str_of(key), &id, NULL, err);
    hc_buf_free(&buf);
    if (status != HC_OK)
        return status;
    if ((history->events == history->room &&
         !grow((void **)&history->event, &history->room, sizeof *history->event)) ||
        (id >= history->keys_room &&
         !grow((void **)&history->last, &history->keys_room, sizeof *history->last)))
        return hc_fail_memory(err);
    struct hc_event *own = &history->event[history->events];
    *own = *event;
    own->at = copy(history, event->at, &failed);
    own->step = copy(history, event->step, &failed);
    own->delivery = copy(history, event->delivery, &failed);
    own->feed = copy(history, event->feed, &failed);
    own->sha256 = copy(history, event->sha256, &failed);
    own->before = copy(history, event->before, &failed);
    own->receipt = copy(history, event->receipt, &failed);
    own->verdict = copy(history, event->verdict, &failed);
    if (failed)
        return hc_fail_memory(err);
    history->last[id] = history->events++;
    return HC_OK;
}

/* ---- reading ---- */

static const char *text_of(const struct hc_node *map, const char *key) {
    const struct hc_node *node = hc_node_get(map, key);
    return node && node->type == HC_NODE_SCALAR && !hc_node_is_null(node) ? node->text.ptr
                                                                          : NULL;
}

static int64_t count_of(const struct hc_node *map, const char *key) {
    const char *text = text_of(map, key);
    int64_t value = -1;
    if (text && hc_parse_int(hc_str_of(text), 0, INT64_MAX, &value, NULL) != HC_OK)
        return -1;
    return value;
}

static bool is_digest(const char *text) {
    return !text || (strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64);
}

static enum hc_status add_line(struct hc_history *history, struct hc_str line,
                               struct hc_err *err) {
    struct hc_yaml *yaml = NULL;
    enum hc_status status = hc_yaml_parse(&yaml, history->path, line, true, err);
    if (status == HC_ENOMEM)
        return status;
    const struct hc_node *root = status == HC_OK ? hc_yaml_root(yaml) : NULL;
    struct hc_event event = {.at = text_of(root, "at"),
                             .step = text_of(root, "step"),
                             .delivery = text_of(root, "delivery"),
                             .feed = text_of(root, "feed"),
                             .sha256 = text_of(root, "sha256"),
                             .before = text_of(root, "before"),
                             .receipt = text_of(root, "receipt"),
                             .verdict = text_of(root, "verdict"),
                             .bytes = count_of(root, "bytes"),
                             .rows = count_of(root, "rows")};
    const char *action = text_of(root, "action");
    size_t which = 0;
    while (actions[which] && (!action || strcmp(actions[which], action) != 0))
        which++;
    event.action = (enum hc_event_action)which;
    bool good = actions[which] && event.at && event.step && event.delivery &&
                is_digest(event.sha256) && is_digest(event.before) &&
                is_digest(event.receipt) && (event.sha256 || !hc_event_counts(&event));
    status = good ? hc_history_add(history, &event, err)
                  : hc_fail(err, HC_EDATA, "is no event of a delivery");
    hc_yaml_free(yaml);
    return status;
}

static enum hc_status read_lines(struct hc_history *history, struct hc_str rest,
                                 struct hc_err *err) {
    for (unsigned number = 1; rest.len; number++) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        size_t len = end ? (size_t)(end - rest.ptr) : rest.len;
        enum hc_status status =
            end ? add_line(history, (struct hc_str){rest.ptr, len}, err)
                : hc_fail(err, HC_EDATA, "ends in the middle of a line");
        if (status != HC_OK) {
            hc_err_at_file(err, history->path);
            hc_err_at_line(err, number, 1);
            hc_err_hint(err, "the history of deliveries was altered: put it back from a "
                             "backup, or start with another --work-dir");
            return status;
        }
        rest.ptr += len + 1;
        rest.len -= len + 1;
    }
    return HC_OK;
}

static enum hc_status digest_of(const char *path, char hex[65], struct hc_err *err) {
    hex[0] = '\0';
    return access(path, F_OK) == 0 ? hc_digest_file(path, hex, err) : HC_OK;
}

enum hc_status hc_history_read(struct hc_history *history, const char *work,
                               struct hc_err *err) {
    struct hc_buf text = {0};
    *history = (struct hc_history){0};
    history->path = hc_arena_printf(&history->arena, "%s/history.jsonl", work);
    enum hc_status status =
        history->path ? hc_map_new(&history->key, err) : hc_fail_memory(err);
    if (status != HC_OK || access(history->path, F_OK) != 0)
        return status;
    status = digest_of(history->path, history->digest, err);
    if (status == HC_OK)
        status = hc_read_file(history->path, HISTORY_LIMIT, &text, err);
    if (status == HC_OK)
        status = read_lines(history, hc_buf_str(&text), err);
    history->written = history->events;
    hc_buf_free(&text);
    return status;
}

void hc_history_free(struct hc_history *history) {
    hc_map_free(history->key);
    free(history->event);
    free(history->last);
    hc_arena_free(&history->arena);
    *history = (struct hc_history){0};
}

enum hc_status hc_history_unchanged(const struct hc_history *history, struct hc_err *err) {
    char hex[65];
    enum hc_status status = digest_of(history->path, hex, err);
    if (status != HC_OK || strcmp(hex, history->digest) == 0)
        return status;
    hc_fail(err, HC_ETEMP, "another run was at it just now");
    hc_err_at_file(err, history->path);
    hc_err_hint(err, "run again");
    return HC_ETEMP;
}

/* ---- writing ---- */

static void put_count(struct hc_json *json, const char *key, int64_t value) {
    if (value >= 0)
        hc_json_int(json, key, value);
}

static void put_text(struct hc_json *json, const char *key, const char *value) {
    if (value)
        hc_json_text(json, key, value);
}

static void put_event(struct hc_buf *text, const struct hc_event *event) {
    struct hc_json json;
    hc_json_start(&json, text, false);
    hc_json_object(&json, NULL);
    hc_json_text(&json, "at", event->at);
    hc_json_text(&json, "action", hc_event_name(event->action));
    hc_json_text(&json, "step", event->step);
    hc_json_text(&json, "delivery", event->delivery);
    put_text(&json, "feed", event->feed);
    hc_json_text(&json, "sha256", event->sha256);
    put_text(&json, "before", event->before);
    put_count(&json, "bytes", event->bytes);
    put_count(&json, "rows", event->rows);
    put_text(&json, "verdict", event->verdict);
    put_text(&json, "receipt", event->receipt);
    hc_json_end(&json);
    hc_buf_putc(text, '\n');
}

enum hc_status hc_history_write(struct hc_history *history, struct hc_err *err) {
    struct hc_out_options options = {.durable = true, .digest = true};
    struct hc_buf text = {0};
    if (history->written == history->events)
        return HC_OK;
    for (size_t i = 0; i < history->events; i++)
        put_event(&text, &history->event[i]);
    enum hc_status status =
        hc_write_file(history->path, &options, &text, history->digest, err);
    if (status == HC_OK)
        history->written = history->events;
    hc_buf_free(&text);
    return status;
}

/* ---- showing ---- */

enum { SHOWN = 10 }; /* columns of the table */

/* In one word, so that the row stays short. */
static const char *short_verdict(const char *verdict) {
    return !verdict                                           ? ""
           : strcmp(verdict, "accepted with exceptions") == 0 ? "exceptions"
                                                              : verdict;
}

static void show_cells(const struct hc_event *event, const char *cell[SHOWN],
                       char number[2][HC_NUM_SIZE], char digest[3][16]) {
    int64_t count[2] = {event->bytes, event->rows};
    const char *hex[3] = {event->sha256, event->receipt, event->before};
    for (int i = 0; i < 2; i++) {
        number[i][0] = '\0';
        if (count[i] >= 0)
            hc_format_scaled(count[i], 0, number[i]);
    }
    for (int i = 0; i < 3; i++)
        snprintf(digest[i], sizeof digest[i], "%.8s", hex[i] ? hex[i] : "");
    const char *all[SHOWN] = {
        event->at, hc_event_name(event->action),  event->step, event->delivery, number[0],
        number[1], short_verdict(event->verdict), digest[0],   digest[1],       digest[2]};
    memcpy(cell, all, sizeof all);
}

static void show_row(struct hc_buf *text, const char *const cell[SHOWN],
                     const size_t width[SHOWN]) {
    static const bool right[SHOWN] = {[4] = true, [5] = true};
    size_t last = SHOWN;
    while (last > 1 && cell[last - 1][0] == '\0')
        last--;
    for (size_t i = 0; i < last; i++) {
        int wide = i + 1 == last && !right[i] ? 0 : (int)width[i];
        hc_buf_printf(text, "%s%*s", i ? "  " : "", right[i] ? wide : -wide, cell[i]);
    }
    hc_buf_putc(text, '\n');
}

void hc_history_print(const struct hc_history *history, bool json, struct hc_buf *text) {
    static const char *const heads[SHOWN] = {"at",      "action", "step",    "delivery",
                                             "bytes",   "rows",   "verdict", "sha256",
                                             "receipt", "before"};
    const char *cell[SHOWN];
    char number[2][HC_NUM_SIZE], digest[3][16];
    size_t width[SHOWN] = {0};
    bool receipts = false;
    for (size_t i = 0; json && i < history->events; i++)
        put_event(text, &history->event[i]);
    if (json)
        return;
    for (size_t i = 0; i <= history->events; i++) {
        if (i < history->events)
            show_cells(&history->event[i], cell, number, digest);
        else
            memcpy(cell, heads, sizeof heads);
        for (size_t c = 0; c < SHOWN; c++)
            width[c] = strlen(cell[c]) > width[c] ? strlen(cell[c]) : width[c];
    }
    show_row(text, heads, width);
    for (size_t i = 0; i < history->events; i++) {
        show_cells(&history->event[i], cell, number, digest);
        show_row(text, cell, width);
        receipts = receipts || history->event[i].receipt;
    }
    if (receipts)
        hc_buf_printf(text, "a receipt: hc-view %.*s/receipts/RECEIPT*.json\n",
                      (int)(strlen(history->path) - strlen("/history.jsonl")),
                      history->path);
}

/* ---- names ---- */

/* What reads the file takes these for line ends, or for no text at all. */
static bool has_unreadable(const char *text) {
    static const char *const ends[] = {"\u2028",       "\u2029",       "\uFEFF",
                                       "\xef\xbf\xbe", "\xef\xbf\xbf", NULL};
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f ||
            (*c == '\xc2' && (unsigned char)c[1] < 0xa0)) /* U+0080 to U+009F */
            return true;
    for (size_t i = 0; ends[i]; i++)
        if (strstr(text, ends[i]))
            return true;
    return false;
}

bool hc_history_keeps(const char *delivery) {
    return hc_str_is_text(hc_str_of(delivery)) && !has_unreadable(delivery);
}

bool hc_pattern_names(const char *pattern, const char *step, const char *delivery) {
    struct hc_buf buf = {0};
    bool named = hc_str_glob(pattern, hc_str_of(delivery), false) ||
                 (strchr(pattern, '/') &&
                  hc_str_glob(pattern, hc_str_of(key_of(&buf, step, delivery)), false));
    hc_buf_free(&buf);
    return named;
}

bool hc_name_given(const struct hc_opt_list *list, const char *step, const char *delivery) {
    struct hc_buf buf = {0};
    const char *key = key_of(&buf, step, delivery);
    bool given = false;
    for (size_t i = 0; i < list->count; i++)
        given = given || strcmp(list->item[i], delivery) == 0 ||
                strcmp(list->item[i], key) == 0;
    hc_buf_free(&buf);
    return given;
}

bool hc_patterns_name(const struct hc_opt_list *list, const char *step,
                      const char *delivery) {
    for (size_t i = 0; i < list->count; i++)
        if (hc_pattern_names(list->item[i], step, delivery))
            return true;
    return false;
}
