/*
 * The memory of one batch of frames: their descriptions and copies of their bytes, or the windows of a byte
 * source that they lie in. Made once and used again; the frames point into it, so that its bytes never move
 * while frames are in it. One thread.
 */
#ifndef SLUICE_CAPTURE_FRAME_STORE_H
#define SLUICE_CAPTURE_FRAME_STORE_H

#include "capture/byte_source.h"
#include "packet/frame.h"

enum {
    STORE_FRAMES = 512,     /* frames in one batch */
    STORE_BYTES = 1 << 20,  /* their bytes; a single larger frame still fits */
    FRAME_MOST = 256 << 10, /* bytes of one frame, as libpcap's MAXIMUM_SNAPLEN */
    STORE_WINDOWS = 8,      /* that are held at once: frames of more are copied */
};

struct frame_store {
    struct frame_store *next; /* of a free list */
    struct frame frames[STORE_FRAMES];
    unsigned count;
    size_t used; /* bytes of the frames, copied or lent */
    struct byte_window *held[STORE_WINDOWS];
    unsigned held_count;
    uint8_t bytes[STORE_BYTES + FRAME_MOST];
};

struct frame_store *frame_store_new(void);

/* False once the batch holds as much as it should: add nothing more then. Cuts depend on the frames alone. */
static inline bool frame_store_has_room(const struct frame_store *store)
{
    return store->count < STORE_FRAMES && store->used < STORE_BYTES;
}

/* Copies the frame in; bytes past FRAME_MOST are cut off. */
void frame_store_add(struct frame_store *store, const struct frame *frame);

/* Takes the frame, which lies in what was last peeked from the source, by holding its window. */
void frame_store_lend(struct frame_store *store, const struct frame *frame, struct byte_source *source);

/* Empties a store of its free list, or makes one; NULL when memory is short. */
struct frame_store *frame_store_take(struct frame_store **free_list);
/* Lets the windows go. */
void frame_store_put(struct frame_store **free_list, struct frame_store *store);
void frame_store_free_all(struct frame_store **free_list);

#endif
