/*
 * The EVE record of a block (verdict_record.h): ours, Suricata has no blocks that outlive the flow. What an
 * alert says of its action is as there.
 */
#include "output/eve_verdict.h"
#include "rule/rule.h"

#include "output/eve.h"
#include "output/protocol_name.h"
#include "output/verdict_record.h"

static const char *event_name(enum verdict_event event)
{
    static const char *const names[] = {[VERDICT_BLOCKED] = "blocked",
                                        [VERDICT_REFUSED] = "refused",
                                        [VERDICT_EXPIRED] = "expired",
                                        [VERDICT_EVICTED] = "evicted"};
    return names[event];
}

static void put_host(struct json_line *l, const struct verdict_record *r)
{
    char text[ADDRESS_TEXT], prefix[ADDRESS_TEXT + 4];
    address_print(&r->host, text);
    unsigned whole = r->host.version == 4 ? 32 : 128;
    if (r->host_length == whole)
        snprintf(prefix, sizeof prefix, "%s", text);
    else
        snprintf(prefix, sizeof prefix, "%s/%u", text, r->host_length);
    line_text(l, "host", prefix);
}

static void put_body(struct json_line *l, const struct verdict_record *r)
{
    line_open(l, "verdict");
    bool ended = r->event == VERDICT_EXPIRED || r->event == VERDICT_EVICTED;
    line_text(l, "event", event_name(r->event));
    if (r->reason)
        line_text(l, "reason", r->reason);
    line_text(l, "scope", r->is_host ? "host" : "flow");
    if (r->is_host)
        put_host(l, r);
    if (r->gid)
        line_uint(l, "gid", r->gid);
    if (r->sid)
        line_uint(l, "signature_id", r->sid);
    if (ended && r->since_ns)
        line_time(l, "since", r->since_ns);
    if (r->expires_ns && r->event != VERDICT_REFUSED)
        line_time(l, "expires", r->expires_ns);
    if (ended) {
        line_uint(l, "packets", r->packets);
        line_uint(l, "bytes", r->bytes);
    }
    line_bool(l, "enforced", r->enforced);
    if (r->dry_run)
        line_bool(l, "dry_run", true);
    line_close(l);
}

int eve_verdict(struct buf *out, const struct verdict_record *r, const struct output_options *options)
{
    (void)options;
    struct json_line l;
    line_begin(&l, out);
    char text[PROTOCOL_TEXT];
    line_time(&l, "timestamp", r->time_ns);
    if (r->flow_id)
        line_uint(&l, "flow_id", r->flow_id);
    line_text(&l, "event_type", "verdict");
    struct eve_endpoints endpoints = {
        .source = &r->source,
        .destination = &r->destination,
        .source_port = r->source_port,
        .destination_port = r->destination_port,
        .ports = eve_has_ports(r->protocol),
    };
    eve_endpoints(&l, &endpoints);
    if (r->source.version) {
        line_text(&l, "proto", protocol_name(r->protocol, text));
        line_uint(&l, "ip_v", r->source.version);
    }
    put_body(&l, r);
    return line_end(&l);
}

const char *eve_action(const struct alert_record *record)
{
    if (record->judged)
        return record->blocked ? "blocked" : "allowed";
    /* Replay has the meaning of an IDS: a drop drops nothing. A reject, and what a rate_filter makes a drop,
     * count as blocked even there. */
    enum rule_action action = record->alert->action;
    bool made_drop = action == ACTION_DROP && record->alert->rule->header.action != ACTION_DROP;
    return action == ACTION_REJECT || made_drop ? "blocked" : "allowed";
}

void eve_put_verdict(struct json_line *l, const char *action, uint8_t rejects, const struct packet *packet)
{
    line_open(l, "verdict");
    line_text(l, "action", action);
    if (rejects) {
        bool source = rejects & (1 << REJECT_SOURCE | 1 << REJECT_BOTH);
        bool destination = rejects & (1 << REJECT_DESTINATION | 1 << REJECT_BOTH);
        line_text(l, "reject-target", source && destination ? "both" : source ? "to_client" : "to_server");
        line_open_list(l, "reject");
        line_text(l, NULL, packet->ip.protocol == 6 ? "tcp-reset" : "icmp-prohib");
        line_close_list(l);
    }
    line_close(l);
}
