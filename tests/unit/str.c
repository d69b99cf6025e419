#include "base/str.h"

#include "../tap.h"
#include "base/err.h"

static const struct {
    const char *pattern, *name;
    bool fold, match;
} globs[] = {
    {"*", "", false, true},
    {"", "", false, true},
    {"", "x", false, false},
    {"P.*.ZCY??.D*.T*", "P.F001.ACO.ZCY20.D201101.T0102030", false, true},
    {"*.csv", "a.CSV", false, false},
    {"*.csv", "a.CSV", true, true},
    {"a*b*c", "aXbYbZc", false, true},
    {"a*b*c", "aXbYbZ", false, false},
    {"[a-c]x", "bx", false, true},
    {"[a-c]x", "dx", false, false},
    {"[A-C]x", "bX", true, true},
    {"[!0-9]*", "a1", false, true},
    {"[!0-9]*", "1a", false, false},
    {"[]]", "]", false, true},
    {"[ab", "[ab", false, true},
    {"??", "a", false, false},
    {"*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false, false},
};
/* each before the next */
static const char *const in_order[] = {"",         "bcda-2",      "bcda-010", "bcda-10",
                                       "bcda-10a", "bcda-11",     "bcda-a",   "part-9",
                                       "part-10",  "part-10.csv", "part-100", "partner"};
static const struct {
    struct hc_str text;
    bool valid;
} texts[] = {
    {HC_STR(""), true},
    {HC_STR("plain ascii, longer than eight"), true},
    {HC_STR("caf\xc3\xa9"), true},
    {HC_STR("caf\xe9"), false},
    {HC_STR("\xf0\x9f\x98\x80"), true},
    {HC_STR("\xf4\x90\x80\x80"), false},
    {HC_STR("\xed\xa0\x80"), false},
    {HC_STR("\xc0\x80"), false},
    {HC_STR("\xe0\x80\x80"), false},
    {HC_STR("\xe2\x82"), false},
    {HC_STR("a\0b"), false},
    {HC_STR("12345678\0"), false},
    {HC_STR("1234567\0abcdefgh"), false},
    {HC_STR("\x80"), false},
    {HC_STR("12345678\xc3"), false},
};
static const struct {
    const char *word, *nearest;
} words[] = {
    {"outptu", "output"}, {"memroy", "memory"}, {"by", "by"}, {"bu", "by"},
    {"zzzzzz", NULL},     {"", NULL},           {"o", NULL},
};

static void shapes(void) {
    char shape[HC_SHAPE_SIZE];
    tap_text(hc_str_shape(HC_STR("1EG4-TE5-MK73"), shape), "9AA9-AA9-AA99",
             "shape of an id");
    tap_text(hc_str_shape(HC_STR("a\x01\xff\x7fz"), shape), "A???A", "no control bytes");
    tap_text(hc_str_shape(HC_STR("123456789012345678901234"), shape),
             "999999999999999999999999", "24 bytes are shown");
    tap_text(hc_str_shape(HC_STR("1234567890123456789012345"), shape),
             "999999999999999999999999...", "more is cut");
}

static void messages(void) {
    struct hc_err err = {0};
    char text[8192];
    FILE *out = fmemopen(text, sizeof text, "w");
    hc_fail(&err, HC_EDATA, "expected an amount such as 12.50, found shape '%s'", "99,99");
    hc_err_at_field(&err, "paid");
    hc_err_at_field(&err, "outer");
    hc_err_at_record(&err, 1204417, 376982208);
    hc_err_at_file(&err, "feb.zip/A\nB");
    hc_err_hint(&err, "first");
    hc_err_hint(&err, "second");
    hc_err_print(out, "hc-ingest", &err);
    fclose(out);
    tap_ok(
        strcmp(
            text,
            "hc-ingest: feb.zip/A\\x0aB:1204417: paid: expected an amount such as 12.50, "
            "found shape '99,99' (record starts at byte 376982208)\nhint: first\n") == 0,
        "a whole message; the deeper layer's words stay");
    hc_fail(&err, HC_EIO, "again: %s", err.what);
    tap_ok(err.file[0] == 0 && strncmp(err.what, "again: expected", 15) == 0,
           "an argument may point into err");
    err = (struct hc_err){0};
    hc_fail(&err, HC_ECONFIG, "a:1:2: x\nb:3:4: y");
    out = fmemopen(text, sizeof text, "w");
    hc_err_print(out, "t", &err);
    fclose(out);
    tap_ok(strcmp(text, "t: a:1:2: x\nt: b:3:4: y\n") == 0, "each line has the prefix");
    tap_int(hc_fail_errno(NULL, HC_EIO, 5, "x"), HC_EIO, "err may be NULL");
    for (enum hc_status s = HC_OK; s <= HC_ESIGTERM; s++)
        if (s != HC_END)
            tap_ok(hc_status_of_exit(hc_exit_code(s)) == s, "exit code %d is a status",
                   hc_exit_code(s));
    tap_int(hc_status_of_exit(99), HC_EINTERNAL, "unknown exit code");
}

int main(void) {
    static const char *const names[] = {"output", "memory", "by", NULL};
    for (size_t i = 0; i < sizeof globs / sizeof *globs; i++)
        tap_ok(hc_str_glob(globs[i].pattern, hc_str_of(globs[i].name), globs[i].fold) ==
                   globs[i].match,
               "'%s' %s '%s'", globs[i].pattern,
               globs[i].match ? "matches" : "does not match", globs[i].name);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        tap_ok(hc_str_is_text(texts[i].text) == texts[i].valid, "text %zu is %s", i,
               texts[i].valid ? "valid" : "refused");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *got = hc_str_nearest(hc_str_of(words[i].word), names);
        tap_text(got ? got : "(none)", words[i].nearest ? words[i].nearest : "(none)",
                 words[i].word);
    }
    tap_ok(hc_str_cmp(HC_STR("a"), HC_STR("ab")) < 0, "the shorter comes first");
    tap_ok(hc_str_cmp(HC_STR("b"), HC_STR("ab")) > 0, "bytes decide");
    tap_ok(hc_str_cmp(HC_STR("\x7f"), HC_STR("\x80")) < 0, "bytes are unsigned");
    tap_ok(hc_str_eq(hc_str_trim(HC_STR(" \t a b \t")), HC_STR("a b")), "blanks go");
    tap_int((int64_t)hc_str_trim(HC_STR("   ")).len, 0, "only blanks");
    shapes();
    messages();
    for (size_t i = 0; i < sizeof in_order / sizeof *in_order; i++)
        for (size_t j = 0; j < sizeof in_order / sizeof *in_order; j++) {
            int order = hc_name_order(in_order[i], in_order[j]);
            tap_ok((order > 0) - (order < 0) == (i > j) - (i < j), "'%s' and '%s': %d",
                   in_order[i], in_order[j], order);
        }
    return tap_done();
}
