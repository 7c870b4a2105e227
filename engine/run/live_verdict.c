#include "run/live_verdict.h"

#include <netinet/in.h>

#include "base/log.h"
#include "rule/rule.h"
#include "verdict/blocks.h"

/* Who sent the packet that alerted is charged with the block. */
void live_verdict_alert(void *ctx, const struct alert_record *alert)
{
    struct live_verdict *v = ctx;
    const struct live_settings *s = v->settings;
    const struct packet *packet = alert->packet;
    enum rule_action action = alert->alert->action;

    if (!alert->flow || !(s->block_alerts || action == ACTION_DROP || action == ACTION_REJECT))
        return;
    if (alert->flow->protocol != IPPROTO_TCP && alert->flow->protocol != IPPROTO_UDP)
        return;
    struct block_target target = {
        .source = packet->source_address,
        .destination = packet->destination_address,
        .source_port = packet->source_port,
        .destination_port = packet->destination_port,
        .protocol = alert->flow->protocol,
    };
    struct err err = {0};
    v->blocked++;
    if (s->dry_run)
        return;
    if (blocks_add(v->blocks, &target, s->block_seconds * 1000000000ull, alert->alert->rule->sid, false, NULL,
                   NULL, &err) &&
        v->failed++ == 0)
        log_warning(v->log, "a flow could not be blocked: %s", err.message);
}

void live_verdict_advance(struct live_verdict *v, uint64_t now_ns)
{
    if (now_ns - v->expired_ns <= 1000000000u)
        return;
    v->expired_ns = now_ns;
    blocks_expire(v->blocks, NULL, NULL);
}
