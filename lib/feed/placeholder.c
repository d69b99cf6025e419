#include "feed/placeholder.h"

#include <string.h>

/* Each digit the one after (or before) the last, 0 next to 9. */
static bool counted(struct hc_str number, int step) {
    for (size_t i = 0; i < number.len; i++) {
        if (number.ptr[i] < '0' || number.ptr[i] > '9')
            return false;
        if (i > 0 && (number.ptr[i] - number.ptr[i - 1] - step) % 10 != 0)
            return false;
    }
    return true;
}

bool hc_real_number(struct hc_str number) {
    char seen[3] = "";
    size_t different = 0;
    bool digit = false;
    if (number.len < 5)
        return false;
    for (size_t i = 0; i < number.len; i++) {
        digit |= number.ptr[i] >= '0' && number.ptr[i] <= '9';
        if (different < sizeof seen && !memchr(seen, number.ptr[i], different))
            seen[different++] = number.ptr[i];
    }
    return digit && different == sizeof seen && !counted(number, 1) && !counted(number, -1);
}

/* A social security number, but for what its area says. */
static bool like_ssn(struct hc_str number) {
    if (number.len != 9 || !hc_real_number(number))
        return false;
    return memcmp(number.ptr, "000", 3) != 0 && memcmp(number.ptr, "666", 3) != 0 &&
           memcmp(number.ptr + 3, "00", 2) != 0 && memcmp(number.ptr + 5, "0000", 4) != 0 &&
           !hc_str_is(number, "078051120");
}

bool hc_real_ssn(struct hc_str number) {
    return like_ssn(number) && number.ptr[0] != '9';
}

bool hc_area9_ssn(struct hc_str number) {
    return like_ssn(number) && number.ptr[0] == '9';
}

static bool is_one_of(struct hc_str text, const char *const *words) {
    for (; *words; words++)
        if (hc_str_is(text, *words))
            return true;
    return false;
}

static bool begins_with_one(struct hc_str text, const char *const *words) {
    for (; *words; words++)
        if (text.len > strlen(*words) && memcmp(text.ptr, *words, strlen(*words)) == 0)
            return true;
    return false;
}

/* XX, ZZZ; a single letter may be a name (O) or an initial. */
static bool repeats(struct hc_str text) {
    for (size_t i = 1; i < text.len; i++)
        if (text.ptr[i] != text.ptr[0])
            return false;
    return text.len > 1;
}

bool hc_real_name(struct hc_str last, struct hc_str first) {
    static const char *const none[] = {"UNKNOWN", "UNK",  "UNKN", "NOTKNOWN", "NONAME",
                                       "NONE",    "NULL", "TEST", NULL};
    static const char *const lasts[] = {"LNU", "NOLASTNAME", NULL};
    static const char *const firsts[] = {
        "FNU",  "NOFIRSTNAME", "BABY",     "BABYA",     "BABYB",   "BABYC", "BOY",
        "GIRL", "BABYBOY",     "BABYGIRL", "INFANT",    "NEWBORN", "MALE",  "FEMALE",
        "TWIN", "TWINA",       "TWINB",    "DEPENDENT", NULL};
    static const char *const begun[] = {"BABYBOY", "BABYGIRL", "NEWBORN", NULL};
    static const char *const doe[] = {"JOHN", "JANE", NULL};
    if (is_one_of(last, none) || is_one_of(first, none) || repeats(last) || repeats(first))
        return false;
    return !is_one_of(last, lasts) && !is_one_of(first, firsts) &&
           !begins_with_one(first, begun) &&
           !(hc_str_is(last, "DOE") && is_one_of(first, doe));
}
