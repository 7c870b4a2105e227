#include "base/grow.h"

#include <errno.h>
#include <stdlib.h>

int grow_bytes(void **p, uint32_t count, uint32_t *capacity, size_t element)
{
    if (count < *capacity)
        return 0;
    if (*capacity > UINT32_MAX / 2)
        return -ENOMEM;
    uint32_t wanted = *capacity ? *capacity * 2 : 4;
    void *grown = realloc(*p, wanted * element);
    if (!grown)
        return -ENOMEM;
    *p = grown;
    *capacity = wanted;
    return 0;
}
