#include "output/eve_app.h"

#include "match/state_names.h"
#include "output/community_id.h"

bool eve_has_ports(uint8_t protocol)
{
    return protocol == 6 || protocol == 17 || protocol == 132;
}

void eve_endpoints(struct json_line *l, const struct eve_endpoints *e)
{
    char text[ADDRESS_TEXT];
    if (e->source->version) {
        address_print(e->source, text);
        line_text(l, "src_ip", text);
    }
    if (e->ports)
        line_uint(l, "src_port", e->source_port);
    if (e->destination->version) {
        address_print(e->destination, text);
        line_text(l, "dest_ip", text);
    }
    if (e->ports)
        line_uint(l, "dest_port", e->destination_port);
}

void eve_metadata(struct json_line *l, const struct flow *flow, const struct output_options *options)
{
    struct flow_note notes[FLOW_NOTES_MOST];
    bool open = false;
    for (int counters = 0; flow && flow->match_state && options->state_names && counters < 2; counters++) {
        unsigned count = flow_notes(flow, counters, notes), put = 0;
        for (unsigned i = 0; i < count; i++) {
            const char *name = state_names_find(options->state_names, notes[i].key);
            if (!name) /* of rules that are gone */
                continue;
            if (!open)
                line_open(l, "metadata");
            open = true;
            if (!put++)
                counters ? line_open(l, "flowints") : line_open_list(l, "flowbits");
            counters ? line_uint(l, name, notes[i].value) : line_text(l, NULL, name);
        }
        if (put)
            counters ? line_close(l) : line_close_list(l);
    }
    if (open)
        line_close(l);
}

void eve_community_id(struct json_line *l, const struct flow *flow, const struct output_options *options)
{
    if (!options->community_id || !flow)
        return;
    struct community_tuple tuple = {
        .source = flow->client,
        .destination = flow->server,
        .source_port = flow->client_port,
        .destination_port = flow->server_port,
        .protocol = flow->protocol,
    };
    char text[COMMUNITY_ID_TEXT];
    community_id(&tuple, options->community_id_seed, text);
    if (text[0])
        line_text(l, "community_id", text);
}

void eve_vlan(struct json_line *l, const uint16_t *vlan, unsigned count)
{
    if (!count)
        return;
    line_open_list(l, "vlan");
    for (unsigned i = 0; i < count && i < VLAN_LAYERS; i++)
        line_uint(l, NULL, vlan[i]);
    line_close_list(l);
}

static void put_app(struct json_line *l, const char *key, enum app_proto app)
{
    if (app != APP_UNKNOWN)
        line_text(l, key, app == APP_HTTP1 ? "http" : app_proto_name(app));
}

void eve_app_proto_alone(struct json_line *l, const struct flow *flow)
{
    if (flow)
        put_app(l, "app_proto", flow->app);
}

/* A direction is named where it differs from the flow. */
void eve_app_proto(struct json_line *l, const struct flow *flow)
{
    if (!flow)
        return;
    put_app(l, "app_proto", flow->app);
    if (flow->app_direction[TO_SERVER] != flow->app)
        put_app(l, "app_proto_ts", flow->app_direction[TO_SERVER]);
    if (flow->app_direction[TO_CLIENT] != flow->app)
        put_app(l, "app_proto_tc", flow->app_direction[TO_CLIENT]);
    put_app(l, "app_proto_orig", flow->app_original);
}

/* Of the counts, what the kernel has let by. */
static void put_bypassed(struct json_line *l, const struct flow *flow)
{
    static const struct flow_bypassed none;
    const struct flow_bypassed *bypassed = flow->bypassed ? flow->bypassed : &none;
    line_open(l, "bypassed");
    line_uint(l, "pkts_toserver", bypassed->packets[TO_SERVER]);
    line_uint(l, "pkts_toclient", bypassed->packets[TO_CLIENT]);
    line_uint(l, "bytes_toserver", bypassed->bytes[TO_SERVER]);
    line_uint(l, "bytes_toclient", bypassed->bytes[TO_CLIENT]);
    line_close(l);
}

void eve_flow_counts(struct json_line *l, const struct flow *flow)
{
    line_uint(l, "pkts_toserver", flow->packets[TO_SERVER]);
    line_uint(l, "pkts_toclient", flow->packets[TO_CLIENT]);
    line_uint(l, "bytes_toserver", flow->bytes[TO_SERVER]);
    line_uint(l, "bytes_toclient", flow->bytes[TO_CLIENT]);
    if (flow->state == FLOW_BYPASSED)
        put_bypassed(l, flow);
    line_time(l, "start", flow->start_ns);
}

/* "a.b" as group opens the object b in a. */
static json_t *stats_group(struct json_writer *w, json_t *root, const char *group)
{
    json_t *at = root;
    char name[64];
    while (*group) {
        size_t n = strcspn(group, ".");
        if (n >= sizeof name)
            n = sizeof name - 1;
        memcpy(name, group, n);
        name[n] = 0;
        json_t *next = json_object_get(at, name);
        if (!next) {
            next = json_object();
            json_put(w, at, name, next);
            if (w->failed)
                return root;
        }
        at = next;
        group += n + (group[n] == '.');
    }
    return at;
}

static int eve_stats(struct buf *out, const struct stat_value *stats, unsigned count, uint64_t time_ns)
{
    struct json_writer w = {0};
    json_t *root = json_object();
    for (unsigned i = 0; i < count && !w.failed; i++)
        json_put_uint(&w, stats_group(&w, root, stats[i].group), stats[i].name, stats[i].value);
    struct json_line l;
    line_begin(&l, out);
    l.failed = w.failed;
    line_time(&l, "timestamp", time_ns);
    line_text(&l, "event_type", "stats");
    line_tree(&l, "stats", root);
    return line_end(&l);
}

const struct output_ops output_eve_ops = {
    .name = "eve",
    .alert = eve_alert,
    .transaction = eve_transaction,
    .file = eve_file,
    .packet_events = eve_packet_events,
    .drop = eve_drop,
    .flow = eve_flow,
    .stats = eve_stats,
};
