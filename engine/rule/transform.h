/*
 * Applying and comparing transforms: what a sticky buffer's bytes are turned into before a chain looks at
 * them. Any thread.
 */
#ifndef SLUICE_RULE_TRANSFORM_H
#define SLUICE_RULE_TRANSFORM_H

#include "base/buf.h"

struct transform_ops {
    const char *keyword;
    /* Fills `out` (cleared before) from `in`. 0 or -ENOMEM. Where it does not apply the keyword says what. */
    int (*apply)(const void *data, struct slice in, struct buf *out);
    void (*free)(void *data);
    bool (*leaves)(struct slice bytes); /* whether its result may have such bytes in it; NULL: any */
};

struct transform {
    const struct transform_ops *ops;
    void *data;
};

/* Replaces *bytes by what the transforms make of them, in the two scratch buffers. False when memory is
 * short. */
bool transforms_apply(const struct transform *transforms, uint32_t count, struct slice *bytes,
                      struct buf scratch[2]);

/* Whether two lists do the same: known only of transforms without options. */
bool transforms_same(const struct transform *a, const struct transform *b, uint32_t count);

#endif
