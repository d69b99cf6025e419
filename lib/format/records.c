#include "format/records.h"

#include <stdlib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Records point into the chunk that read() gave, but for the one that began in the chunk
 * before: it is put together in `carry`. Both stay until the next call. */
struct hc_records {
    hc_bytes_fn *read;
    void *from;
    const uint8_t *chunk;
    size_t len, at;        /* of chunk; at: where the next record begins */
    uint64_t chunk_offset; /* byte of the entry where chunk begins */
    struct hc_buf carry;   /* the beginning of a record whose end has not been seen */
    struct hc_buf head;    /* the first bytes, when they came in small pieces */
    uint64_t carry_offset;
    bool carry_long; /* it is above HC_RECORD_MAX; the rest is dropped */
    bool carrying;
    bool carry_given; /* carry is part of the block handed out */
    bool begun, ended;
    bool open_end; /* the last record came without its end */
    char end;      /* of a record */
    uint64_t count;
    struct hc_block block;
    struct hc_str record[HC_BLOCK_ROWS];
    uint64_t offset[HC_BLOCK_ROWS];
    struct hc_fault fault[HC_BLOCK_ROWS];
};

const char *hc_fault_reason(enum hc_fault_kind kind) {
    static const char *const reason[] = {
#define FAULT(name, text) text,
        HC_FAULT_LIST
#undef FAULT
    };
    return kind < HC_FAULT_KINDS ? reason[kind] : "";
}

void hc_block_at(const struct hc_block *block, size_t row, struct hc_err *err) {
    hc_err_at_record(err, hc_block_ordinal(block, row), block->offset[row]);
}

enum hc_status hc_block_explain(const struct hc_block *block, size_t row,
                                struct hc_err *err) {
    switch ((enum hc_fault_kind)block->fault[row].kind) {
    case HC_FAULT_TOO_LONG:
        hc_fail(err, HC_EDATA, "line is longer than %u bytes", HC_RECORD_MAX);
        break;
    case HC_FAULT_NUL:
        hc_fail(err, HC_EDATA, "holds a NUL byte at position %zu of the record",
                (size_t)((const char *)memchr(block->record[row].ptr, 0,
                                              block->record[row].len) -
                         block->record[row].ptr) +
                    1);
        break;
    case HC_FAULT_UTF8:
        hc_fail(err, HC_EDATA, "is not valid UTF-8");
        hc_err_hint(err, "if it is Latin-1: iconv -f latin1 -t utf8");
        break;
    default:
        hc_fail(err, HC_EDATA, "%s",
                hc_fault_reason((enum hc_fault_kind)block->fault[row].kind));
    }
    hc_block_at(block, row, err);
    return HC_EDATA;
}

enum hc_status hc_records_new(struct hc_records **out, struct hc_err *err) {
    *out = malloc(sizeof **out);
    if (!*out)
        return hc_fail_memory(err);
    memset(*out, 0, offsetof(struct hc_records, record)); /* the rest is set row by row */
    return HC_OK;
}

void hc_records_free(struct hc_records *records) {
    if (records) {
        hc_buf_free(&records->carry);
        hc_buf_free(&records->head);
    }
    free(records);
}

void hc_records_start_bytes(struct hc_records *r, hc_bytes_fn *read, void *from) {
    struct hc_buf carry = r->carry, head = r->head;
    hc_buf_clear(&carry);
    hc_buf_clear(&head);
    memset(r, 0, offsetof(struct hc_records, record));
    r->carry = carry;
    r->head = head;
    r->read = read;
    r->from = from;
    r->end = '\n';
    r->block =
        (struct hc_block){.record = r->record, .offset = r->offset, .fault = r->fault};
}

void hc_records_end_at(struct hc_records *r, char end) {
    r->end = end;
}

static enum hc_status read_source(void *from, const uint8_t **bytes, size_t *len,
                                  struct hc_err *err) {
    return hc_source_read(from, bytes, len, err);
}

void hc_records_start(struct hc_records *records, struct hc_source *source) {
    hc_records_start_bytes(records, read_source, source);
}

/* ---- finding line ends ---- */

#ifdef __SSE2__
static inline uint64_t equals(const __m128i *v, __m128i byte) {
    uint64_t bits = 0;
    for (int i = 0; i < 4; i++)
        bits |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v[i], byte)) << 16 * i;
    return bits;
}
#endif

/* The next end at or after from, or len. *odd is set when a byte on the way (or up to 63
 * behind it) is NUL or not ASCII: then the record is looked at again, byte by byte. */
