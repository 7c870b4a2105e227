/*
 * Streams and TCP under arbitrary input. The first byte picks the mode:
 *   even: segments, acknowledgments and releases on one stream, against a naive model of its bytes
 *   odd: packets of arbitrary TCP fields on a few connections; only memory safety and the caps are checked
 */
#include <stdlib.h>

#include "flow/stream_insert.h"
#include "base/cursor.h"
#include "support/connection.h"

enum { SPACE = 8192, MEMORY = 1 << 20 };

static void check(bool holds)
{
    if (!holds)
        abort();
}

struct model_byte {
    uint8_t byte;
    bool present;
    uint32_t from, to;
};

struct model {
    struct model_byte bytes[SPACE];
    uint32_t inspectable, end;
};

static void model_insert(struct model *model, enum os_policy policy, uint32_t from, struct slice bytes)
{
    for (uint32_t i = 0; i < bytes.n; i++) {
        struct model_byte *b = &model->bytes[from + i];
        if (from + i < model->inspectable)
            continue;
        if (!b->present || overlap_new_wins(policy, b->from, b->to, from, from + (uint32_t)bytes.n))
            *b = (struct model_byte){bytes.p[i], true, from, from + (uint32_t)bytes.n};
    }
    if (from + bytes.n > model->end)
        model->end = from + (uint32_t)bytes.n;
}

/* What is readable from `at` on is the model's, gap for gap. */
static void compare(const struct stream *stream, const struct model *model)
{
    uint64_t at = stream->released, next;
    for (struct slice got; (got = stream_read(stream, at, &next)).n > 0; at = next + got.n) {
        check(next + got.n <= stream->inspectable);
        for (; at < next; at++)
            check(!model->bytes[at].present);
        for (size_t i = 0; i < got.n; i++)
            check(model->bytes[next + i].present && model->bytes[next + i].byte == got.p[i]);
    }
    for (; at < model->inspectable; at++)
        check(!model->bytes[at].present);
}

static void fuzz_stream(struct cursor *in)
{
    static struct model model;
    memset(&model, 0, sizeof model);
    struct stream_budget budget = {.most = MEMORY, .most_window = SPACE, .most_ranges = SPACE};
    struct stream stream = {.depth = UINT64_MAX};
    uint8_t policy = 0, op, length;
    uint16_t offset;
    cursor_u8(in, &policy);
    while (cursor_u8(in, &op) && cursor_be16(in, &offset)) {
        offset %= SPACE - 256;
        struct slice bytes;
        if (op % 4 < 2 && cursor_u8(in, &length) && cursor_bytes(in, length, &bytes)) {
            model_insert(&model, policy % OS_COUNT, offset, bytes);
            stream_insert(&stream, &budget, offset, bytes, policy % OS_COUNT);
        } else if (op % 4 == 2) {
            stream_acknowledge(&stream, offset);
            if (offset > model.inspectable)
                model.inspectable = offset;
            compare(&stream, &model);
        } else {
            stream_release(&stream, offset);
        }
        check(budget.used <= budget.most);
    }
    stream_finish(&stream);
    if (model.end > model.inspectable)
        model.inspectable = model.end;
    compare(&stream, &model);
    stream_fini(&stream);
    check(budget.used == 0);
}

static bool read_fields(struct cursor *in, struct packet *packet)
{
    struct tcp_fields *tcp = &packet->tcp;
    uint8_t options, length;
    uint16_t sequence, acknowledgment;
    if (!cursor_u8(in, &tcp->flags) || !cursor_be16(in, &sequence) || !cursor_be16(in, &acknowledgment) ||
        !cursor_be16(in, &tcp->window) || !cursor_u8(in, &options) || !cursor_u8(in, &length))
        return false;
    /* Near each other, so that much of it fits; with the top bit, anywhere. */
    tcp->sequence = options & 0x80 ? (uint32_t)sequence << 16 : 0xfffff000 + sequence;
    tcp->acknowledgment = options & 0x80 ? (uint32_t)acknowledgment << 16 : 0xfffff000 + acknowledgment;
    tcp->has_timestamps = options & 1;
    tcp->timestamp = sequence;
    tcp->has_window_scale = options & 2;
    tcp->window_scale = options >> 2 & 15;
    tcp->has_fast_open = options & 4;
    tcp->urgent = options & 0x40 ? length : 0;
    return cursor_bytes(in, length % 64, &packet->payload);
}

static void fuzz_packets(struct cursor *in, uint8_t mode)
{
    struct tcp_config config = {.memory = 64 << 10,
                                .most_sessions = 3,
                                .most_ranges = 16,
                                .depth = 4096,
                                .midstream = mode & 2,
                                .async = mode & 4,
                                .inline_mode = mode & 8,
                                .urgent = (enum tcp_urgent)(mode >> 4 & 3)};
    struct connection c;
    connection_init(&c, &config);
    uint8_t who;
    while (cursor_u8(in, &who)) {
        c.pair.client_port = who >> 1 & 3;
        struct packet packet = packet_build_tcp(&c.pair, who & 1, 0, 0, 0, (struct slice){0});
        c.time_ns += (uint64_t)(who >> 4) * PACKET_BUILD_NS_PER_S;
        packet.time_ns = c.time_ns;
        if (!read_fields(in, &packet))
            break;
        enum direction direction;
        struct flow *flow = flow_table_packet(c.table, &packet, &direction);
        check(flow != NULL);
        tcp_packet(c.engine, flow, &packet, &direction);
        flow_table_update(c.table, flow, flow->tcp ? tcp_flow_state(flow->tcp) : FLOW_NEW);
        check(tcp_engine_memory(c.engine) <= config.memory);
        if (flow->tcp) {
            struct stream *stream = &flow->tcp->streams[direction];
            uint64_t at;
            stream_read(stream, stream->released, &at);
            check(stream->inspectable <= stream->depth && stream->range_count <= config.most_ranges);
            if (packet.tcp.window & 1)
                stream_release(stream, stream->inspectable);
        }
    }
    flow_table_end_all(c.table);
    check(tcp_engine_memory(c.engine) == 0);
    connection_fini(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor in = cursor_of(slice_of(data, size));
    uint8_t mode;
    if (!cursor_u8(&in, &mode))
        return 0;
    if (mode & 1)
        fuzz_packets(&in, mode);
    else
        fuzz_stream(&in);
    return 0;
}
