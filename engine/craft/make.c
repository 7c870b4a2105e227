#include "craft/make.h"

#include <errno.h>
#include <stdlib.h>

#include "craft/maker.h"

enum {
    CLIENT_PORT = 49152,
    CLIENT_PORTS = 16384,
    WEB_PORT = 80,
    DNS_PORT = 53,
    CLIENT_ISN = 0x11110000,
    SERVER_ISN = 0x77770000,
    MSS_V4 = 1460,
    MSS_V6 = 1440,
    FIRST_ID = 0x2001,
    ETHERNET_MOST = 14 + 4 * VLAN_LAYERS,
};

static void default_address(struct address *address, unsigned version, bool client)
{
    const char *text = version == 6 ? (client ? "2001:db8:10::20" : "2001:db8:99::1")
                                    : (client ? "192.168.10.20" : "198.51.100.23");
    address_parse(text, address);
}

static void fill_host(const struct maker *m, struct craft_host *host, const struct craft_end *end,
                      bool client)
{
    uint16_t port = client                           ? CLIENT_PORT + m->index % CLIENT_PORTS
                    : m->flow->protocol == CRAFT_UDP ? DNS_PORT
                                                     : WEB_PORT;
    port = end->port ? end->port : port;
    uint32_t isn = (client ? CLIENT_ISN : SERVER_ISN) + port;
    *host = (struct craft_host){
        .address = end->address,
        .port = port,
        .mss = end->mss                    ? end->mss
               : end->address.version == 6 ? MSS_V6
                                           : MSS_V4,
        .mac = {2},
        .next = end->has_isn ? end->isn : isn,
    };
    if (end->has_mac)
        memcpy(host->mac, end->mac, sizeof host->mac);
    else
        memcpy(host->mac + 2, end->address.bytes + (end->address.version == 6 ? 12 : 0), 4);
}

void craft_fill_addresses(struct craft_flow *flow)
{
    struct address *client = &flow->client.address, *server = &flow->server.address;
    if (!client->version)
        default_address(client, server->version, true);
    if (!server->version)
        default_address(server, client->version, false);
}

static int fill_hosts(struct maker *m)
{
    struct craft_flow flow = *m->flow;
    craft_fill_addresses(&flow);
    struct craft_end client = flow.client, server = flow.server;
    if (client.address.version != server.address.version)
        return maker_fail(m, -EINVAL, "one end has an IPv4 address, the other an IPv6 address");
    fill_host(m, &m->hosts[MAKER_CLIENT], &client, true);
    fill_host(m, &m->hosts[MAKER_SERVER], &server, false);
    return 0;
}

static int put_frame(struct maker *m)
{
    size_t at = m->out->bytes.n;
    if (m->step->bytes.n > CRAFT_DATAGRAM_MOST + ETHERNET_MOST)
        return maker_fail(m, -E2BIG, "a frame is too large");
    if (buf_append(&m->out->bytes, m->step->bytes))
        return maker_fail(m, -ENOMEM, NULL);
    return maker_add_frame(m, at);
}

static int put_step(struct maker *m, const struct craft_step *step)
{
    m->step = step;
    m->now_ns += step->delay_ns;
    bool tcp = m->flow->protocol == CRAFT_TCP;
    int rc;
    if (step->kind == CRAFT_FRAME)
        rc = put_frame(m);
    else if (step->kind == CRAFT_SEGMENT && !tcp)
        rc = maker_fail(m, -EINVAL, "only TCP has segments");
    else if (step->kind == CRAFT_SEGMENT)
        rc = maker_put_segment(m);
    else
        rc = tcp ? maker_put_stream(m) : maker_put_datagram(m);
    m->step = NULL;
    return rc;
}

static int put_flow(struct maker *m)
{
    const struct craft_flow *flow = m->flow;
    if (flow->has_at)
        m->now_ns = m->start_ns + flow->at_ns;
    m->now_ns += flow->delay_ns;
    if (flow->vlan_count > VLAN_LAYERS)
        return maker_fail(m, -EINVAL, "too many VLAN tags");
    int rc = fill_hosts(m);
    bool connection = flow->protocol == CRAFT_TCP;
    if (!rc && connection && !flow->no_handshake)
        rc = maker_put_handshake(m);
    for (uint32_t i = 0; !rc && i < flow->step_count; i++)
        rc = put_step(m, &flow->steps[i]);
    if (!rc && connection && flow->close != CRAFT_OPEN)
        rc = maker_put_close(m);
    return rc;
}

static int by_time(const void *a, const void *b)
{
    const struct frame *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* The bytes have come to rest: frames point to theirs, and are put in order. */
static void finish(struct craft_frames *out)
{
    size_t at = 0;
    for (uint32_t i = 0; i < out->count; i++) {
        out->list[i].bytes.p = out->bytes.p + at;
        at += out->list[i].bytes.n;
    }
    if (out->count)
        qsort(out->list, out->count, sizeof out->list[0], by_time);
    for (uint32_t i = 0; i < out->count; i++)
        out->list[i].number = i + 1;
}

int craft_make(const struct craft_flow *flows, size_t count, uint64_t start_ns, struct craft_frames *out,
               struct err *err)
{
    *out = (struct craft_frames){0};
    struct maker m = {
        .out = out, .err = err, .start_ns = start_ns ? start_ns : CRAFT_START_NS, .next_id = FIRST_ID};
    m.now_ns = m.start_ns;
    int rc = 0;
    for (m.index = 0; !rc && m.index < count; m.index++) {
        m.flow = &flows[m.index];
        rc = put_flow(&m);
    }
    if (!rc)
        finish(out);
    buf_fini(&m.message);
    return rc;
}

void craft_frames_fini(struct craft_frames *frames)
{
    free(frames->list);
    buf_fini(&frames->bytes);
    *frames = (struct craft_frames){0};
}
