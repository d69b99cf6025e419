/* A list of words that grows in an arena: argument vectors. */
#ifndef HC_PIPELINE_WORDS_H
#define HC_PIPELINE_WORDS_H

#include "base/arena.h"

struct hc_words {
    const char **item; /* NULL-terminated once something was added */
    size_t count, room;
    bool failed; /* sticky: out of memory */
};
/* word may be NULL (out of memory before): then the list has failed. */
static inline void hc_words_add(struct hc_words *words, struct hc_arena *arena,
                                const char *word) {
    if (words->count + 1 >= words->room) {
        size_t room = words->room ? words->room * 2 : 16;
        const char **item = (const char **)hc_arena_zalloc(arena, room * sizeof *item);
        if (!item) {
            words->failed = true;
            return;
        }
        if (words->count)
            memcpy(item, words->item, words->count * sizeof *item);
        words->item = item;
        words->room = room;
    }
    words->failed = words->failed || !word;
    words->item[words->count++] = word;
    words->item[words->count] = NULL;
}

#endif
