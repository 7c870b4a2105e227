/* What only a live run does with an inspector: other rules, and a look at its flows. In its thread, between
 * packets. */
#ifndef SLUICE_INSPECT_RENEW_H
#define SLUICE_INSPECT_RENEW_H

#include <stdbool.h>

struct flow;
struct inspector;
struct matcher_rules;

/*
 * Other rules (match/renew.h): they hold for open flows from the next packet on. What was
 * decided of a flow stays decided (pass, drop, bypass), flowbits and their like stay; nothing is alerted
 * twice because of it. *rules is then what was in use before.
 */
void inspector_renew(struct inspector *inspector, struct matcher_rules *rules);

/* Between packets: inspect_config.rewrites, from here on. */
void inspector_rewrite(struct inspector *inspector, bool rewrites);

/* All flows that are alive. */
void inspector_each_flow(const struct inspector *inspector, void (*visit)(void *ctx, const struct flow *flow),
                         void *ctx);

#endif
