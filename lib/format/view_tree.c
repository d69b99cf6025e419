/* Receipts, manifests and accounts as text: a map's scalars as name and value, what holds
 * more under a heading, a list of like maps as a table. */
#include "format/grid.h"
#include "format/text.h"
#include "format/view.h"
#include "record/batch.h"

struct page {
    struct hc_buf *out;
    size_t width;
    bool all; /* also what stands deeper in long lists */
};
static void put_node(const struct page *page, const struct hc_node *node, size_t indent);

static bool is_scalars(const struct hc_node *node) {
    for (const struct hc_node *n = node->child; n; n = n->next)
        if (n->type != HC_NODE_SCALAR && n->child)
            return false;
    return true;
}

/* A sum told as digits is in the smallest unit of its column: cents, ten-thousandths. */
static int scale_of(struct hc_str name) {
    for (size_t kind = 0; kind < HC_KINDS; kind++) {
        int i = hc_schema_find(&hc_kinds[kind], name);
        if (i >= 0 && (hc_kinds[kind].field[i].flags & HC_SUM))
            return hc_kinds[kind].field[i].type == HC_TYPE_cents ? 2
                   : hc_kinds[kind].field[i].type == HC_TYPE_e4  ? 4
                                                                 : 0;
    }
    return 0;
}

static void put_scalar(struct hc_buf *text, const struct hc_node *node, bool sum) {
    int64_t value;
    char number[HC_NUM_SIZE];
    if (!node || hc_node_is_null(node))
        hc_buf_putc(text, '-');
    else if (sum && hc_parse_int(node->text, INT64_MIN, INT64_MAX, &value, NULL) == HC_OK)
        hc_buf_puts(text, hc_format_scaled(value, scale_of(node->key), number));
    else
        hc_text_clean(text, node->text);
}

/* Scalars of a list in one line. */
static void put_joined(struct hc_buf *text, const struct hc_node *list) {
    for (const struct hc_node *n = list->child; n; n = n->next) {
        put_scalar(text, n, false);
        if (n->next)
            hc_buf_puts(text, ", ");
    }
    if (!list->child) /* "-" is what is not known */
        hc_buf_puts(text, "none");
}

static void put_indent(struct hc_buf *out, size_t indent) {
    while (indent-- > 0)
        hc_buf_putc(out, ' ');
}

/* ---- a list of maps as a table: its columns are all keys, in order of first appearance
 * ---- */

#define MOST_COLUMNS 24
struct table {
    const struct hc_node *first[MOST_COLUMNS];  /* an entry that has the key */
    const struct hc_node *within[MOST_COLUMNS]; /* the map of one level down, or NULL */
    size_t columns;
    const struct hc_node *deeper[4]; /* entries that no cell can hold */
    size_t deep;
};

static bool add_column(struct table *t, const struct hc_node *within,
                       const struct hc_node *entry) {
    for (size_t i = 0; i < t->columns; i++) {
        bool same_within = within
                               ? t->within[i] && hc_str_eq(within->key, t->within[i]->key)
                               : !t->within[i];
        if (same_within && hc_str_eq(entry->key, t->first[i]->key))
            return true;
    }
    if (t->columns == MOST_COLUMNS)
        return false;
    t->first[t->columns] = entry;
    t->within[t->columns++] = within;
    return true;
}

static void add_deeper(struct table *t, const struct hc_node *entry) {
    for (size_t i = 0; i < t->deep; i++)
        if (hc_str_eq(t->deeper[i]->key, entry->key))
            return;
    if (t->deep < sizeof t->deeper / sizeof *t->deeper)
        t->deeper[t->deep++] = entry;
}

/* false when the list is no table: items that are no maps, too many columns. */
static bool find_columns(struct table *t, const struct hc_node *list) {
    for (const struct hc_node *item = list->child; item; item = item->next) {
        if (item->type != HC_NODE_MAP)
            return false;
        for (const struct hc_node *n = item->child; n; n = n->next) {
            if (n->type != HC_NODE_SCALAR && !is_scalars(n)) {
                add_deeper(t, n);
                continue;
            }
            if (n->type != HC_NODE_MAP && !add_column(t, NULL, n))
                return false;
            for (const struct hc_node *m = n->type == HC_NODE_MAP ? n->child : NULL; m;
                 m = m->next)
                if (!add_column(t, n, m))
                    return false;
        }
    }
    return t->columns > 0;
}

static bool is_digest(struct hc_str text) {
    for (size_t i = 0; i < text.len; i++)
        if (!strchr("0123456789abcdef", text.ptr[i]))
            return false;
    return text.len == 64;
}

