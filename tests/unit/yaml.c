#include "base/yaml.h"

#include <stdlib.h>
#include <time.h>

#include "../tap.h"
#include "base/json.h"

static const struct {
    const char *text, *what; /* NULL: fine */
    unsigned line, column;
} cases[] = {
    {"a: 1\n", NULL, 0, 0},
    {"[]", NULL, 0, 0},
    {"{\"a\": [1, \"x\\u00e9\", null]}", NULL, 0, 0},
    {"", "is empty", 0, 0},
    {"# only this\n", "is empty", 0, 0},
    {"a: 1\nb: 2\na: 3\n", "duplicate key 'a'", 3, 1},
    {"a: {b: 1, b: 2}\n", "duplicate key 'b'", 1, 11},
    {"a: &x 1\nb: *x\n", "aliases are not allowed", 2, 4},
    {"a: !!str 1\n", "tags are not allowed", 1, 4},
    {"a: !x [1]\n", "tags are not allowed", 1, 4},
    {"a: 1\n---\nb: 1\n", "expected one document", 2, 1},
    {"? [a]\n: 1\n", "expected a plain key", 1, 3},
    {"? {a: b}\n: 1\n", "expected a plain key", 1, 3},
    {"a: \"x\\0y\"\n", "text holds a character that is not allowed", 1, 4},
    {"a: [1\n", "no valid YAML: did not find expected ',' or ']'", 2, 1},
    {"a:\n\tb: 1\n", "no valid YAML: found character that cannot start any token", 2, 1},
};

/* Wherever a file of ours was cut, it is not called a mistake of its writer. */
static void cut_anywhere(void) {
    static const char text[] = "{\n  \"a\": [1, -2.5, \"x\\u00e9\\\"\"],\n  \"Zürich €\": "
                               "{\"yes\": true, \"none\": null}\n}\n";
    size_t good = 0, last = sizeof text - 3; /* its closing brace */
    for (size_t len = 1; len <= last; len++) {
        struct hc_yaml *yaml = NULL;
        struct hc_err err = {0};
        char what[80];
        snprintf(what, sizeof what,
                 "cut off: the JSON is not complete at its last byte, %zu", len);
        enum hc_status status =
            hc_yaml_parse(&yaml, "receipt", (struct hc_str){text, len}, true, &err);
        if (status == HC_ECONFIG && strcmp(err.what, what) == 0 && err.line >= 1)
            good++;
        else
            tap_ok(false, "cut at %zu: status %d, %s", len, status, err.what);
        hc_yaml_free(yaml);
    }
    tap_int((int64_t)good, (int64_t)last, "JSON cut at every byte");
}

static void broken_json(void) {
    struct hc_yaml *yaml = NULL;
    struct hc_err err = {0};
    enum hc_status status =
        hc_yaml_parse(&yaml, "receipt", HC_STR("{\n\"a\" 1, \"b\": 2}"), true, &err);
    tap_ok(status == HC_ECONFIG && strncmp(err.what, "no valid JSON: ", 15) == 0 &&
               err.line == 2,
           "line %u: %s", err.line, err.what);
    err = (struct hc_err){0};
    status = hc_yaml_parse(&yaml, "receipt", HC_STR("{\n\"a\": \"\xff\",\n\"b\": 2}"), true,
                           &err);
    tap_ok(status == HC_ECONFIG && strncmp(err.what, "no valid JSON: ", 15) == 0 &&
               err.line == 2 && err.column == 7,
           "line %u, column %u: %s", err.line, err.column, err.what);
}

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void refuse_quickly(const char *unit, size_t times, const char *what) {
    struct hc_buf text = {0};
    struct hc_yaml *yaml;
    struct hc_err err = {0};
    for (size_t i = 0; i < times; i++)
        hc_buf_puts(&text, unit);
    double start = milliseconds();
    enum hc_status status = hc_yaml_parse(&yaml, "deep", hc_buf_str(&text), false, &err);
    double took = milliseconds() - start;
    tap_ok(status == HC_ECONFIG && strstr(err.what, what) && took < 50,
           "%zu times '%s' is status %d in %.1f ms: %s", times, unit, status, took,
           err.what);
    hc_buf_free(&text);
}

static void many_keys(bool ours) {
    struct hc_buf text = {0};
    struct hc_yaml *yaml;
    for (int i = 0; i < 60000; i++)
        hc_buf_printf(&text, "k%d: 1\n", i);
    double start = milliseconds();
    enum hc_status status = hc_yaml_parse(&yaml, "many", hc_buf_str(&text), ours, NULL);
    tap_ok(status == (ours ? HC_OK : HC_ECONFIG) && milliseconds() - start < 2000,
           "60000 keys are status %d in %.1f ms", status, milliseconds() - start);
    hc_yaml_free(yaml);
    hc_buf_free(&text);
}

