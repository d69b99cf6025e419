#include "feed/doubts.h"

#include <inttypes.h>

#include "feed/shape.h"

bool hc_cell_fills(const struct hc_conversion *c, struct hc_str cell) {
    struct hc_str text = hc_str_trim(cell);
    for (size_t i = 0; i < c->null_texts; i++)
        if (hc_str_eq(text, c->null_text[i]))
            return false;
    return text.len > 0;
}

/* Neighbours often have the same code or number: after one that is good, `last`, they are
 * not looked at. */
static void count_codes(struct hc_slot_books *books, const struct hc_conversion *c,
                        const struct hc_str *cell, const struct hc_block *block) {
    struct hc_str last = {"", 0};
    for (size_t row = 0; row < block->rows; row++) {
        if (block->fault[row].kind != HC_FAULT_NONE || hc_str_eq(cell[row], last))
            continue;
        struct hc_str text = hc_str_trim(cell[row]);
        if (!hc_cell_fills(c, text) || hc_code_map_find(c->map, text)) {
            last = cell[row];
            continue;
        }
        if (books->unknown++ == 0) {
            books->first_unknown = hc_block_ordinal(block, row);
            hc_str_shape(text, books->unknown_shape);
        }
    }
}

static void count_shapes(struct hc_amount_books *books, const struct hc_feed_field *field,
                         const struct hc_str *cell, const struct hc_block *block) {
    struct hc_str last = {"", 0};
    for (size_t row = 0; row < block->rows; row++) {
        if (block->fault[row].kind != HC_FAULT_NONE || !hc_block_ends(block, row) ||
            hc_str_eq(cell[row], last))
            continue;
        struct hc_str text = hc_str_trim(cell[row]);
        if (!hc_cell_fills(&field->conversion, text) || hc_shape_fits(field->shape, text)) {
            last = cell[row];
            continue;
        }
        if (books->misshapen++ == 0) {
            books->first_misshapen = hc_block_ordinal(block, row);
            hc_str_shape(text, books->found_shape);
        }
    }
}

bool hc_field_implies(const struct hc_feed_field *field) {
    return field->form == HC_FORM_amount && field->conversion.implied > 0;
}

static bool has_digits_above_0(struct hc_str text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] >= '1' && text.ptr[i] <= '9')
            return true;
    return false;
}

static void count_points(struct hc_amount_books *books, const struct hc_str *cell,
                         const struct hc_block *block) {
    for (size_t row = 0; row < block->rows; row++) {
        if (block->fault[row].kind != HC_FAULT_NONE || !cell[row].len)
            continue;
        if (memchr(cell[row].ptr, '.', cell[row].len)) {
            if (books->pointed++ == 0)
                books->first_pointed = hc_block_ordinal(block, row);
        } else if (has_digits_above_0(cell[row]) && books->whole++ == 0) {
            books->first_whole = hc_block_ordinal(block, row);
        }
    }
}

void hc_doubts_count(const struct hc_entry_job *job, struct hc_str *const *cell,
                     const size_t *cell_of, const struct hc_block *block) {
    for (size_t s = 0; s < job->file->slots; s++)
        if (job->file->slot[s].doubted)
            count_codes(&job->books->slot[s], &job->file->slot[s].conversion,
                        cell[cell_of[job->file->slot[s].field]], block);
    for (size_t f = 0; f < job->file->fields; f++) {
        const struct hc_feed_field *field = &job->file->field[f];
        if (field->shape)
            count_shapes(&job->books->amount[f], field, cell[cell_of[f]], block);
        if (hc_field_implies(field))
            count_points(&job->books->amount[f], cell[cell_of[f]], block);
    }
}

/* Of a file whose amounts are written both ways. */
static bool find_mixed(const struct hc_entry_job *job, const char *name,
                       const char *colon) {
    const struct hc_amount_books *amount = job->books->amount;
    size_t fields = job->file->fields, pointed = fields, whole = fields;
    uint64_t points = 0, wholes = 0;
    for (size_t f = 0; f < fields; f++) {
        points += amount[f].pointed;
        wholes += amount[f].whole;
        pointed = amount[f].pointed && pointed == fields ? f : pointed;
        whole = amount[f].whole && whole == fields ? f : whole;
    }
    if (pointed == fields || whole == fields)
        return true;
    return hc_books_find(
        job->delivery, HC_FINDING_mixed_decimals,
        "%s%s%" PRIu64 " amounts have a point (%s, record %" PRIu64 "), %" PRIu64
        " have none and would be read with %d implied decimals (%s, record %" PRIu64 ")",
        name, colon, points, job->file->field[pointed].name, amount[pointed].first_pointed,
        wholes, job->file->field[whole].conversion.implied, job->file->field[whole].name,
        amount[whole].first_whole);
}

bool hc_doubts_find(const struct hc_entry_job *job) {
    bool alone = job->delivery->entries == 1, told = true;
    const char *name = alone ? "" : job->books->name, *colon = alone ? "" : ": ";
    for (size_t s = 0; s < job->file->slots; s++) {
        const struct hc_slot_books *slot = &job->books->slot[s];
        if (slot->unknown)
            told &= hc_books_find(
                job->delivery, HC_FINDING_unknown_code,
                "%s%s%s: %" PRIu64 " records have a code that the feed does not list, the "
                "first is record %" PRIu64 ", shape '%s'",
                name, colon, job->file->field[job->file->slot[s].field].name, slot->unknown,
                slot->first_unknown, slot->unknown_shape);
    }
    for (size_t f = 0; f < job->file->fields; f++) {
        const struct hc_amount_books *field = &job->books->amount[f];
        if (field->misshapen)
            told &= hc_books_find(job->delivery, HC_FINDING_shape,
                                  "%s%s%s: %" PRIu64 " of %" PRIu64
                                  " records have another shape than %s, the "
                                  "first is record %" PRIu64 ", shape '%s'",
                                  name, colon, job->file->field[f].name, field->misshapen,
                                  job->books->records, job->file->field[f].shape,
                                  field->first_misshapen, field->found_shape);
    }
    return find_mixed(job, name, colon) && told;
}
