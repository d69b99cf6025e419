#include "format/source.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/container.h"

/* ---- containers that are known only to be refused ---- */

static bool starts(const uint8_t *head, size_t len, const char *magic, size_t magic_len) {
    return len >= magic_len && memcmp(head, magic, magic_len) == 0;
}
static bool is_7z(const uint8_t *head, size_t len) {
    return starts(head, len, "7z\xbc\xaf\x27\x1c", 6);
}
static bool is_bzip2(const uint8_t *head, size_t len) {
    return len >= 10 && memcmp(head, "BZh", 3) == 0 && memcmp(head + 4, "1AY&SY", 6) == 0;
}
static bool is_xz(const uint8_t *head, size_t len) {
    return starts(head, len,
                  "\xfd"
                  "7zXZ\0",
                  6);
}
static bool is_rar(const uint8_t *head, size_t len) {
    return starts(head, len, "Rar!\x1a\x07", 6);
}

static const struct hc_container refused[] = {
    {.name = "7z", .matches = is_7z},       {.name = "tar", .matches = hc_is_tar},
    {.name = "bzip2", .matches = is_bzip2}, {.name = "xz", .matches = is_xz},
    {.name = "rar", .matches = is_rar},
};
/* In order of asking; plain takes whatever is left. */
static const struct hc_container *const containers[] = {
    &hc_container_zip, &hc_container_gzip, &hc_container_zstd,
    &refused[0],       &refused[1],        &refused[2],
    &refused[3],       &refused[4],        &hc_container_plain,
};

/* ---- the delivery's bytes ---- */

enum { HEAD = 512 }; /* bytes that tell what an entry is */

/* The next bytes of outer's entry. The first ones are put together until they tell what it
 * is, however few outer gives at a time. */
static enum hc_status more_of_entry(struct hc_source *source, size_t *got,
                                    struct hc_err *err) {
    struct hc_source *outer = source->outer;
    if (source->rest_len > 0) {
        source->raw = source->rest;
        *got = source->rest_len;
        source->rest_len = 0;
        return HC_OK;
    }
    enum hc_status status = outer->container->read(outer, &source->raw, got, err);
    if (status == HC_END)
        *got = 0;
    if (status != HC_OK || source->raw_read > 0 || *got >= HEAD)
        return status == HC_END ? HC_OK : status;
    const uint8_t *bytes = source->raw;
    size_t more = *got;
    if (!(source->raw_buffer = malloc(HEAD)))
        return hc_fail_memory(err);
    source->raw = source->raw_buffer;
    for (*got = 0; status == HC_OK;) {
        size_t take = more < HEAD - *got ? more : HEAD - *got;
        memcpy(source->raw_buffer + *got, bytes, take);
        *got += take;
        if (*got == HEAD) { /* outer is not read again before the rest is given */
            source->rest = bytes + take;
            source->rest_len = more - take;
            return HC_OK;
        }
        status = outer->container->read(outer, &bytes, &more, err);
    }
    return status == HC_END ? HC_OK : status;
}

/* The first chunk is long enough to tell the container, however little a pipe gives. */
static enum hc_status more_of_input(struct hc_source *source, size_t *got,
                                    struct hc_err *err) {
    size_t least = source->raw_read == 0 ? HEAD : 1, more = 1;
    enum hc_status status = HC_OK;
    for (*got = 0; status == HC_OK && more > 0 && *got < least; *got += more)
        status = hc_in_read(source->in, source->raw_buffer + *got, HC_SOURCE_CHUNK - *got,
                            &more, err);
    return status;
}