static void values(void) {
    static const char text[] = "name: demo\nn: 12\nbad: x\nyes: true\nquoted: \"true\"\n"
                               "list: [a, 'b']\none: c\nnil: ~\nempty: ''\nmap: {k: v}\n"
                               "colour: gren\ntypo: 1\n";
    static const char *const known[] = {"name",   "n",    "bad", "yes",   "quoted",
                                        "list",   "one",  "nil", "empty", "map",
                                        "colour", "type", NULL};
    static const char *const colours[] = {"red", "green", NULL};
    struct hc_yaml *yaml;
    struct hc_err err = {0};
    size_t count;
    if (hc_yaml_parse(&yaml, "f.yaml", HC_STR(text), false, &err) != HC_OK)
        return (void)tap_ok(false, "%s", err.what);
    const struct hc_node *root = hc_yaml_root(yaml);
    struct hc_faults faults = {.yaml = yaml};
    tap_text(hc_get_text(&faults, root, "name", true, ""), "demo", "text");
    tap_text(hc_get_text(&faults, root, "nil", false, "fallback"), "fallback", "null");
    tap_text(hc_get_text(&faults, root, "empty", true, "x"), "", "quoted and empty");
    tap_int(hc_get_int(&faults, root, "n", 0, 99, 0), 12, "number");
    tap_ok(hc_get_bool(&faults, root, "yes", false), "bool");
    const char *const *texts = hc_get_texts(&faults, root, "list", true, &count);
    tap_ok(count == 2 && strcmp(texts[1], "b") == 0 && !texts[2], "list");
    texts = hc_get_texts(&faults, root, "one", true, &count);
    tap_ok(count == 1 && strcmp(texts[0], "c") == 0, "one value is a list of one");
    tap_int((int64_t)faults.count, 0, "no fault so far");
    hc_get_int(&faults, root, "bad", 0, 99, 7);
    hc_get_int(&faults, root, "n", 0, 9, 7);
    hc_get_bool(&faults, root, "quoted", true);
    hc_get_text(&faults, root, "list", true, "");
    hc_get_text(&faults, root, "missing", true, "");
    hc_get_texts(&faults, root, "map", false, &count);
    hc_get_choice(&faults, root, "colour", colours, 0);
    hc_check_keys(&faults, root, known);
    tap_int((int64_t)faults.count, 8, "every fault is counted");
    tap_int(hc_faults_end(&faults, &err), HC_ECONFIG, "and told together");
    tap_ok(strstr(err.what, "f.yaml:3:6: bad: expected a whole number from 0 to 99\n"),
           "with its place");
    tap_ok(strstr(err.what, "f.yaml:12:7: unknown key 'typo', did you mean 'type'?"),
           "with advice");
    tap_ok(strstr(err.what, "colour: unknown 'gren', did you mean 'green'?"),
           "for values too");
    hc_yaml_free(yaml);
}

static void json(void) {
    struct hc_buf buf = {0};
    struct hc_json j;
    hc_json_start(&j, &buf, true);
    hc_json_object(&j, NULL);
    hc_json_text(&j, "a", "q\"\\\n\x01\xff");
    hc_json_array(&j, "b");
    hc_json_int(&j, NULL, INT64_MIN);
    hc_json_object(&j, NULL);
    hc_json_inline(&j);
    hc_json_bool(&j, "c", true);
    hc_json_sum(&j, "d", (hc_i128)INT64_MAX * 10);
    hc_json_end(&j);
    hc_json_array(&j, NULL);
    hc_json_end(&j);
    hc_json_end(&j);
    hc_json_null(&j, "e");
    hc_json_end(&j);
    tap_ok(strcmp(hc_buf_text(&buf),
                  "{\n  \"a\": \"q\\\"\\\\\\n\\u0001\\ufffd\",\n  \"b\": [\n"
                  "    -9223372036854775808,\n"
                  "    {\"c\": true, \"d\": \"92233720368547758070\"},\n"
                  "    []\n  ],\n  \"e\": null\n}\n") == 0,
           "JSON is laid out");
    struct hc_yaml *yaml;
    tap_int(hc_yaml_parse(&yaml, "j", hc_buf_str(&buf), true, NULL), HC_OK, "and is YAML");
    tap_ok(hc_str_is(hc_node_get(hc_yaml_root(yaml), "a")->text, "q\"\\\n\x01\xef\xbf\xbd"),
           "text comes back");
    hc_yaml_free(yaml);
    hc_buf_free(&buf);
}

int main(void) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hc_yaml *yaml;
        struct hc_err err = {0};
        enum hc_status status =
            hc_yaml_parse(&yaml, "f.yaml", hc_str_of(cases[i].text), false, &err);
        if (!cases[i].what)
            tap_ok(status == HC_OK, "case %zu is fine: %s", i, err.what);
        else
            tap_ok(status == HC_ECONFIG && !yaml && strcmp(err.what, cases[i].what) == 0 &&
                       (!cases[i].line ||
                        (err.line == cases[i].line && err.column == cases[i].column)),
                   "case %zu is %d:%u:%u: %s", i, status, err.line, err.column, err.what);
        hc_yaml_free(yaml);
    }
    cut_anywhere();
    broken_json();
    refuse_quickly("[", 100000, "nested too deeply");
    refuse_quickly("{a: ", 100000, "nested too deeply");
    refuse_quickly("- ", 100000, "nested too deeply");
    refuse_quickly("                    ", 100000, "too large");
    many_keys(true);
    many_keys(false);
    values();
    json();
    return tap_done();
}
