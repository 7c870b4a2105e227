#include "report/collect.h"

#include <errno.h>
#include <stdlib.h>

#include "app/session.h"
#include "flow/flow.h"
#include "inspect/sink.h"
#include "output/ends.h"
#include "report/pending.h"
#include "rule/rule.h"
#include "rule/view.h"
#include "rulework/explain/explained.h"

enum { RULES_MOST = 1 << 20, ANOMALIES_MOST = 4096, PROTOCOLS_MOST = 4096 };

int collector_init(struct collector *c, uint64_t seed)
{
    *c = (struct collector){
        .facts =
            {
                .rules = {.item_size = sizeof(struct report_rule), .most = RULES_MOST, .seed = seed},
                .flows = {.item_size = sizeof(struct report_flow), .most = REPORT_KEYS, .seed = seed},
                .hosts = {.item_size = sizeof(struct report_host), .most = REPORT_KEYS, .seed = seed},
                .protocols = {.item_size = sizeof(struct report_protocol),
                              .most = PROTOCOLS_MOST,
                              .seed = seed},
                .anomalies = {.item_size = sizeof(struct report_anomaly),
                              .most = ANOMALIES_MOST,
                              .seed = seed},
                .first_ns = UINT64_MAX,
            },
        .probe = {.happened = pending_happened, .ctx = c},
    };
    c->eval = eval_new();
    return c->eval ? 0 : -ENOMEM;
}

static void see_time(struct collector *c, uint64_t from_ns, uint64_t to_ns)
{
    c->facts.first_ns = from_ns < c->facts.first_ns ? from_ns : c->facts.first_ns;
    c->facts.last_ns = to_ns > c->facts.last_ns ? to_ns : c->facts.last_ns;
}

static char *text_of(struct collector *c, int (*print)(struct buf *, const void *), const void *what)
{
    struct buf text = {0};
    if (print(&text, what) || buf_append_byte(&text, 0)) {
        buf_fini(&text);
        c->failed = true;
        return NULL;
    }
    return (char *)text.p;
}

static int print_packet(struct buf *out, const void *packet)
{
    return packet_ends_print(out, packet);
}

static int print_flow(struct buf *out, const void *flow)
{
    return flow_ends_print(out, flow);
}

static void keep_alert(struct collector *c, struct report_rule *r, const struct place *place,
                       const struct alert_record *alert)
{
    struct kept_alert *kept = &r->kept[r->kept_count++];
    *kept = (struct kept_alert){
        .place = *place,
        .time_ns = alert->time_ns,
        .packet = alert->packet->source == PACKET_FLOW_END ? 0 : alert->packet->number,
        .flow_id = alert->flow ? alert->flow->id : 0,
        .action = alert->alert->action,
        .app = alert->flow ? alert->flow->app : APP_UNKNOWN,
        .ends = text_of(c, print_packet, alert->packet),
        .payload_size = alert->payload.n,
    };
    if (r->kept_count > REPORT_EXPLAINED)
        return;
    kept->explained = pending_take(c, alert);
    r->explained += kept->explained != NULL;
    struct slice bytes = slice_first(alert->payload, REPORT_BYTES);
    if (bytes.n)
        memcpy(kept->bytes, bytes.p, bytes.n);
    kept->byte_count = (uint32_t)bytes.n;
}

static void count_rule(struct collector *c, const struct place *place, const struct alert_record *alert)
{
    const struct rule *rule = alert->alert->rule;
    struct report_rule *r = tally_get(&c->facts.rules, slice_of(&rule, sizeof rule));
    if (!r)
        return;
    uint32_t *kept = &c->rules_kept[severity_of(rule->priority)];
    if (!r->alerts++) {
        r->rule = rule;
        r->first = *place;
        r->first_ns = UINT64_MAX;
        if (*kept < REPORT_RULES) {
            r->kept = calloc(REPORT_ALERTS, sizeof *r->kept);
            c->failed |= !r->kept;
            ++*kept;
        }
    }
    r->first_ns = alert->time_ns < r->first_ns ? alert->time_ns : r->first_ns;
    r->last_ns = alert->time_ns > r->last_ns ? alert->time_ns : r->last_ns;
    if (r->kept && r->kept_count < REPORT_ALERTS)
        keep_alert(c, r, place, alert);
}