enum hc_status hc_raw_more(struct hc_source *source, struct hc_err *err) {
    if (source->raw_at < source->raw_end)
        return HC_OK;
    if (source->raw_ended)
        return HC_END;
    size_t got = 0;
    enum hc_status status = HC_OK;
    if (source->outer) {
        status = more_of_entry(source, &got, err);
    } else if (source->spool >= 0 || source->whole) {
        uint64_t left =
            source->size > source->raw_read ? source->size - source->raw_read : 0;
        got = left < HC_SOURCE_CHUNK ? (size_t)left : HC_SOURCE_CHUNK;
        if (got > 0)
            status = hc_raw_at(source, source->raw_read, source->raw_buffer, got, err);
    } else {
        status = more_of_input(source, &got, err);
    }
    if (status != HC_OK)
        return status;
    source->raw_at = 0;
    source->raw_end = got;
    source->raw_read += got;
    source->raw_ended = got == 0;
    if (source->digest)
        hc_digest_add(source->digest, source->raw, got);
    else if (source->known)
        hc_quick_add(&source->quick, source->raw, got);
    return got > 0 ? HC_OK : HC_END;
}

enum hc_status hc_raw_take(struct hc_source *source, void *bytes, size_t len,
                           struct hc_err *err) {
    uint8_t *to = bytes;
    while (len > 0) {
        enum hc_status status = hc_raw_more(source, err);
        if (status != HC_OK)
            return status;
        size_t have = source->raw_end - source->raw_at;
        size_t take = have < len ? have : len;
        memcpy(to, source->raw + source->raw_at, take);
        source->raw_at += take;
        to += take;
        len -= take;
    }
    return HC_OK;
}

enum hc_status hc_raw_at(struct hc_source *source, uint64_t offset, void *bytes, size_t len,
                         struct hc_err *err) {
    if (source->whole)
        source = source->whole;
    if (source->spool >= 0)
        return hc_temp_read(source->spool, offset, bytes, len, err);
    return hc_in_read_at(source->in, offset, bytes, len, err);
}

/* Standard input cannot seek: put it aside, then read it like a file. What raw holds
 * already is its beginning; its digest starts again. */
static enum hc_status spool_input(struct hc_source *source, struct hc_err *err) {
    const char *folder = source->options ? source->options->temp_dir : NULL;
    uint64_t at = 0;
    int fd = -1;
    enum hc_status status = hc_temp_open(&fd, folder, err);
    while (status == HC_OK && (status = hc_raw_more(source, err)) == HC_OK) {
        size_t len = source->raw_end - source->raw_at;
        status = hc_temp_write(fd, at, source->raw + source->raw_at, len, err);
        at += len;
        source->raw_at = source->raw_end;
    }
    if (status != HC_END) {
        if (fd >= 0)
            close(fd);
        return status;
    }
    source->spool = fd;
    source->size = at;
    source->raw_at = source->raw_end = 0;
    source->raw_read = 0;
    source->raw_ended = false;
    source->known = NULL;
    hc_digest_free(source->digest);
    source->digest = NULL;
    return hc_digest_new(&source->digest, err);
}

/* ---- entries ---- */

enum hc_status hc_source_entry_add(struct hc_source *source, struct hc_str name,
                                   struct hc_err *err) {
    if (source->entries >= HC_SOURCE_ENTRIES_MAX)
        return hc_fail(err, HC_EDATA, "holds more than %d entries", HC_SOURCE_ENTRIES_MAX);
    if (source->entries == source->entries_cap) {
        size_t cap = source->entries_cap ? source->entries_cap * 2 : 16;
        struct hc_entry *grown = realloc(source->entry_list, cap * sizeof *grown);
        if (!grown)
            return hc_fail_memory(err);
        source->entry_list = grown;
        source->entries_cap = cap;
    }
    char *copy = hc_arena_copy(&source->arena, name);
    if (!copy)
        return hc_fail_memory(err);
    source->entry_list[source->entries++] = (struct hc_entry){0, copy};
    return HC_OK;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct hc_entry *)a)->name, ((const struct hc_entry *)b)->name);
}

static enum hc_status number_entries(struct hc_source *source, struct hc_err *err) {
    if (source->entries > 1)
        qsort(source->entry_list, source->entries, sizeof *source->entry_list, by_name);
    for (size_t i = 0; i < source->entries; i++) {
        if (i > 0 && by_name(&source->entry_list[i - 1], &source->entry_list[i]) == 0)
            return hc_fail(err, HC_EDATA, "holds two entries named '%s'",
                           source->entry_list[i].name);
        source->entry_list[i].number = (unsigned)i + 1;
    }
    return HC_OK;
}