static size_t find_line_end(const uint8_t *bytes, size_t from, size_t len, char end,
                            bool *odd) {
    size_t at = from;
#ifdef __SSE2__
    const __m128i lf = _mm_set1_epi8(end), zero = _mm_setzero_si128();
    __m128i all = zero, least = _mm_set1_epi8(1);
    bool found = false;
    for (; len - at >= 64; at += 64) {
        __m128i v[4], any = zero;
        for (int i = 0; i < 4; i++) {
            v[i] = _mm_loadu_si128((const __m128i *)(const void *)(bytes + at + 16 * i));
            all = _mm_or_si128(all, v[i]);
            least = _mm_min_epu8(least, v[i]);
            any = _mm_or_si128(any, _mm_cmpeq_epi8(v[i], lf));
        }
        if (_mm_movemask_epi8(any)) {
            at += (size_t)__builtin_ctzll(equals(v, lf));
            found = true;
            break;
        }
    }
    *odd |= _mm_movemask_epi8(_mm_or_si128(all, _mm_cmpeq_epi8(least, zero))) != 0;
    if (found)
        return at;
#endif
    for (; at < len; at++) {
        if (bytes[at] == (uint8_t)end)
            return at;
        *odd |= bytes[at] == 0 || bytes[at] >= 128;
    }
    return len;
}

static void add_record(struct hc_records *r, struct hc_str text, uint64_t offset, bool odd,
                       bool too_long) {
    struct hc_block *block = &r->block;
    size_t row = block->rows++;
    block->record[row] = text;
    block->offset[row] = offset;
    block->fault[row] = (struct hc_fault){0};
    r->count++;
    if (too_long)
        hc_block_fault(block, row, HC_FAULT_TOO_LONG, 0);
    else if (odd && memchr(text.ptr, 0, text.len))
        hc_block_fault(block, row, HC_FAULT_NUL, 0);
    else if (odd && !hc_str_is_text(text))
        hc_block_fault(block, row, HC_FAULT_UTF8, 0);
}

/* Without a CR at its end, and cut at HC_RECORD_MAX when longer. */
static void add_whole(struct hc_records *r, const uint8_t *bytes, size_t len,
                      uint64_t offset, bool odd) {
    if (len > 0 && r->end == '\n' && bytes[len - 1] == '\r')
        len--;
    bool too_long = len > HC_RECORD_MAX;
    if (too_long)
        len = HC_RECORD_MAX;
    add_record(r, (struct hc_str){(const char *)bytes, len}, offset, odd, too_long);
}

/* ---- a record in pieces ---- */

/* The carry holds HC_RECORD_MAX + 1 bytes at most: one may be the CR of a line end. */
static enum hc_status carry_more(struct hc_records *r, const uint8_t *bytes, size_t len,
                                 struct hc_err *err) {
    size_t room = (size_t)HC_RECORD_MAX + 1 - r->carry.len;
    if (len > 0 && len > room)
        r->carry_long = true;
    hc_buf_put(&r->carry, bytes, len < room ? len : room);
    return r->carry.failed ? hc_fail_memory(err) : HC_OK;
}

static void end_carry(struct hc_records *r) {
    struct hc_str text = hc_buf_str(&r->carry);
    if (r->carry_long)
        add_record(r, (struct hc_str){text.ptr, HC_RECORD_MAX}, r->carry_offset, true,
                   true);
    else
        add_whole(r, r->carry.ptr ? r->carry.ptr : (const uint8_t *)"", text.len,
                  r->carry_offset, true);
    r->carrying = false;
    r->carry_given = true;
}

/* ---- the beginning of an entry ---- */

/* Two letters of every four bytes 0, for a good while: UTF-16 without a mark. */
static bool looks_like_utf16(const uint8_t *bytes, size_t len) {
    size_t even = 0, odd = 0, n = len < 64 ? len : 64;
    for (size_t i = 0; i < n; i++)
        if (bytes[i] == 0)
            (i % 2 ? odd++ : even++);
    return n >= 16 && ((odd == n / 2 && even == 0) || (even == (n + 1) / 2 && odd == 0));
}

static enum hc_status refuse_utf16(struct hc_err *err) {
    hc_fail(err, HC_EDATA, "is UTF-16, not UTF-8");
    hc_err_hint(err, "iconv -f utf-16 -t utf-8");
    return HC_EDATA;
}

