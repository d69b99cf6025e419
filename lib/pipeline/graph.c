#include "pipeline/graph.h"

static void label(const struct hc_step *step, struct hc_buf *text) {
    hc_buf_puts(text, step->tool->program);
    if (step->deliveries)
        hc_buf_printf(text, ", %zu deliver%s", step->deliveries,
                      step->deliveries == 1 ? "y" : "ies");
}

static void as_text(const struct hc_plan *plan, struct hc_buf *text) {
    for (size_t i = 0; i < plan->ordered; i++) {
        const struct hc_step *step = &plan->step[plan->order[i]];
        hc_buf_printf(text, "%s (", step->name);
        label(step, text);
        hc_buf_puts(text, ")");
        for (size_t a = 0, told = 0; a < step->args; a++)
            if (step->arg[a].form == HC_ARG_STREAM)
                hc_buf_printf(text, "%s%s", told++ ? ", " : " <- ", step->arg[a].text);
        if (step->publish)
            hc_buf_printf(text, " -> %s", step->publish);
        hc_buf_puts(text, "\n");
    }
}

/* Once per step and text, so that an output read under two options is one arrow. */
static bool told_before(const struct hc_step *step, size_t arg) {
    for (size_t i = 0; i < arg; i++)
        if (step->arg[i].form == HC_ARG_STREAM &&
            strcmp(step->arg[i].text, step->arg[arg].text) == 0)
            return true;
    return false;
}

static void arrows(const struct hc_plan *plan, const char *format, struct hc_buf *text) {
    for (size_t i = 0; i < plan->ordered; i++) {
        const struct hc_step *step = &plan->step[plan->order[i]];
        for (size_t a = 0; a < step->args; a++) {
            const struct hc_step_arg *arg = &step->arg[a];
            if (arg->form != HC_ARG_STREAM || told_before(step, a))
                continue;
            const char *from = plan->step[arg->from].name;
            const char *what = arg->output ? arg->output : "";
            if (strcmp(format, "dot") == 0)
                hc_buf_printf(text, "  \"%s\" -> \"%s\" [label=\"%s\"];\n", from,
                              step->name, what);
            else if (*what)
                hc_buf_printf(text, "  %s -->|%s| %s\n", from, what, step->name);
            else
                hc_buf_printf(text, "  %s --> %s\n", from, step->name);
        }
    }
}

static void as_dot(const struct hc_plan *plan, struct hc_buf *text) {
    hc_buf_printf(text, "digraph \"%s\" {\n  rankdir=LR;\n  node [shape=box];\n",
                  plan->name);
    for (size_t i = 0; i < plan->ordered; i++) {
        const struct hc_step *step = &plan->step[plan->order[i]];
        hc_buf_printf(text, "  \"%s\" [label=\"%s\\n", step->name, step->name);
        label(step, text);
        hc_buf_puts(text, "\"];\n");
    }
    arrows(plan, "dot", text);
    hc_buf_puts(text, "}\n");
}

static void as_mermaid(const struct hc_plan *plan, struct hc_buf *text) {
    hc_buf_puts(text, "flowchart LR\n");
    for (size_t i = 0; i < plan->ordered; i++) {
        const struct hc_step *step = &plan->step[plan->order[i]];
        hc_buf_printf(text, "  %s[\"%s<br>", step->name, step->name);
        label(step, text);
        hc_buf_puts(text, "\"]\n");
    }
    arrows(plan, "mermaid", text);
}

static const struct {
    const char *name;
    void (*draw)(const struct hc_plan *plan, struct hc_buf *text);
} forms[] = {{"text", as_text}, {"dot", as_dot}, {"mermaid", as_mermaid}};

enum hc_status hc_graph(const struct hc_plan *plan, const char *form, struct hc_buf *text,
                        struct hc_err *err) {
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(form, forms[i].name) == 0) {
            forms[i].draw(plan, text);
            return text->failed ? hc_fail_memory(err) : HC_OK;
        }
    hc_fail(err, HC_EUSAGE, "expected text, dot or mermaid, found '%s'", form);
    hc_err_at_field(err, "--graph");
    return HC_EUSAGE;
}