static int name_order(const void *a, const void *b) {
    const struct hc_str *name = a;
    return hc_str_cmp(*name, hc_str_of(((const struct hc_entry *)b)->name));
}

unsigned hc_source_entry_number(const struct hc_source *source, struct hc_str name) {
    const struct hc_entry *found = NULL;
    if (source->entries > 0)
        found =
            bsearch(&name, source->entry_list, source->entries, sizeof *found, name_order);
    return found ? found->number : 0;
}

enum hc_status hc_source_ratio(uint64_t expanded, uint64_t packed, struct hc_err *err) {
    if (expanded <= HC_SOURCE_RATIO_FROM || expanded / HC_SOURCE_RATIO_MAX <= packed)
        return HC_OK;
    return hc_fail(
        err, HC_EDATA,
        "expands to more than %d times its size; refused as a decompression bomb",
        HC_SOURCE_RATIO_MAX);
}

enum hc_status hc_source_refuse(const char *container, struct hc_err *err) {
    hc_fail(err, HC_EDATA, "%s archives are not supported", container);
    hc_err_hint(err,
                "unpack it and pack it again as zip or gzip, or give the unpacked files");
    return HC_EDATA;
}

const char *hc_source_name(const struct hc_source *source) {
    return source->told ? source->told : source->path;
}

struct hc_str hc_source_unwrapped_name(struct hc_str name) {
    if (name.len > 3 && memcmp(name.ptr + name.len - 3, ".gz", 3) == 0)
        name.len -= 3;
    else if (name.len > 4 && memcmp(name.ptr + name.len - 4, ".zst", 4) == 0)
        name.len -= 4;
    return name;
}

struct hc_str hc_source_single_name(const char *path) {
    return hc_source_unwrapped_name(hc_str_of(hc_base_name(path)));
}

/* ---- opening ---- */

static enum hc_status recognise(struct hc_source *source, struct hc_err *err) {
    enum hc_status status = hc_raw_more(source, err);
    if (status != HC_OK && status != HC_END)
        return status;
    size_t len = source->raw_end;
    size_t rows = sizeof containers / sizeof *containers;
    for (size_t i = 0; i < rows && !source->container; i++)
        if (containers[i]->matches(source->raw, len))
            source->container = containers[i];
    return source->container->open ? HC_OK : hc_source_refuse(source->container->name, err);
}

static bool is_names_only(const struct hc_source *source) {
    return source->options && source->options->names_only;
}

static enum hc_status open_file(struct hc_source *source, struct hc_err *err) {
    enum hc_status status = hc_in_open(&source->in, source->path, err);
    source->known = source->options ? source->options->known : NULL;
    if (status == HC_OK && !source->known && !is_names_only(source))
        status = hc_digest_new(&source->digest, err);
    if (status == HC_OK && !((source->raw_buffer = malloc(HC_SOURCE_CHUNK)) &&
                             (source->out = malloc(HC_SOURCE_CHUNK))))
        status = hc_fail_memory(err);
    source->raw = source->raw_buffer;
    if (status == HC_OK)
        status = recognise(source, err);
    if (status == HC_OK)
        source->size = hc_in_size(source->in);
    if (status == HC_OK && source->container->seeks && !hc_in_seekable(source->in))
        status = spool_input(source, err);
    return status;
}

const char hc_source_fetch[] =
    "fetch the delivery again and compare its size with the sender's";

/* Containers say so in their first word. */
static bool is_damage(const char *what) {
    return strncmp(what, "damaged", 7) == 0 || strncmp(what, "cut off", 7) == 0;
}

