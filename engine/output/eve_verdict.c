/*
 * The EVE record of a block (verdict_record.h), and what an alert says of the verdict on its packet. The
 * latter is Suricata's, the former ours: Suricata has no blocks that outlive the flow.
 */
#include "output/eve_verdict.h"

#include "output/eve.h"
#include "output/protocol_name.h"
#include "output/verdict_record.h"

static const char *event_name(enum verdict_event event)
{
    static const char *const names[] = {[VERDICT_BLOCKED] = "blocked",
                                        [VERDICT_REFUSED] = "refused",
                                        [VERDICT_EXPIRED] = "expired",
                                        [VERDICT_EVICTED] = "evicted",
                                        [VERDICT_REMOVED] = "removed"};
    return names[event];
}

static void put_host(struct json_writer *w, json_t *body, const struct verdict_record *r)
{
    char text[ADDRESS_TEXT], prefix[ADDRESS_TEXT + 4];
    address_print(&r->host, text);
    unsigned whole = r->host.version == 4 ? 32 : 128;
    if (r->host_length == whole)
        snprintf(prefix, sizeof prefix, "%s", text);
    else
        snprintf(prefix, sizeof prefix, "%s/%u", text, r->host_length);
    json_put_text(w, body, "host", prefix);
}

static void put_body(struct json_writer *w, json_t *record, const struct verdict_record *r)
{
    json_t *body = json_object();
    bool ended = r->event == VERDICT_EXPIRED || r->event == VERDICT_EVICTED || r->event == VERDICT_REMOVED;
    json_put_text(w, body, "event", event_name(r->event));
    if (r->reason)
        json_put_text(w, body, "reason", r->reason);
    json_put_text(w, body, "scope", r->is_host ? "host" : "flow");
    if (r->is_host)
        put_host(w, body, r);
    if (r->gid)
        json_put_uint(w, body, "gid", r->gid);
    if (r->sid)
        json_put_uint(w, body, "signature_id", r->sid);
    if (ended && r->since_ns)
        json_put_time(w, body, "since", r->since_ns);
    if (r->expires_ns && r->event != VERDICT_REFUSED)
        json_put_time(w, body, "expires", r->expires_ns);
    if (ended) {
        json_put_uint(w, body, "packets", r->packets);
        json_put_uint(w, body, "bytes", r->bytes);
    }
    json_put(w, body, "enforced", json_boolean(r->enforced));
    if (r->dry_run)
        json_put(w, body, "dry_run", json_true());
    json_put(w, record, "verdict", body);
}

int eve_verdict(struct buf *out, const struct verdict_record *r, const struct output_options *options)
{
    (void)options;
    struct json_writer w = {0};
    json_t *record = json_object();
    char text[PROTOCOL_TEXT];
    json_put_time(&w, record, "timestamp", r->time_ns);
    if (r->flow_id)
        json_put_uint(&w, record, "flow_id", r->flow_id);
    json_put_text(&w, record, "event_type", "verdict");
    struct eve_endpoints endpoints = {
        .source = &r->source,
        .destination = &r->destination,
        .source_port = r->source_port,
        .destination_port = r->destination_port,
        .ports = eve_has_ports(r->protocol),
    };
    eve_endpoints(&w, record, &endpoints);
    if (r->source.version) {
        json_put_text(&w, record, "proto", protocol_name(r->protocol, text));
        json_put_uint(&w, record, "ip_v", r->source.version);
    }
    put_body(&w, record, r);
    return json_finish(&w, record, out);
}

const char *eve_action(const struct alert_record *record)
{
    if (record->judged)
        return record->blocked ? "blocked" : "allowed";
    /* Replay has the meaning of an IDS: a drop drops nothing. A reject counts as blocked even there. */
    return record->alert->action == ACTION_REJECT ? "blocked" : "allowed";
}

void eve_put_verdict(struct json_writer *w, json_t *object, const struct alert_record *record)
{
    if (!record->judged)
        return;
    json_t *verdict = json_object();
    const char *action = record->dropped ? "drop" : record->alert->action == ACTION_PASS ? "pass" : "alert";
    json_put_text(w, verdict, "action", action);
    json_put(w, object, "verdict", verdict);
}
