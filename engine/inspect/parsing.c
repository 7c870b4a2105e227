/*
 * What has come of a flow's streams: by which protocol it is told, to whose parser it goes, and whether the
 * rules have to look before there is more of it.
 */
#include "app/detect.h"
#include "app/expected.h"
#include "inspect/inspector.h"
#include "inspect/tell.h"
#include "rule/view.h"

static void detect_direction(const struct inspector *in, struct flow *flow, enum direction direction)
{
    const struct stream *stream = &flow->tcp->streams[direction];
    if (app_detect_wants(flow, direction)) {
        uint64_t at;
        struct slice start = stream_read(stream, flow->app_start[direction], &at);
        if (start.n && at > flow->app_start[direction])
            app_detect_lost(flow, direction);
        else if (start.n)
            app_detect_but(flow, direction, start, in->untold);
    }
    app_detect_seen(flow, direction, stream->inspectable - flow->app_start[direction]);
    if (stream->closed)
        app_detect_end(flow, direction);
}

/* What detection remembers. */
struct told {
    enum app_proto flow, sides[DIRECTIONS];
    uint8_t bits;
};

static struct told told(const struct flow *flow)
{
    return (struct told){.flow = flow->app,
                         .sides = {flow->app_direction[TO_SERVER], flow->app_direction[TO_CLIENT]},
                         .bits = flow->app_detect};
}

/* Tells the protocol by what both streams began with, as far as it is acknowledged. True: it has learned
 * something, and may go on from there. */
static bool detect(const struct inspector *in, struct flow *flow)
{
    struct told before = told(flow);
    detect_direction(in, flow, TO_SERVER);
    detect_direction(in, flow, TO_CLIENT);
    if (app_detect_wants(flow, TO_SERVER)) /* what the server said may tell of the client */
        detect_direction(in, flow, TO_SERVER);
    struct told after = told(flow);
    return before.flow != after.flow || before.bits != after.bits ||
           before.sides[TO_SERVER] != after.sides[TO_SERVER] ||
           before.sides[TO_CLIENT] != after.sides[TO_CLIENT];
}

/* Once the protocol is told, a stream that no rule could match, and no parser reads, is followed but not
 * kept. True: doing so again would change nothing. */
static bool settle(struct inspector *in, struct flow *flow, bool ends)
{
    struct flow_progress *progress = chunks_progress(&in->chunks, flow);
    if (!progress || (progress->settled && progress->renewals == in->renewals))
        return true;
    bool still = !detect(in, flow);
    still &= !app_expected(in->app, flow, ends);
    bool settled = true, renewed = progress->renewals != in->renewals;
    progress->renewals = in->renewals;
    for (int d = 0; d < DIRECTIONS; d++) {
        if (app_detect_open(flow, (enum direction)d))
            settled = false;
        else
            progress->raw_unwanted[d] =
                !in->raw_streams || !matcher_wants_stream(in->matcher, flow, (enum direction)d);
    }
    for (int d = 0; renewed && d < DIRECTIONS; d++)
        chunk_resume(flow, (enum direction)d);
    progress->settled = settled;
    return still || settled;
}

struct packet inspector_end_packet(const struct flow *flow, enum direction direction)
{
    bool to_server = direction == TO_SERVER;
    struct packet packet = {
        .time_ns = flow->last_ns,
        .source = PACKET_FLOW_END,
        .layers = (uint16_t)((flow->protocol == 17 ? LAYER_UDP : LAYER_TCP) |
                             (flow->ip_version == 6 ? LAYER_IPV6 : LAYER_IPV4)),
        .vlan_count = flow->vlan_count,
        .depth = flow->recursion,
        .source_address = to_server ? flow->client : flow->server,
        .destination_address = to_server ? flow->server : flow->client,
        .source_port = to_server ? flow->client_port : flow->server_port,
        .destination_port = to_server ? flow->server_port : flow->client_port,
        .ip = {.protocol = flow->protocol},
        .tcp = {.flags = TCP_ACK},
    };
    for (int i = 0; i < VLAN_LAYERS; i++)
        packet.vlan[i] = flow->vlan[i];
    return packet;
}