/* Damage in a file that somebody is still writing is not damage. */
enum hc_status hc_source_judge(struct hc_source *source, enum hc_status status,
                               struct hc_err *err) {
    if (status == HC_OK || status == HC_END)
        return status;
    struct hc_err changed = {0};
    struct hc_in *in = source->whole ? source->whole->in : source->in;
    if ((status == HC_EDATA || status == HC_EIO) && in &&
        hc_in_unchanged(in, &changed) == HC_ETEMP) {
        status = HC_ETEMP;
        if (err)
            *err = changed;
    }
    if (source->entry.name && !source->entry_ended && source->entries > 0 &&
        !source->container->single) {
        char place[512];
        snprintf(place, sizeof place, "%s/%s", source->path,
                 source->entry_source ? source->entry_source->path : source->entry.name);
        hc_err_at_file(err, place);
    }
    hc_err_at_file(err, hc_source_name(source));
    if (status == HC_EDATA && err && is_damage(err->what))
        hc_err_hint(err, "%s", hc_source_fetch);
    return status;
}

enum hc_status hc_source_open(struct hc_source **out, const char *path,
                              const struct hc_source_options *options, struct hc_err *err) {
    struct hc_source *source = calloc(1, sizeof *source);
    *out = NULL;
    if (!source)
        return hc_fail_memory(err);
    source->spool = -1;
    source->options = options;
    source->passphrase = options ? options->passphrase : NULL;
    source->inflate =
        options && options->inflate ? options->inflate : hc_inflate_engine(NULL);
    source->entry_ended = true;
    source->path = hc_arena_copy(&source->arena, hc_str_of(path));
    if (options && options->name && strcmp(path, "-") == 0)
        source->told = hc_arena_copy(&source->arena, hc_str_of(options->name));
    struct stat st;
    enum hc_status status = source->path ? HC_OK : hc_fail_memory(err);
    if (status == HC_OK && strcmp(path, "-") != 0 && stat(path, &st) == 0 &&
        S_ISDIR(st.st_mode))
        source->container = &hc_container_folder;
    else if (status == HC_OK)
        status = open_file(source, err);
    if (status == HC_OK)
        status = source->container->open(source, err);
    if (status == HC_OK)
        status = number_entries(source, err);
    if (status == HC_OK && source->container->judge)
        status = source->container->judge(source, err);
    source->options = NULL; /* the caller's, and may go */
    if (status != HC_OK) {
        status = hc_source_judge(source, status, err);
        hc_source_free(source);
        return status;
    }
    *out = source;
    return HC_OK;
}

void hc_source_free(struct hc_source *source) {
    if (!source)
        return;
    hc_ahead_free(source->ahead); /* first: its thread reads the source */
    hc_source_free(source->entry_source);
    if (source->container && source->container->drop)
        source->container->drop(source);
    if (source->spool >= 0)
        close(source->spool);
    hc_in_free(source->in);
    hc_digest_free(source->digest);
    free(source->raw_buffer);
    free(source->out);
    if (!source->whole)
        free(source->entry_list);
    hc_arena_free(&source->arena);
    free(source);
}

/* ---- entries that are packed themselves ---- */

/* The current entry, wrapped_name in the container, as a source of its own: what it is, is
 * told by its content. One level: what is in a gzip or zstd entry is not looked into. */
static enum hc_status open_entry(struct hc_source *source, struct hc_err *err) {
    struct hc_source *entry = calloc(1, sizeof *entry);
    if (!entry)
        return hc_fail_memory(err);
    source->entry_source = entry;
    entry->outer = source;
    entry->spool = -1;
    entry->inflate = source->inflate;
    entry->path = source->wrapped_name;
    enum hc_status status = recognise(entry, err);
    if (status != HC_OK)
        return status;
    if (entry->container->seeks) {
        hc_fail(err, HC_EDATA, "a %s inside a %s is not supported", entry->container->name,
                source->container->name);
        hc_err_hint(err, "unpack the outer one and give the inner one as a delivery");
        return HC_EDATA;
    }
    if (entry->container != &hc_container_plain && !(entry->out = malloc(HC_SOURCE_CHUNK)))
        return hc_fail_memory(err);
    return entry->container->open(entry, err);
}

