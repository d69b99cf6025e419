#include "feed/shape.h"

#include <string.h>

static bool fits(char shape, char c) {
    bool digit = c >= '0' && c <= '9', letter = (c | 32) >= 'a' && (c | 32) <= 'z';
    switch (shape) {
    case '9':
        return digit;
    case '1':
        return digit && c != '0';
    case 'A':
        return letter;
    case 'X':
        return digit || letter;
    default:
        return c == shape;
    }
}

bool hc_shape_fits(const char *shape, struct hc_str text) {
    if (strlen(shape) != text.len)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!fits(shape[i], text.ptr[i]))
            return false;
    return true;
}
