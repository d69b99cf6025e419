#include "base/opt.h"

#include <stdlib.h>

#include "base/num.h"
#include "base/str.h"

static enum hc_status usage(struct hc_err *err, const struct hc_cmd *cmd) {
    hc_err_hint(err, "%s --help lists the options", cmd->name);
    return HC_EUSAGE;
}

static enum hc_status append(struct hc_opt_list *list, struct hc_str text,
                             struct hc_err *err) {
    const char **item = realloc(list->item, (list->count + 1) * sizeof *item);
    if (!item)
        return hc_fail_memory(err);
    list->item = item;
    char *copy = malloc(text.len + 1);
    if (!copy)
        return hc_fail_memory(err);
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = 0;
    list->item[list->count++] = copy;
    return HC_OK;
}

static enum hc_status append_split(struct hc_opt_list *list, const char *text,
                                   struct hc_err *err) {
    for (;;) {
        struct hc_str item = {text, strcspn(text, ",")};
        if (item.len == 0)
            return hc_fail(err, HC_EUSAGE, "expected names separated by commas");
        enum hc_status status = append(list, item, err);
        if (status != HC_OK || text[item.len] == 0)
            return status;
        text += item.len + 1;
    }
}

static enum hc_status set_value(const struct hc_opt *opt, const char *text, void *config,
                                struct hc_err *err) {
    char *at = (char *)config + opt->offset;
    switch (opt->type) {
    case HC_OPT_FLAG:
        *(bool *)at = true;
        return HC_OK;
    case HC_OPT_STRING:
    case HC_OPT_MAYBE:
        *(const char **)at = text;
        return HC_OK;
    case HC_OPT_SIZE:
        if (hc_parse_size(hc_str_of(text), (uint64_t *)at, NULL) == HC_OK)
            return HC_OK;
        return hc_fail(err, HC_EUSAGE, "expected a size such as 256M, found '%s'", text);
    case HC_OPT_INT:
        if (hc_parse_int(hc_str_of(text), 0, INT64_MAX, (int64_t *)at, NULL) == HC_OK)
            return HC_OK;
        return hc_fail(err, HC_EUSAGE, "expected a number, 0 or more, found '%s'", text);
    case HC_OPT_LIST:
        return append_split((struct hc_opt_list *)at, text, err);
    case HC_OPT_MANY:
        return append((struct hc_opt_list *)at, hc_str_of(text), err);
    }
    return HC_EINTERNAL;
}

static enum hc_status set_option(const struct hc_cmd *cmd, const struct hc_opt *opt,
                                 const char *text, void *config, struct hc_err *err) {
    char field[96];
    enum hc_status status = set_value(opt, text, config, err);
    if (status == HC_OK)
        return HC_OK;
    snprintf(field, sizeof field, "--%s", opt->name);
    hc_err_at_field(err, field);
    return status == HC_EUSAGE ? usage(err, cmd) : status;
}

static enum hc_status unknown(const struct hc_cmd *cmd, struct hc_str word,
                              struct hc_err *err) {
    const char *names[128];
    size_t count = 0;
    for (const struct hc_opt *o = cmd->opts; o->name && count < 127; o++)
        names[count++] = o->name;
    names[count] = NULL;
    const char *nearest = hc_str_nearest(word, names);
    hc_fail(err, HC_EUSAGE, "unknown option --%.*s", (int)word.len, word.ptr);
    if (nearest)
        hc_err_hint(err, "did you mean --%s?", nearest);
    return usage(err, cmd);
}

/* --NAME, --NAME=VALUE, --NAME VALUE. next is the argument behind, or NULL; *used whether
 * it was taken. */
static enum hc_status long_option(const struct hc_cmd *cmd, const char *arg,
                                  const char *next, void *config, bool *used,
                                  struct hc_err *err) {
    struct hc_str name = {arg + 2, strcspn(arg + 2, "=")};
    const char *value = name.ptr[name.len] == '=' ? name.ptr + name.len + 1 : NULL;
    const struct hc_opt *opt = cmd->opts;
    while (opt->name && !hc_str_is(name, opt->name))
        opt++;
    if (!opt->name)
        return unknown(cmd, name, err);
    if (opt->type == HC_OPT_FLAG && value) {
        hc_fail(err, HC_EUSAGE, "--%s takes no value", opt->name);
        return usage(err, cmd);
    }
    if (opt->type == HC_OPT_MAYBE && !value) {
        value = "";
    } else if (opt->type != HC_OPT_FLAG && !value) {
        if (!next) {
            hc_fail(err, HC_EUSAGE, "--%s wants %s", opt->name, opt->value);
            return usage(err, cmd);
        }
        value = next;
        *used = true;
    }
    return set_option(cmd, opt, value, config, err);
}

/* -v, -vq, -oFILE, -o FILE */
static enum hc_status letters(const struct hc_cmd *cmd, const char *arg, const char *next,
                              void *config, bool *used, struct hc_err *err) {
    for (const char *letter = arg + 1; *letter; letter++) {
        const struct hc_opt *opt = cmd->opts;
        while (opt->name && opt->letter != *letter)
            opt++;
        if (!opt->name) {
            hc_fail(err, HC_EUSAGE, "unknown option -%c", *letter);
            return usage(err, cmd);
        }
        if (opt->type == HC_OPT_FLAG) {
            enum hc_status status = set_option(cmd, opt, NULL, config, err);
            if (status != HC_OK)
                return status;
            continue;
        }
        if (letter[1])
            return set_option(cmd, opt, letter + 1, config, err);
        if (!next) {
            hc_fail(err, HC_EUSAGE, "-%c wants %s", *letter, opt->value);
            return usage(err, cmd);
        }
        *used = true;
        return set_option(cmd, opt, next, config, err);
    }
    return HC_OK;
}

enum hc_status hc_opt_parse(const struct hc_cmd *cmd, int argc, char **argv, void *config,
                            int *first, struct hc_err *err) {
    char **kept = calloc((size_t)argc + 1, sizeof *kept); /* the arguments, in order */
    int options = 1, others = 0;
    enum hc_status status = kept ? HC_OK : hc_fail_memory(err);
    for (int i = 1; i < argc && status == HC_OK; i++) {
        char *arg = argv[i], *next = i + 1 < argc ? argv[i + 1] : NULL;
        bool used = false;
        if (strcmp(arg, "--") == 0) {
            argv[options++] = arg;
            while (++i < argc)
                kept[others++] = argv[i];
            break;
        }
        if (arg[0] != '-' || arg[1] == 0) {
            kept[others++] = arg;
            continue;
        }
        if (arg[1] == '-')
            status = long_option(cmd, arg, next, config, &used, err);
        else
            status = letters(cmd, arg, next, config, &used, err);
        argv[options++] = arg; /* never beyond i: each place is read before it is written */
        if (used)
            argv[options++] = argv[++i];
    }
    if (status == HC_OK) {
        memcpy(argv + options, kept, (size_t)others * sizeof *argv);
        *first = options;
    }
    free(kept);
    return status;
}

void hc_opt_free(const struct hc_cmd *cmd, void *config) {
    for (const struct hc_opt *opt = cmd->opts; opt->name; opt++) {
        if (opt->type != HC_OPT_LIST && opt->type != HC_OPT_MANY)
            continue;
        struct hc_opt_list *list = (void *)((char *)config + opt->offset);
        for (size_t i = 0; i < list->count; i++)
            free((void *)list->item[i]);
        free(list->item);
        *list = (struct hc_opt_list){0};
    }
}
