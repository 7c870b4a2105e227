/*
 * Any bytes as the datagrams of one QUIC flow. A datagram may be made of frames, which are sealed here as an
 * Initial packet, so that the fuzzer gets behind the encryption. All buffers of every transaction are read.
 */
#include <stdlib.h>

#include "app/engine.h"
#include "app/engine_private.h"
#include "app/quic/quic.h"
#include "app/quic/quic_header.h"
#include "flow/flow.h"
#include "support/quic_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 1 << 20 };

static void read_buffers(struct app_session *s, struct app_tx *tx)
{
    volatile uint8_t sink = 0;
    for (int d = 0; d < DIRECTIONS; d++)
        for (int id = 0; id < BUFFER_COUNT; id++)
            for (unsigned index = 0; index < 2 * QUIC_CYU_MOST; index++) {
                struct view_buffer b;
                if (app_buffer(s, tx, (enum direction)d, (enum buffer_id)id, index, &b) != BUFFER_HERE)
                    break;
                for (size_t i = 0; i < b.bytes.n; i++)
                    sink ^= b.bytes.p[i];
            }
    (void)sink;
}

static void feed(struct app_engine *engine, struct flow *flow, enum direction direction, struct slice bytes)
{
    uint8_t *exact = malloc(bytes.n ? bytes.n : 1); /* the sanitizer sees a read past its end */
    if (!exact)
        return;
    if (bytes.n)
        memcpy(exact, bytes.p, bytes.n);
    app_parse_datagram(engine, flow, direction, slice_of(exact, bytes.n), 0);
    free(exact);
    struct app_session *s = flow->app_state;
    for (struct app_tx *tx = s ? s->first : NULL; tx; tx = tx->next)
        read_buffers(s, tx);
    for (int d = 0; s && d < DIRECTIONS; d++)
        app_inspected(s, (enum direction)d);
    if (engine->memory > MEMORY)
        abort();
}

static void feed_frames(struct app_engine *engine, struct flow *flow, uint8_t kind, struct slice frames)
{
    static const uint32_t versions[] = {QUIC_VERSION_1, QUIC_VERSION_2, 0xff00001d, QUIC_Q050};
    uint32_t version = versions[kind >> 2 & 3];
    struct buf packet = {0};
    struct quic_packet p = {
        .version = version,
        .first = version == QUIC_VERSION_2 ? 0xd1 : 0xc1,
        .from_server = kind & 1,
        .key_id = slice_str("original"),
        .destination_id = kind & 1 ? slice_str("client") : slice_str("original"),
        .source_id = slice_str("another"),
        .frames = frames,
    };
    quic_put_packet(&packet, &p);
    feed(engine, flow, kind & 1 ? TO_CLIENT : TO_SERVER, buf_slice(&packet));
    buf_fini(&packet);
}

/* Records of a kind (direction, whether frames only, the version), two bytes of length, that many bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct app_config config = {.memory = MEMORY};
    struct app_hooks hooks = {0};
    struct app_engine *engine = app_engine_new(&config, &hooks);
    struct flow flow = {.protocol = 17, .client_port = 40000, .server_port = 443, .app = APP_QUIC};
    struct cursor c = cursor_of(slice_of(data, size));
    uint8_t kind;
    uint16_t length;
    while (engine && cursor_u8(&c, &kind) && cursor_be16(&c, &length)) {
        struct slice bytes;
        cursor_bytes(&c, length < cursor_left(&c) ? length : cursor_left(&c), &bytes);
        if (kind & 2)
            feed_frames(engine, &flow, kind, bytes);
        else
            feed(engine, &flow, kind & 1 ? TO_CLIENT : TO_SERVER, bytes);
    }
    if (engine)
        app_session_end(engine, &flow);
    if (engine && engine->memory)
        abort();
    app_engine_free(engine);
    return 0;
}