/* What is packed within what was unpacked already is no text. */
static enum hc_status refuse_packed(const uint8_t *bytes, size_t len, struct hc_err *err) {
    static const struct {
        const char *name, *magic;
    } known[] = {{"gzip", "\x1f\x8b\x08"}, {"zstd", "\x28\xb5\x2f\xfd"}, {"zip", "PK\3\4"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t n = strlen(known[i].magic);
        if (len < n || memcmp(bytes, known[i].magic, n) != 0)
            continue;
        hc_fail(err, HC_EDATA, "is %s once more when unpacked: packed too often",
                known[i].name);
        hc_err_hint(err, "unpack it, and give what is in it");
        return HC_EDATA;
    }
    return HC_OK;
}

/* A mark of up to 3 bytes may come in pieces, and so may the 64 that show UTF-16: they are
 * gathered until they say what they are. */
static enum hc_status begin(struct hc_records *r, struct hc_err *err) {
    static const uint8_t mark[3] = {0xef, 0xbb, 0xbf};
    enum hc_status status = r->read(r->from, &r->chunk, &r->len, err);
    while (status == HC_OK && r->head.len + r->len < 64) {
        hc_buf_put(&r->head, r->chunk, r->len);
        status = r->read(r->from, &r->chunk, &r->len, err);
    }
    if (status == HC_OK && r->head.len > 0)
        hc_buf_put(&r->head, r->chunk, r->len);
    if (r->head.failed)
        return hc_fail_memory(err);
    if (status != HC_OK && status != HC_END)
        return status;
    if (status == HC_END || r->head.len > 0) {
        r->chunk = r->head.ptr;
        r->len = r->head.len;
    }
    r->begun = true;
    if (r->len >= 2 && ((r->chunk[0] == 0xff && r->chunk[1] == 0xfe) ||
                        (r->chunk[0] == 0xfe && r->chunk[1] == 0xff)))
        return refuse_utf16(err);
    if (looks_like_utf16(r->chunk, r->len))
        return refuse_utf16(err);
    if (r->len >= 3 && memcmp(r->chunk, mark, 3) == 0)
        r->at = 3;
    return refuse_packed(r->chunk, r->len, err);
}

/* ---- blocks ---- */

static enum hc_status next_chunk(struct hc_records *r, struct hc_err *err) {
    r->chunk_offset += r->len;
    r->at = r->len = 0;
    enum hc_status status = r->read(r->from, &r->chunk, &r->len, err);
    if (status != HC_OK)
        r->len = 0;
    return status;
}

/* All whole records of the chunk, up to a full block; the rest goes to carry. */
static enum hc_status take_chunk(struct hc_records *r, struct hc_err *err) {
    while (r->at < r->len && r->block.rows < HC_BLOCK_ROWS) {
        bool odd = false;
        size_t from = r->at, end = find_line_end(r->chunk, from, r->len, r->end, &odd);
        enum hc_status status = HC_OK;
        if (end == r->len || r->carrying) {
            if (!r->carrying) {
                if (r->carry_given)
                    return HC_OK; /* carry is still being looked at: hand the block out */
                hc_buf_clear(&r->carry);
                r->carry_offset = r->chunk_offset + from;
                r->carry_long = false;
                r->carrying = true;
            }
            status = carry_more(r, r->chunk + from, end - from, err);
            if (status == HC_OK && end < r->len)
                end_carry(r);
        } else {
            add_whole(r, r->chunk + from, end - from, r->chunk_offset + from, odd);
        }
        if (status != HC_OK)
            return status;
        r->at = end < r->len ? end + 1 : end;
    }
    return HC_OK;
}

enum hc_status hc_records_next(struct hc_records *r, struct hc_block **block,
                               struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (!r->begun)
        status = begin(r, err);
    r->block.rows = r->block.faults = 0;
    r->block.first = r->count + 1;
    r->carry_given = false;
    while (status == HC_OK && r->block.rows == 0 && !r->ended) {
        if (r->at < r->len)
            status = take_chunk(r, err);
        else if ((status = next_chunk(r, err)) == HC_END) {
            r->ended = true;
            r->open_end = r->carrying;
            if (r->carrying)
                end_carry(r);
            status = HC_OK;
        }
    }
    if (status != HC_OK)
        return status;
    *block = &r->block;
    return r->block.rows > 0 ? HC_OK : HC_END;
}

bool hc_records_open_end(const struct hc_records *r) {
    return r->open_end;
}
uint64_t hc_records_count(const struct hc_records *r) {
    return r->count;
}
uint64_t hc_records_bytes(const struct hc_records *r) {
    return r->chunk_offset + r->len;
}
