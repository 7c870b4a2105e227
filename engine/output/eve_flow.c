/* The EVE record of a flow that has ended. */
#include "app/session.h"
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

static void put_tcp(struct json_line *l, const struct flow *flow)
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
    line_open(l, "tcp");
    snprintf(text, sizeof text, "%02x", both);
    line_text(l, "tcp_flags", text);
    snprintf(text, sizeof text, "%02x", to_server);
    line_text(l, "tcp_flags_ts", text);
    snprintf(text, sizeof text, "%02x", to_client);
    line_text(l, "tcp_flags_tc", text);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (both & flags[i].flag)
            line_bool(l, flags[i].name, true);
    if (flow->tcp)
        line_text(l, "state", tcp_state_name(flow->tcp->state));
    if (flow->tcp && flow->tcp->streams[TO_SERVER].has_gap)
        line_bool(l, "ts_gap", true);
    if (flow->tcp && flow->tcp->streams[TO_CLIENT].has_gap)
        line_bool(l, "tc_gap", true);
    line_close(l);
}

static void put_exceptions(struct json_line *l, const struct flow *flow, const struct output_options *options)
{
    if (!(flow->flags / FLOW_EXCEPTION))
        return;
    line_open_list(l, "exception_policy");
    for (int e = 0; e < FLOW_EXCEPTIONS; e++)
        if (flow->flags & (uint32_t)FLOW_EXCEPTION << e) {
            line_open(l, NULL);
            line_text(l, "target", exception_target((enum exception)e));
            line_text(l, "policy", exception_policy_name((enum exception_policy)options->exceptions.of[e]));
            line_close(l);
        }
    line_close_list(l);
}

static void put_body(struct json_line *l, const struct flow *flow, const struct output_options *options)
{
    line_open(l, "flow");
    eve_flow_counts(l, flow);
    line_time(l, "end", flow->last_ns);
    uint64_t age =
        flow->last_ns > flow->start_ns ? flow->last_ns / 1000000000 - flow->start_ns / 1000000000 : 0;
    line_uint(l, "age", age);
    line_text(l, "state", state_name(flow));
    if (flow->state == FLOW_BYPASSED)
        line_text(l, "bypass", "capture");
    line_text(l, "reason", reason_name(flow));
    line_bool(l, "alerted", flow->flags & FLOW_ALERTED);
    if (flow->flags & (FLOW_DROP | FLOW_DROPPED))
        line_text(l, "action", "drop");
    else if (flow->flags & FLOW_PASS)
        line_text(l, "action", "pass");
    put_exceptions(l, flow, options);
    const struct app_session *session = flow->app_state;
    uint64_t transactions = session                    ? session->next_id
                            : flow->flags & FLOW_RESTS ? flow->app_transactions
                                                       : 0;
    if (transactions)
        line_uint(l, "tx_cnt", transactions);
    line_close(l);
}

void eve_flow_ids(struct json_line *l, const struct flow *flow)
{
    const struct app_session *session = flow->app_state;
    line_uint(l, "flow_id", flow->id);
    if (session && session->parent_id)
        line_uint(l, "parent_id", session->parent_id);
}

int eve_flow(struct buf *out, const struct flow *flow, uint64_t time_ns, const struct output_options *options)
{
    struct json_line l;
    line_begin(&l, out);
    line_time(&l, "timestamp", time_ns);
    eve_flow_ids(&l, flow);
    line_text(&l, "event_type", "flow");
    eve_vlan(&l, flow->vlan, flow->vlan_count);
    struct eve_endpoints endpoints = {
        .source = &flow->client,
        .destination = &flow->server,
        .source_port = flow->client_port,
        .destination_port = flow->server_port,
        .ports = eve_has_ports(flow->protocol),
    };
    eve_endpoints(&l, &endpoints);
    line_uint(&l, "ip_v", flow->ip_version);
    char text[PROTOCOL_TEXT];
    line_text(&l, "proto", protocol_name(flow->protocol, text));
    if (flow->protocol == 1 || flow->protocol == 58) {
        line_uint(&l, "icmp_type", flow->client_port);
        line_uint(&l, "icmp_code", flow->server_port);
    }
    eve_app_proto(&l, flow);
    put_body(&l, flow, options);
    eve_metadata(&l, flow, options);
    eve_community_id(&l, flow, options);
    if (flow->protocol == 6)
        put_tcp(&l, flow);
    return line_end(&l);
}