static void count_host(struct collector *c, const struct address *address, unsigned severity, bool source)
{
    if (!address->version)
        return;
    uint8_t key[1 + sizeof address->bytes] = {address->version};
    memcpy(key + 1, address->bytes, sizeof address->bytes);
    struct report_host *host = tally_get(&c->facts.hosts, slice_of(key, sizeof key));
    if (!host)
        return;
    if (!host->address.version) {
        host->address = *address;
        host->severity = severity;
    }
    host->as_source += source;
    host->as_destination += !source;
    host->severity = severity < host->severity ? severity : host->severity;
}

static void count_flow_alert(struct collector *c, const struct alert_record *alert, unsigned severity)
{
    const struct flow *flow = alert->flow;
    if (!flow)
        return;
    struct report_flow *f = tally_get(&c->facts.flows, slice_of(&flow->id, sizeof flow->id));
    if (!f)
        return;
    if (!f->alerts++) {
        f->ends = text_of(c, print_flow, flow);
        f->first_ns = UINT64_MAX;
        f->id = flow->id;
        f->severity = severity;
    }
    f->app = flow->app;
    f->first_ns = alert->time_ns < f->first_ns ? alert->time_ns : f->first_ns;
    f->severity = severity < f->severity ? severity : f->severity;
}

void collect_alert(struct collector *c, const struct place *place, const struct alert_record *alert)
{
    unsigned severity = severity_of(alert->alert->rule->priority);
    c->facts.severities[severity]++;
    see_time(c, alert->time_ns, alert->time_ns);
    timeline_add(&c->facts.timeline, alert->time_ns, severity, 1);
    count_rule(c, place, alert);
    count_host(c, &alert->packet->source_address, severity, true);
    count_host(c, &alert->packet->destination_address, severity, false);
    count_flow_alert(c, alert, severity);
}

void collect_flow(struct collector *c, const struct flow *flow)
{
    enum app_proto app = flow->app > APP_FAILED ? flow->app : APP_UNKNOWN;
    uint8_t key[] = {flow->protocol, (uint8_t)app};
    struct report_protocol *p = tally_get(&c->facts.protocols, slice_of(key, sizeof key));
    see_time(c, flow->start_ns, flow->last_ns);
    if (!p)
        return;
    p->ip_protocol = flow->protocol;
    p->app = app;
    p->flows++;
    p->packets += flow->packets[TO_SERVER] + flow->packets[TO_CLIENT];
    p->bytes += flow->bytes[TO_SERVER] + flow->bytes[TO_CLIENT];
}

static void count_anomaly(struct collector *c, const char *layer, const char *name,
                          const struct packet *packet)
{
    struct report_anomaly *a = tally_get(&c->facts.anomalies, slice_of(&name, sizeof name));
    if (!a)
        return;
    if (!a->count++) {
        a->name = name;
        a->layer = layer;
        a->first_packet = packet->source == PACKET_FLOW_END ? 0 : packet->number;
    }
}

void collect_transaction(struct collector *c, const struct transaction_record *record)
{
    const struct app_tx *tx = record->tx;
    for (unsigned i = 0; i < tx->event_count; i++)
        count_anomaly(c, "application", app_event_name((enum app_event)tx->events[i]), record->packet);
}

void collect_packet_events(struct collector *c, const struct view *view)
{
    const struct packet *packet = view->packet;
    see_time(c, packet->time_ns, packet->time_ns);
    for (unsigned i = 0; i < packet->events.count; i++) {
        const char *name = packet_event_name((enum packet_event)packet->events.list[i]);
        count_anomaly(c, strncmp(name, "stream.", 7) == 0 ? "stream" : "decoding", name, packet);
    }
    if (view->app_event)
        count_anomaly(c, "detection", app_event_name((enum app_event)view->app_event), packet);
}
