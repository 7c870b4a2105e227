#include "rule/transform.h"

enum { TRANSFORM_MOST = 16 << 20 }; /* bytes that a transform may make */

bool transforms_apply(const struct transform *transforms, uint32_t count, struct slice *bytes,
                      struct buf scratch[2])
{
    for (uint32_t i = 0; i < count; i++) {
        struct buf *out = &scratch[i & 1];
        buf_clear(out);
        if (transforms[i].ops->apply(transforms[i].data, *bytes, out) || out->n > TRANSFORM_MOST)
            return false;
        *bytes = buf_slice(out);
    }
    return true;
}

bool transforms_same(const struct transform *a, const struct transform *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (a[i].ops != b[i].ops || a[i].data || b[i].data)
            return false;
    return true;
}
