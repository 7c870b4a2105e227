/*
 * One way of decompressing, behind one table of operations: feed input, take output. Owned by a byte source.
 */
#ifndef SLUICE_CAPTURE_DECOMPRESS_H
#define SLUICE_CAPTURE_DECOMPRESS_H

#include "base/slice.h"

struct decompress_step {
    struct slice in; /* what is left of the input */
    uint8_t *out;    /* where the next output byte goes */
    size_t room;     /* bytes left there */
    bool in_ended;   /* no input will follow */
};

struct decompressor {
    const char *name;
    /* The bytes that such a file starts with. */
    uint8_t magic[6];
    unsigned magic_size;
    void *(*open)(void); /* NULL when memory is short */
    /* Moves the step forward. 0; 1: the data are complete here and nothing follows; -EBADMSG: damaged;
     * -E2BIG: they ask for more memory than a file may; -ENOMEM. */
    int (*run)(void *state, struct decompress_step *step);
    void (*close)(void *state);
};

/* By the first bytes of a file; NULL when it is not compressed in a way that we know. */
const struct decompressor *decompressor_for(struct slice head);

#endif
