/* What records say of the verdict on a packet, as Suricata 8 has it. Internal to output/. */
#ifndef SLUICE_OUTPUT_EVE_VERDICT_H
#define SLUICE_OUTPUT_EVE_VERDICT_H

#include "output/json_line.h"

struct alert_record;
struct packet;

/* alert.action: "allowed" or "blocked", by this alert. */
const char *eve_action(const struct alert_record *record);

/* verdict: of the packet, by all rules; rejects: 1 << enum reject_to. */
void eve_put_verdict(struct json_line *l, const char *action, uint8_t rejects, const struct packet *packet);

#endif
