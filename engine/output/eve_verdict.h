/* What an alert of a live run says of its verdict, as Suricata 8 has it. Internal to output/. */
#ifndef SLUICE_OUTPUT_EVE_VERDICT_H
#define SLUICE_OUTPUT_EVE_VERDICT_H

#include "output/json_line.h"

struct alert_record;

/* alert.action: "allowed" or "blocked", by this alert. */
const char *eve_action(const struct alert_record *record);

/* verdict: of the packet, by all of its alerts; of a live run only. */
void eve_put_verdict(struct json_line *l, const struct alert_record *record);

#endif
