/* The EVE record of a flow that has ended. */
#include "output/eve.h"
#include "output/protocol_name.h"

static const char *state_name(const struct flow *flow)
{
    switch (flow->state) {
    case FLOW_NEW:
        return "new";
    case FLOW_ESTABLISHED:
        return "established";
    case FLOW_CLOSED:
        return "closed";
    default:
        return "bypassed";
    }
}

static const char *reason_name(const struct flow *flow)
{
    switch (flow->end) {
    case FLOW_END_TIMEOUT:
        return "timeout";
    case FLOW_END_FORCED:
        return "forced";
    case FLOW_END_REUSED:
        return "tcp_reuse";
    default:
        return "shutdown";
    }
}

static const char *tcp_state_name(enum tcp_state state)
{
    static const char *const names[] = {
        [TCP_STATE_NONE] = "none",
        [TCP_STATE_LISTEN] = "listen",
        [TCP_STATE_SYN_SENT] = "syn_sent",
        [TCP_STATE_SYN_RECV] = "syn_recv",
        [TCP_STATE_ESTABLISHED] = "established",
        [TCP_STATE_FIN_WAIT1] = "fin_wait1",
        [TCP_STATE_FIN_WAIT2] = "fin_wait2",
        [TCP_STATE_TIME_WAIT] = "time_wait",
        [TCP_STATE_LAST_ACK] = "last_ack",
        [TCP_STATE_CLOSE_WAIT] = "close_wait",
        [TCP_STATE_CLOSING] = "closing",
        [TCP_STATE_CLOSED] = "closed",
    };
    return state < sizeof names / sizeof names[0] ? names[state] : "none";
}

static void put_tcp(struct json_writer *w, json_t *record, const struct flow *flow)
{
    static const struct {
        uint8_t flag;
        const char *name;
    } flags[] = {
        {TCP_SYN, "syn"}, {TCP_FIN, "fin"}, {TCP_RST, "rst"}, {TCP_PSH, "psh"},
        {TCP_ACK, "ack"}, {TCP_URG, "urg"}, {TCP_ECE, "ecn"}, {TCP_CWR, "cwr"},
    };
    /* The flags are those of a session; packets that opened none leave them empty, as in Suricata. */
    uint8_t to_server = flow->tcp ? flow->tcp_flags[TO_SERVER] : 0;
    uint8_t to_client = flow->tcp ? flow->tcp_flags[TO_CLIENT] : 0;
    uint8_t both = to_server | to_client;
    char text[8];
    json_t *tcp = json_object();
    snprintf(text, sizeof text, "%02x", both);
    json_put_text(w, tcp, "tcp_flags", text);
    snprintf(text, sizeof text, "%02x", to_server);
    json_put_text(w, tcp, "tcp_flags_ts", text);
    snprintf(text, sizeof text, "%02x", to_client);
    json_put_text(w, tcp, "tcp_flags_tc", text);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (both & flags[i].flag)
            json_put(w, tcp, flags[i].name, json_true());
    if (flow->tcp)
        json_put_text(w, tcp, "state", tcp_state_name(flow->tcp->state));
    json_put(w, record, "tcp", tcp);
}

static void put_body(struct json_writer *w, json_t *record, const struct flow *flow)
{
    json_t *body = json_object();
    eve_flow_counts(w, body, flow);
    json_put_time(w, body, "end", flow->last_ns);
    uint64_t age =
        flow->last_ns > flow->start_ns ? flow->last_ns / 1000000000 - flow->start_ns / 1000000000 : 0;
    json_put_uint(w, body, "age", age);
    json_put_text(w, body, "state", state_name(flow));
    json_put_text(w, body, "reason", reason_name(flow));
    json_put(w, body, "alerted", json_boolean(flow->flags & FLOW_ALERTED));
    if (flow->flags & FLOW_DROPPED)
        json_put_text(w, body, "action", "drop");
    json_put(w, record, "flow", body);
}

int eve_flow(struct buf *out, const struct flow *flow, uint64_t time_ns, const struct output_options *options)
{
    struct json_writer w = {0};
    json_t *record = json_object();
    json_put_time(&w, record, "timestamp", time_ns);
    json_put_uint(&w, record, "flow_id", flow->id);
    json_put_text(&w, record, "event_type", "flow");
    eve_vlan(&w, record, flow->vlan, flow->vlan_count);
    struct eve_endpoints endpoints = {
        .source = &flow->client,
        .destination = &flow->server,
        .source_port = flow->client_port,
        .destination_port = flow->server_port,
        .ports = eve_has_ports(flow->protocol),
    };
    eve_endpoints(&w, record, &endpoints);
    json_put_uint(&w, record, "ip_v", flow->ip_version);
    char text[PROTOCOL_TEXT];
    json_put_text(&w, record, "proto", protocol_name(flow->protocol, text));
    if (flow->protocol == 1 || flow->protocol == 58) {
        json_put_uint(&w, record, "icmp_type", flow->client_port);
        json_put_uint(&w, record, "icmp_code", flow->server_port);
    }
    eve_app_proto(&w, record, flow);
    put_body(&w, record, flow);
    eve_community_id(&w, record, flow, options);
    if (flow->protocol == 6)
        put_tcp(&w, record, flow);
    return json_finish(&w, record, out);
}
