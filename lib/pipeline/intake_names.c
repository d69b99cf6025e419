/* What is left out, or would be, by name. */
#include "base/file.h"
#include "pipeline/intake.h"

enum hc_status hc_intake_withdrawing(struct hc_job_set *set, struct hc_words *names,
                                     struct hc_err *err) {
    const struct hc_plan *plan = set->plan;
    for (size_t i = 0; i < plan->steps; i++) {
        const struct hc_step *step = &plan->step[i];
        for (size_t d = 0; d < step->withdrawns; d++) {
            const char *name = hc_base_name(step->withdrawn[d]);
            const struct hc_event *last = hc_history_last(&plan->history, step->name, name);
            if (hc_patterns_name(plan->withdraw, step->name, name) &&
                (!last || hc_event_counts(last)))
                hc_words_add(names, &set->arena,
                             hc_arena_printf(&set->arena, "%s/%s", step->name, name));
        }
    }
    for (uint32_t k = 0; k < hc_map_len(plan->history.key); k++) { /* gone already */
        const struct hc_event *event = &plan->history.event[plan->history.last[k]];
        size_t number = hc_plan_find(plan, event->step);
        bool told = number == plan->steps || !hc_event_counts(event) ||
                    !hc_patterns_name(plan->withdraw, event->step, event->delivery);
        for (size_t d = 0; !told && d < plan->step[number].withdrawns; d++)
            told =
                strcmp(hc_base_name(plan->step[number].withdrawn[d]), event->delivery) == 0;
        if (!told)
            hc_words_add(
                names, &set->arena,
                hc_arena_printf(&set->arena, "%s/%s", event->step, event->delivery));
    }
    return names->failed ? hc_fail_memory(err) : HC_OK;
}

enum hc_status hc_intake_left_out(struct hc_job_set *set, struct hc_words *names,
                                  struct hc_err *err) {
    const struct hc_history *history = &set->plan->history;
    for (uint32_t k = 0; k < hc_map_len(history->key); k++) {
        const struct hc_event *event = &history->event[history->last[k]];
        if (!hc_event_counts(event) &&
            hc_plan_find(set->plan, event->step) < set->plan->steps)
            hc_words_add(
                names, &set->arena,
                hc_arena_printf(&set->arena, "%s/%s", event->step, event->delivery));
    }
    return names->failed ? hc_fail_memory(err) : HC_OK;
}
