#include "feed/run.h"

enum hc_action hc_ingest_action(const struct hc_ingest *run, enum hc_finding finding) {
    enum hc_action action = run->feed->action[finding];
    return action == HC_ACTION_refuse && run->options->accept[finding] ? HC_ACTION_exception
                                                                       : action;
}
