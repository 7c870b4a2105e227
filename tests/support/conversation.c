#include "support/conversation.h"

#include <stdlib.h>

#include "base/grow.h"
#include "packet/transport.h"

void frames_fini(struct frames *frames)
{
    for (uint32_t i = 0; i < frames->count; i++)
        free(frames->bytes[i]);
    free(frames->bytes);
    free(frames->list);
    *frames = (struct frames){0};
}

struct conversation conversation_new(struct frames *frames)
{
    return (struct conversation){
        .frames = frames,
        .client_ip = 0x0a000001,
        .server_ip = 0xc0a80101,
        .client_port = 40000,
        .server_port = 9999,
        .client_sequence = 1000,
        .server_sequence = 5000,
    };
}

static void put16(uint8_t *p, unsigned v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
    put16(p, v >> 16);
    put16(p + 2, v & 0xffff);
}

static uint32_t sum16(const uint8_t *p, size_t n, uint32_t sum)
{
    for (size_t i = 0; i < n; i++)
        sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
    return sum;
}

static uint16_t fold(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static void append(struct frames *frames, uint8_t *bytes, size_t n)
{
    if (grow_array(&frames->list, frames->count, &frames->capacity) ||
        grow_array(&frames->bytes, frames->count, &frames->bytes_capacity))
        abort();
    if (!frames->clock_ns)
        frames->clock_ns = 1000000000000;
    frames->bytes[frames->count] = bytes;
    frames->list[frames->count] = (struct frame){
        .bytes = slice_of(bytes, n),
        .wire_length = (uint32_t)n,
        .time_ns = frames->clock_ns,
        .number = frames->count + 1,
        .link_type = 1,
    };
    frames->count++;
    frames->clock_ns += 10000000;
}

static void send_ip(const struct conversation *c, bool from_client, uint8_t protocol,
                    const uint8_t *transport, size_t n, size_t checksum_at)
{
    uint8_t *f = calloc(1, 34 + n);
    if (!f)
        abort();
    memcpy(f, from_client ? "\2\0\0\0\0\2\2\0\0\0\0\1\10" : "\2\0\0\0\0\1\2\0\0\0\0\2\10", 14);
    uint8_t *ip = f + 14;
    ip[0] = 0x45;
    put16(ip + 2, (unsigned)(20 + n));
    ip[8] = 64;
    ip[9] = protocol;
    put32(ip + 12, from_client ? c->client_ip : c->server_ip);
    put32(ip + 16, from_client ? c->server_ip : c->client_ip);
    put16(ip + 10, fold(sum16(ip, 20, 0)));
    memcpy(ip + 20, transport, n);
    uint32_t pseudo = protocol == 1 ? 0 : sum16(ip + 12, 8, (uint32_t)(protocol + n));
    put16(ip + 20 + checksum_at, fold(sum16(ip + 20, n, pseudo)));
    append(c->frames, f, 34 + n);
}

static void send_tcp(struct conversation *c, bool from_client, uint8_t flags, const void *data, size_t n)
{
    uint8_t *t = calloc(1, 20 + n);
    if (!t)
        abort();
    uint32_t *sequence = from_client ? &c->client_sequence : &c->server_sequence;
    put16(t, from_client ? c->client_port : c->server_port);
    put16(t + 2, from_client ? c->server_port : c->client_port);
    put32(t + 4, *sequence);
    if (flags & TCP_ACK)
        put32(t + 8, from_client ? c->server_sequence : c->client_sequence);
    t[12] = 0x50;
    t[13] = flags;
    put16(t + 14, 65000);
    if (n)
        memcpy(t + 20, data, n);
    send_ip(c, from_client, 6, t, 20 + n, 16);
    free(t);
    *sequence += (uint32_t)n + !!(flags & TCP_SYN) + !!(flags & TCP_FIN);
}

void client_sends(struct conversation *c, uint8_t flags, const void *data, size_t n)
{
    send_tcp(c, true, flags, data, n);
}

void server_sends(struct conversation *c, uint8_t flags, const void *data, size_t n)
{
    send_tcp(c, false, flags, data, n);
}

void handshake(struct conversation *c)
{
    client_sends(c, TCP_SYN, NULL, 0);
    server_sends(c, TCP_SYN | TCP_ACK, NULL, 0);
    client_sends(c, TCP_ACK, NULL, 0);
}

void datagram(struct conversation *c, bool from_client, const void *data, size_t n)
{
    uint8_t *u = calloc(1, 8 + n);
    if (!u)
        abort();
    put16(u, from_client ? c->client_port : c->server_port);
    put16(u + 2, from_client ? c->server_port : c->client_port);
    put16(u + 4, (unsigned)(8 + n));
    if (n)
        memcpy(u + 8, data, n);
    send_ip(c, from_client, 17, u, 8 + n, 6);
    free(u);
}

void port_unreachable(struct conversation *c, bool from_client)
{
    uint8_t error[36] = {3, 1}, *quoted = error + 8;
    quoted[0] = 0x45;
    put16(quoted + 2, 40);
    quoted[8] = 64;
    quoted[9] = 6;
    put32(quoted + 12, from_client ? c->server_ip : c->client_ip);
    put32(quoted + 16, from_client ? c->client_ip : c->server_ip);
    put16(quoted + 20, from_client ? c->server_port : c->client_port);
    put16(quoted + 22, from_client ? c->client_port : c->server_port);
    put32(quoted + 24, from_client ? c->server_sequence : c->client_sequence);
    send_ip(c, from_client, 1, error, sizeof error, 2);
}
