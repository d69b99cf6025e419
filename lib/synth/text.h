/* Numbers and dates as text, quickly: printf would be most of the running time. */
#ifndef HC_SYNTH_TEXT_H
#define HC_SYNTH_TEXT_H

#include "base/arena.h"
#include "base/date.h"
#include "base/num.h"

const char *hc_synth_number(int64_t value, char out[24]);
/* "-12.50" */
const char *hc_synth_cents(hc_cents cents, char out[24]);
const char *hc_synth_iso(hc_day day, char out[16]);      /* 2020-11-30 */
const char *hc_synth_ccyymmdd(hc_day day, char out[16]); /* 20201130 */
const char *hc_synth_ccyymm(hc_month month, char out[16]);

static inline void synth_put(struct hc_buf *buf, const char *text, char after) {
    hc_buf_puts(buf, text);
    hc_buf_putc(buf, after);
}

#endif
