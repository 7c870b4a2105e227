#include "support/check.h"

#include "support/crafted.h"

#include <stdlib.h>

#include "flow/table.h"
#include "flow/tcp.h"
#include "packet/decode.h"

struct arriving {
    struct crafted *crafted;
    struct flow_table *table;
    struct tcp_engine *engine;
};

static void keep(struct buf *to, const struct stream *stream)
{
    uint64_t from = 0, at;
    for (struct slice got; (got = stream_read(stream, from, &at)).n > 0; from = at + got.n)
        assert_int_equal(buf_append(to, got), 0);
}

static void ended(void *ctx, struct flow *flow)
{
    struct arriving *a = ctx;
    if (!flow->tcp)
        return;
    tcp_session_end(a->engine, flow);
    keep(&a->crafted->streams[TO_SERVER], &flow->tcp->streams[TO_SERVER]);
    keep(&a->crafted->streams[TO_CLIENT], &flow->tcp->streams[TO_CLIENT]);
    tcp_session_free(a->engine, flow);
}

static void arrive(struct arriving *a, struct packet *packet)
{
    struct crafted *c = a->crafted;
    c->wrong_checksums += packet->bad_checksum;
    if (packet->payload.n > c->largest_payload)
        c->largest_payload = packet->payload.n;
    enum direction direction;
    if (packet->layers & LAYER_TCP && !packet->bad_checksum) {
        struct flow *flow = flow_table_packet(a->table, packet, &direction);
        assert_non_null(flow);
        tcp_packet(a->engine, flow, packet, &direction);
        flow_table_update(a->table, flow, flow->tcp ? tcp_flow_state(flow->tcp) : FLOW_NEW);
    }
    c->events += packet->events.count;
    c->last = *packet;
}

void crafted_init(struct crafted *crafted, const struct craft_flow *flows, size_t count)
{
    *crafted = (struct crafted){0};
    struct err err = {0};
    if (craft_make(flows, count, 0, &crafted->frames, &err))
        fail_msg("%u:%u: %s", err.line, err.column, err.message);
    struct arriving a = {.crafted = crafted};
    struct flow_table_config table = {.seed = 1, .ended = ended, .ctx = &a};
    struct tcp_config tcp = {0};
    struct decode_config decode = {.checksums = CHECKSUM_ON, .hash_seed = 1};
    struct decoder *decoder = decoder_new(&decode);
    a.table = flow_table_new(&table);
    a.engine = tcp_engine_new(&tcp);
    for (uint32_t i = 0; i < crafted->frames.count; i++) {
        struct packet packets[DECODE_PACKETS];
        unsigned n = decode_frame(decoder, &crafted->frames.list[i], packets);
        for (unsigned k = 0; k < n; k++)
            arrive(&a, &packets[k]);
    }
    decoder_release(decoder);
    flow_table_end_all(a.table);
    flow_table_free(a.table);
    tcp_engine_free(a.engine);
    decoder_free(decoder);
}

void crafted_fini(struct crafted *crafted)
{
    craft_frames_fini(&crafted->frames);
    buf_fini(&crafted->streams[0]);
    buf_fini(&crafted->streams[1]);
}

static void read_one(const struct buf *stream, const char *text)
{
    assert_int_equal(stream->n, strlen(text));
    if (stream->n)
        assert_memory_equal(stream->p, text, stream->n);
}

void crafted_read(const struct crafted *crafted, const char *to_server, const char *to_client)
{
    read_one(&crafted->streams[TO_SERVER], to_server);
    read_one(&crafted->streams[TO_CLIENT], to_client);
}
