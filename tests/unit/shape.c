/* The shape of a text: one character each, whatever the letters' case. */
#include "feed/shape.h"
#include "../tap.h"

static const struct {
    const char *shape, *text;
    bool fits;
} cases[] = {
    {"1AX9AX9AA99", "1EG4TE5MK73", true},
    {"1AX9AX9AA99", "1eg4te5mk73", true},
    {"1AX9AX9AA99", "9S05L70ZB01", true},
    {"1AX9AX9AA99", "0EG4TE5MK73", false},
    {"1AX9AX9AA99", "1EG4TE5MK7", false},
    {"1AX9AX9AA99", "1EG4TE5MK731", false},
    {"1AX9AX9AA99", "123456789A", false},
    {"1AX9AX9AA99", "00000000000", false},
    {"1AX9AX9AA99", "1EG4-TE5-MK7", false},
    {"1AX9AX9AA99",
     "1EG4TE5M\xc3\xa9"
     "3",
     false},
    {"A-9", "z-0", true},
    {"A-9", "z_0", false},
    {"A", "@", false},
    {"A", "[", false},
    {"A", "`", false},
    {"A", "{", false},
    {"9", "/", false},
    {"9", ":", false},
    {"X", "", false},
    {"", "", true},
};

int main(void) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        tap_ok(hc_shape_fits(cases[i].shape, hc_str_of(cases[i].text)) == cases[i].fits,
               "'%s' %s '%s'", cases[i].text, cases[i].fits ? "fits" : "does not fit",
               cases[i].shape);
    return tap_done();
}