void inspector_look(struct inspector *in, struct flow *flow, const struct packet *packet,
                    enum direction packet_direction)
{
    struct app_session *session = flow->app_state;
    for (int d = 0; d < DIRECTIONS; d++) {
        enum direction direction = (enum direction)d;
        bool here = packet && direction == packet_direction;
        struct packet other = inspector_end_packet(flow, direction);
        struct view view = {
            .kind = VIEW_PACKET,
            .direction = direction,
            .packet = here ? packet : &other,
            .flow = flow,
            .payload_in_stream = true,
            .established = !here || flow_is_established(flow),
        };
        struct alert_queue alerts;
        matcher_transactions(in->matcher, &view, session, &alerts);
        inspector_report(in, &alerts, &view, NULL);
        app_seen(session, direction);
        tell_files(&in->config.sink, &view, session, direction);
        tell_transactions(&in->config.sink, &view, session);
    }
    app_looked(session);
}

/* As in Suricata the old protocol's rules see all that came, of both directions, before there is another.
 * False when something of it is left all the same. */
static bool inspect_before_change(struct inspector *in, struct flow *flow)
{
    inspector_rest(in, flow, TO_SERVER);
    inspector_rest(in, flow, TO_CLIENT);
    return !((const struct app_session *)flow->app_state)->first;
}

/* As in Suricata all that came before the new keys is inspected at once. */
static void inspect_before_bypass(struct inspector *in, struct flow *flow)
{
    struct app_session *session = flow->app_state;
    if (!session || !session->raw_first)
        return;
    inspector_rest(in, flow, TO_SERVER);
    inspector_rest(in, flow, TO_CLIENT);
    session->raw_first = false;
}

static void parse(struct inspector *in, struct flow *flow, const struct packet *packet,
                  enum direction direction)
{
    struct flow_progress *progress = chunks_progress(&in->chunks, flow);
    uint64_t time_ns = packet ? packet->time_ns : flow->last_ns;
    bool still = settle(in, flow, !packet);
    for (int changes = 0; changes < CHANGES_MOST;) {
        enum app_parsed parsed = app_parse_streams(in->app, flow, time_ns, !packet);
        if (parsed == APP_PARSED)
            break;
        if (parsed == APP_LOOK) {
            inspector_look(in, flow, packet, direction);
            continue;
        }
        if (parsed == APP_CHANGES && (!packet || !inspect_before_change(in, flow)))
            break;
        changes++;
        if (progress)
            progress->settled = false;
        still = settle(in, flow, !packet);
    }
    if (packet)
        inspect_before_bypass(in, flow);
    if (!progress)
        return;
    progress->still = still && app_is_still(flow);
    for (int d = 0; d < DIRECTIONS; d++)
        flow->tcp->streams[d].news = false;
}

/* The packet has moved neither stream's edge, and what they hold was looked at. */
static bool is_still(const struct inspector *in, const struct flow *flow)
{
    const struct flow_progress *progress = flow->inspect_state;
    const struct stream *streams = flow->tcp->streams;
    return progress && progress->still && progress->renewals == in->renewals && !streams[TO_SERVER].news &&
           !streams[TO_CLIENT].news;
}

/* What neither rule nor parser wants is not kept. */
static void stop_unwanted(struct flow *flow)
{
    const struct flow_progress *progress = flow->inspect_state;
    bool all = flow->flags & FLOW_NO_PAYLOAD;
    if (!progress || !(all || progress->raw_unwanted[TO_SERVER] || progress->raw_unwanted[TO_CLIENT]))
        return;
    for (int d = 0; d < DIRECTIONS; d++)
        if (!flow->tcp->streams[d].stopped && (all || progress->raw_unwanted[d]) &&
            chunk_app_keeps(flow, (enum direction)d) == UINT64_MAX)
            stream_stop(&flow->tcp->streams[d]);
}

void inspector_parse_streams(struct inspector *in, struct flow *flow, const struct packet *packet,
                             enum direction direction)
{
    if (!packet || !is_still(in, flow))
        parse(in, flow, packet, direction);
    stop_unwanted(flow);
}
