/* Medicare attribution in the generator's own terms: sums per person, practice and July
 * year, and the winner of each calendar year. Written apart from the tools that are judged
 * by it. */
#include "synth/model.h"

void hc_synth_add_visit(struct synth_person *p, unsigned practice, hc_day day,
                        hc_cents allowed) {
    int year, month, mday;
    hc_day_split(day, &year, &month, &mday);
    int16_t window = (int16_t)(month >= 7 ? year : year - 1);
    for (unsigned i = 0; i < p->sums; i++) {
        struct synth_sum *sum = &p->sum[i];
        if (sum->practice == practice && sum->window == window) {
            sum->cents += allowed;
            if (day > sum->last)
                sum->last = day;
            return;
        }
    }
    if (p->sums < SYNTH_SUMS)
        p->sum[p->sums++] = (struct synth_sum){(uint16_t)practice, window, allowed, day};
}

static void align_person(struct synth_person *p, int year) {
    struct {
        hc_cents weight;
        hc_day last;
        unsigned practice;
    } best = {0, 0, SYNTH_NONE};
    for (unsigned i = 0; i < p->sums; i++) {
        unsigned practice = p->sum[i].practice;
        hc_cents weight = 0;
        hc_day last = INT32_MIN;
        for (unsigned k = 0; k < p->sums; k++) {
            const struct synth_sum *sum = &p->sum[k];
            if (sum->practice != practice || sum->window < year - 3 ||
                sum->window > year - 2)
                continue;
            weight += sum->cents * (sum->window == year - 2 ? 2 : 1);
            if (sum->last > last)
                last = sum->last;
        }
        if (weight <= 0)
            continue;
        if (weight > best.weight ||
            (weight == best.weight &&
             (last > best.last || (last == best.last && practice < best.practice)))) {
            best.weight = weight;
            best.last = last;
            best.practice = practice;
        }
    }
    p->winner = (uint16_t)best.practice;
}

void hc_synth_align(struct synth_world *world, int year) {
    for (uint32_t i = 0; i < world->cclfs; i++)
        align_person(&world->person[world->cclf[i]], year);
}