static enum hc_status read_entry(struct hc_source *source, const uint8_t **bytes,
                                 size_t *len, struct hc_err *err) {
    struct hc_source *from = source->entry_source ? source->entry_source : source;
    enum hc_status status = from->container->read(from, bytes, len, err);
    if (status != HC_OK)
        return status;
    source->expanded += *len;
    return from != source ? hc_source_ratio(source->expanded, source->size, err) : HC_OK;
}

/* ---- reading ---- */

enum hc_status hc_source_next_here(struct hc_source *source, const struct hc_entry **entry,
                                   struct hc_err *err) {
    const uint8_t *bytes;
    size_t len;
    enum hc_status status = HC_OK;
    while (!source->entry_ended && status == HC_OK)
        status = hc_source_read_here(source, &bytes, &len, err);
    if (status != HC_OK && status != HC_END)
        return status;
    source->entry.name = NULL;
    hc_source_free(source->entry_source);
    source->entry_source = NULL;
    source->total += source->expanded;
    source->expanded = 0;
    status = HC_OK;
    if (source->container->wraps)
        status = hc_source_ratio(source->total, source->size, err);
    if (status == HC_OK)
        status = source->container->next(source, err);
    source->entry_ended = status != HC_OK;
    if (status == HC_OK && source->container->wraps)
        status = open_entry(source, err);
    if (status == HC_OK)
        *entry = &source->entry;
    return hc_source_judge(source, status, err);
}

enum hc_status hc_source_read_here(struct hc_source *source, const uint8_t **bytes,
                                   size_t *len, struct hc_err *err) {
    if (source->entry_ended)
        return HC_END;
    enum hc_status status =
        hc_source_judge(source, read_entry(source, bytes, len, err), err);
    if (status == HC_END)
        source->entry_ended = true;
    return status;
}

enum hc_status hc_source_conclude(struct hc_source *source, struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (source->in) {
        if (source->spool < 0)
            status = hc_source_judge(source, hc_in_unchanged(source->in, err), err);
        source->bytes = source->raw_read;
        if (source->digest)
            hc_digest_hex(source->digest, source->hex);
        else if (source->known &&
                 hc_quick_sum(&source->quick) == hc_quick_sum(&source->known->quick))
            memcpy(source->hex, source->known->sha256, sizeof source->hex);
    }
    source->finished = status == HC_OK;
    return status;
}

enum hc_status hc_source_finish_here(struct hc_source *source, struct hc_err *err) {
    const struct hc_entry *entry;
    enum hc_status status = HC_OK;
    if (source->finished)
        return HC_OK;
    while (status == HC_OK)
        status = hc_source_next_here(source, &entry, err);
    if (status == HC_END && source->container->finish && !source->one)
        status = hc_source_judge(source, source->container->finish(source, err), err);
    if (status != HC_END && status != HC_OK)
        return status;
    return hc_source_conclude(source, err);
}

enum hc_status hc_source_next(struct hc_source *source, const struct hc_entry **entry,
                              struct hc_err *err) {
    return source->ahead ? hc_ahead_next(source->ahead, entry, err)
                         : hc_source_next_here(source, entry, err);
}

enum hc_status hc_source_read(struct hc_source *source, const uint8_t **bytes, size_t *len,
                              struct hc_err *err) {
    return source->ahead ? hc_ahead_read(source->ahead, bytes, len, err)
                         : hc_source_read_here(source, bytes, len, err);
}

enum hc_status hc_source_finish(struct hc_source *source, struct hc_err *err) {
    return source->ahead ? hc_ahead_finish(source->ahead, err)
                         : hc_source_finish_here(source, err);
}

const char *hc_source_container(const struct hc_source *source) {
    return source->container->name;
}
size_t hc_source_entries(const struct hc_source *source) {
    return source->entries;
}
const char *hc_source_entry_name(const struct hc_source *source, unsigned number) {
    return source->entry_list[number - 1].name;
}
const char *hc_source_digest(const struct hc_source *source) {
    return source->hex;
}
uint64_t hc_source_bytes(const struct hc_source *source) {
    return source->bytes;
}
