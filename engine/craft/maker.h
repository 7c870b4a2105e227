/*
 * What the makers of frames share: the flow at hand, where its two ends are, the clock. make.c drives;
 * make_tcp.c and make_packet.c put the packets of a step. All return 0 or a negative errno with maker.err
 * filled.
 */
#ifndef SLUICE_CRAFT_MAKER_H
#define SLUICE_CRAFT_MAKER_H

#include "craft/headers.h"
#include "craft/make.h"

enum { MAKER_CLIENT, MAKER_SERVER };

struct maker {
    struct craft_frames *out;
    struct err *err;
    uint64_t start_ns, now_ns;
    uint16_t next_id;
    struct buf message; /* one transport message */
    /* of the flow at hand */
    const struct craft_flow *flow;
    const struct craft_step *step; /* NULL: of no step */
    size_t index;
    struct craft_host hosts[2];
};

/* Fills the error with the flow and its line; `code`. `why` may be NULL with -ENOMEM. */
int maker_fail(struct maker *m, int code, const char *why);

/* From one end to the other, with this IP header. */
struct craft_way maker_way(const struct maker *m, bool from_server, const struct craft_ip *ip);

/* Of the step at hand, or the flow. */
const struct craft_ip *maker_ip(const struct maker *m);

/* The identification that the next packet has: one that was asked for, or the next of all. */
uint16_t maker_take_id(struct maker *m, const struct craft_ip *ip);

/* Takes the bytes from `at` on for a frame, at the time that it is, and moves the clock on. */
int maker_add_frame(struct maker *m, size_t at);

/* Puts one IP packet, or a fragment. */
int maker_put_part(struct maker *m, const struct craft_way *way, const struct craft_part *part,
                   struct slice payload);

/* Puts m->message, whole or in fragments of ip->cut bytes. */
int maker_put_message(struct maker *m, bool from_server, const struct craft_ip *ip);

int maker_put_handshake(struct maker *m);
int maker_put_close(struct maker *m);
int maker_put_stream(struct maker *m);  /* CRAFT_DATA of a TCP step */
int maker_put_segment(struct maker *m); /* CRAFT_SEGMENT */
int maker_put_datagram(struct maker *m);

#endif
