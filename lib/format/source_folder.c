/* A folder: each file in it is an entry, plain, gzip or zstd, in order of name. Hidden
 * files are no part of a delivery. */
#include <stdlib.h>
#include <sys/stat.h>

#include "format/container.h"

struct folder {
    size_t files, at;
    char **file; /* names, sorted */
    const char **path;
    struct hc_source *open; /* the file being read */
    const struct hc_entry *inner;
};

static bool matches(const uint8_t *head, size_t len) {
    (void)head, (void)len;
    return false; /* told by stat(), not by content */
}

static enum hc_status refuse_folder(const char *path, struct hc_err *err) {
    hc_fail(err, HC_EDATA,
            "is a folder in a folder: the files of a delivery stand side by side");
    hc_err_hint(err, "move its files up, or pack all as a zip, where files may stand in "
                     "folders; a delivery of its own is given by itself");
    hc_err_at_file(err, path);
    return HC_EDATA;
}

/* A pipe or device would keep its reader waiting. Where only names are asked for, folders
 * may be deliveries. */
static enum hc_status refuse_other(const char *path, bool names_only, struct hc_err *err) {
    struct stat st;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode) && !names_only)
        return refuse_folder(path, err);
    if (stat(path, &st) != 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
        return HC_OK; /* what else is wrong is told when it is opened */
    hc_fail(err, HC_EDATA, "a folder's files are read by their names: this is none");
    hc_err_hint(err, "copy what it gives into a file");
    hc_err_at_file(err, path);
    return HC_EDATA;
}

static enum hc_status open_folder(struct hc_source *source, struct hc_err *err) {
    struct folder *f = source->state = calloc(1, sizeof *f);
    char **names;
    size_t count;
    if (!f)
        return hc_fail_memory(err);
    enum hc_status status = hc_digest_new(&source->digest, err);
    if (status == HC_OK)
        status = hc_list_folder(source->path, &source->arena, &names, &count, err);
    if (status != HC_OK)
        return status;
    f->file = hc_arena_alloc(&source->arena, (count + 1) * sizeof *f->file);
    f->path = hc_arena_alloc(&source->arena, (count + 1) * sizeof *f->path);
    if (!f->file || !f->path)
        return hc_fail_memory(err);
    for (size_t i = 0; i < count && status == HC_OK; i++) {
        if (names[i][0] == '.' || strcmp(names[i], "__MACOSX") == 0)
            continue;
        f->file[f->files] = names[i];
        f->path[f->files] =
            hc_arena_printf(&source->arena, "%s/%s", source->path, names[i]);
        if (!f->path[f->files])
            return hc_fail_memory(err);
        status = refuse_other(f->path[f->files++],
                              source->options && source->options->names_only, err);
        if (status != HC_OK)
            return status;
        status = hc_source_entry_add(source, hc_source_single_name(names[i]), err);
    }
    return status;
}

static void digest_file(struct hc_source *source, const char *name,
                        const struct hc_source *file) {
    const char *hex = hc_source_digest(file);
    hc_digest_add(source->digest, name, strlen(name));
    hc_digest_add(source->digest, " ", 1);
    hc_digest_add(source->digest, hex, strlen(hex));
    hc_digest_add(source->digest, "\n", 1);
    source->bytes += hc_source_bytes(file);
}

/* What was read of the last file is checked and goes into the folder's digest. */
static enum hc_status end_file(struct hc_source *source, struct folder *f,
                               struct hc_err *err) {
    enum hc_status status = hc_source_finish(f->open, err);
    if (status != HC_OK)
        return status;
    if (source->whole) {
        memcpy(source->hex, hc_source_digest(f->open), sizeof source->hex);
        source->bytes = hc_source_bytes(f->open);
    } else {
        digest_file(source, f->file[f->at - 1], f->open);
    }
    hc_source_free(f->open);
    f->open = NULL;
    return HC_OK;
}

static bool parts(const struct hc_source *source) {
    (void)source;
    return true;
}

static enum hc_status part_folder(struct hc_source *part, size_t i, struct hc_err *err) {
    const struct folder *whole = part->whole->state;
    struct folder *f = part->state = calloc(1, sizeof *f);
    if (!f)
        return hc_fail_memory(err);
    *f = (struct folder){.files = i < whole->files ? i + 1 : i,
                         .at = i,
                         .file = whole->file,
                         .path = whole->path};
    return HC_OK;
}

static void part_end(struct hc_source *whole, const struct hc_source *part) {
    const struct folder *f = part->state;
    digest_file(whole, f->file[f->at - 1], part);
}

static enum hc_status next(struct hc_source *source, struct hc_err *err) {
    struct folder *f = source->state;
    enum hc_status status = f->open ? end_file(source, f, err) : HC_OK;
    if (status != HC_OK)
        return status;
    if (f->at == f->files)
        return HC_END;
    const char *path = f->path[f->at++];
    status = hc_source_open(&f->open, path, NULL, err);
    if (status != HC_OK)
        return status;
    if (!f->open->container->single) {
        hc_fail(err, HC_EDATA, "a %s inside a folder is not supported",
                f->open->container->name);
        hc_err_hint(err, "give it as a delivery of its own");
        hc_err_at_file(err, path);
        return HC_EDATA;
    }
    unsigned number =
        hc_source_entry_number(source, hc_str_of(f->open->entry_list[0].name));
    source->entry = source->entry_list[number - 1];
    return hc_source_next(f->open, &f->inner, err);
}

static enum hc_status read_folder(struct hc_source *source, const uint8_t **bytes,
                                  size_t *len, struct hc_err *err) {
    struct folder *f = source->state;
    return hc_source_read(f->open, bytes, len, err);
}

static enum hc_status finish(struct hc_source *source, struct hc_err *err) {
    (void)err;
    if (!source->whole)
        hc_digest_hex(source->digest, source->hex);
    return HC_OK;
}

static void drop(struct hc_source *source) {
    struct folder *f = source->state;
    if (f)
        hc_source_free(f->open);
    free(f);
}

const struct hc_container hc_container_folder = {.name = "folder",
                                                 .matches = matches,
                                                 .open = open_folder,
                                                 .next = next,
                                                 .read = read_folder,
                                                 .finish = finish,
                                                 .drop = drop,
                                                 .parts = parts,
                                                 .part = part_folder,
                                                 .part_end = part_end};