static void add_cell(struct hc_grid *grid, const struct table *t, size_t column,
                     const struct hc_node *item) {
    struct hc_buf text = {0};
    char number[32];
    const struct hc_node *within = t->within[column];
    const struct hc_node *map = within ? hc_node_get(item, within->key.ptr) : item;
    const struct hc_node *value = hc_node_get(map, t->first[column]->key.ptr);
    if (value && !is_scalars(value)) {
        snprintf(number, sizeof number, "%zu", value->children);
        hc_buf_puts(&text, number);
    } else if (value && value->type != HC_NODE_SCALAR) {
        put_joined(&text, value);
    } else if (value) {
        put_scalar(&text, value, within && hc_str_is(within->key, "sums"));
    }
    if (is_digest(hc_buf_str(&text))) {
        text.len = 12;
        hc_buf_puts(&text, "...");
    }
    hc_grid_cell(grid, hc_buf_str(&text));
    hc_buf_free(&text);
}

static bool put_table(const struct page *page, const struct hc_node *list, size_t indent) {
    struct table t = {0};
    if (!find_columns(&t, list) || (t.deep && (page->all || list->children == 1)))
        return false;
    struct hc_grid grid = {.columns = t.columns};
    for (size_t i = 0; i < t.columns; i++)
        hc_grid_cell(&grid, t.first[i]->key);
    for (const struct hc_node *item = list->child; item; item = item->next)
        for (size_t i = 0; i < t.columns; i++)
            add_cell(&grid, &t, i, item);
    hc_grid_measure(&grid);
    bool fits = hc_grid_width(&grid) + indent <= page->width;
    if (fits)
        hc_grid_print(&grid, 0, true, indent, page->out);
    hc_grid_free(&grid);
    if (!fits || t.deep == 0)
        return fits;
    put_indent(page->out, indent);
    hc_buf_puts(page->out, "(-v shows of each:");
    for (size_t i = 0; i < t.deep; i++) {
        hc_buf_putc(page->out, ' ');
        hc_text_clean(page->out, t.deeper[i]->key);
    }
    hc_buf_puts(page->out, ")\n");
    return true;
}

/* ---- maps and lists ---- */

static void put_map(const struct page *page, const struct hc_node *map, size_t indent) {
    struct hc_buf *out = page->out;
    struct hc_grid grid = {.columns = 2};
    bool sums = hc_str_is(map->key, "sums");
    for (const struct hc_node *n = map->child; n; n = n->next) {
        struct hc_buf text = {0};
        if (n->type == HC_NODE_SCALAR)
            put_scalar(&text, n, sums);
        else if (!n->child || (n->type == HC_NODE_LIST && is_scalars(n)))
            put_joined(&text, n);
        else
            continue;
        hc_grid_cell(&grid, n->key);
        hc_grid_cell(&grid, hc_buf_str(&text));
        hc_buf_free(&text);
    }
    hc_grid_measure(&grid);
    if (grid.cells)
        hc_grid_print(&grid, 0, false, indent, out);
    hc_grid_free(&grid);
    for (const struct hc_node *n = map->child; n; n = n->next) {
        if (n->type == HC_NODE_SCALAR || !n->child ||
            (n->type == HC_NODE_LIST && is_scalars(n)))
            continue;
        if (indent == 0 && out->len)
            hc_buf_putc(out, '\n');
        put_indent(out, indent);
        hc_text_clean(out, n->key);
        hc_buf_putc(out, '\n');
        put_node(page, n, indent + 2);
    }
}

static void put_list(const struct page *page, const struct hc_node *list, size_t indent) {
    size_t number = 0;
    if (put_table(page, list, indent))
        return;
    for (const struct hc_node *n = list->child; n; n = n->next) {
        put_indent(page->out, indent);
        hc_buf_printf(page->out, "%zu.\n", ++number);
        put_node(page, n, indent + 2);
    }
}

static void put_node(const struct page *page, const struct hc_node *node, size_t indent) {
    if (node->type == HC_NODE_MAP) {
        put_map(page, node, indent);
    } else if (node->type == HC_NODE_LIST) {
        put_list(page, node, indent);
    } else {
        put_indent(page->out, indent);
        put_scalar(page->out, node, false);
        hc_buf_putc(page->out, '\n');
    }
}

enum hc_status hc_view_tree(struct hc_buf *out, const struct hc_node *root, size_t width,
                            bool all, struct hc_err *err) {
    struct page page = {out, width, all};
    put_node(&page, root, 0);
    return out->failed ? hc_fail_memory(err) : HC_OK;
}
