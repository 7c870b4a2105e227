/*
 * What a rule is evaluated against: a packet, its flow, the bytes to look into.
 *
 * Made by the inspector for each evaluation, on its stack; everything in it is borrowed and read only. A rule
 * can be tested without a capture by filling one in by hand. Buffers of the application layer come through
 * `app` (the parsers' side of buffer_list.h), those of the packet's headers from the packet itself.
 */
#ifndef SLUICE_RULE_VIEW_H
#define SLUICE_RULE_VIEW_H

#include "base/buffer_id.h"
#include "flow/direction.h"

struct flow;
struct packet;

enum view_kind {
    VIEW_PACKET, /* payload is the packet's */
    VIEW_STREAM, /* payload is a chunk of the stream */
    VIEW_TRANSACTION,
};

struct view_app_ops {
    /* The index-th instance of a buffer in this transaction. */
    enum buffer_answer (*buffer)(void *ctx, enum buffer_id id, unsigned index, struct view_buffer *out);
};

struct app_tx;

struct view {
    enum view_kind kind;
    enum direction direction;
    const struct packet *packet; /* never NULL: at the end of a flow, one of source PACKET_FLOW_END */
    struct flow *flow;           /* NULL without one */
    struct view_buffer payload;  /* what BUFFER_PAYLOAD means here */
    bool payload_in_stream;      /* TCP: the payload of this packet is also inspected as stream */
    bool empty_payload;          /* a payload of no bytes is looked into as well: a negation holds there */
    bool established; /* the flow was established before this packet: what flow:established means */
    bool app_news;    /* carries the news of this direction's protocol: what app-layer-protocol waits for */
    struct app_tx *brought; /* the last transaction that this datagram has brought or changed; NULL */
    uint16_t app_event;     /* enum app_event of the flow that this packet brought */
    const struct view_app_ops *app;
    void *app_ctx;
};

/*
 * The index-th instance of any buffer but BASE64_DATA. In a transaction over TCP the raw stream may always
 * bring more: BUFFER_LATER.
 */
enum buffer_answer view_buffer(const struct view *view, enum buffer_id id, unsigned index,
                               struct view_buffer *out);

#endif
