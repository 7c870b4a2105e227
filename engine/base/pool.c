#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/huge.h"

#define FIRST_SLAB ((size_t)256 * 1024)
#define LARGE_SLAB HUGE_PAGE
#define ALIGNMENT  ((size_t)16)
#define LINE       ((size_t)64) /* of the cache: where a slab's first object begins, behind its link */

struct link {
    struct link *next;
};

void pool_init(struct pool *pool, size_t object_size, size_t most)
{
    if (object_size < sizeof(struct link))
        object_size = sizeof(struct link);
    object_size = (object_size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    *pool = (struct pool){.object_size = object_size, .most = most};
}

/* Of a pool that outgrows its first slab each one is a huge page. */
static char *slab_new(size_t bytes)
{
    if (bytes <= FIRST_SLAB || bytes > LARGE_SLAB)
        return aligned_alloc(LINE, (bytes + LINE - 1) / LINE * LINE);
    return huge_alloc(LARGE_SLAB);
}

static void add_slab(struct pool *pool)
{
    size_t count = ((pool->slabs ? LARGE_SLAB : FIRST_SLAB) - LINE) / pool->object_size;
    if (count == 0)
        count = 1;
    if (count > pool->most - pool->made)
        count = pool->most - pool->made;
    if (count == 0)
        return;
    char *slab = slab_new(LINE + count * pool->object_size);
    if (!slab)
        return;
    ((struct link *)(void *)slab)->next = pool->slabs;
    pool->slabs = slab;
    for (size_t i = count; i-- > 0;) {
        struct link *object = (struct link *)(void *)(slab + LINE + i * pool->object_size);
        object->next = pool->free_list;
        pool->free_list = object;
    }
    pool->made += count;
}

void *pool_get(struct pool *pool)
{
    if (!pool->free_list)
        add_slab(pool);
    struct link *object = pool->free_list;
    if (!object) {
        pool->refused++;
        return NULL;
    }
    pool->free_list = object->next;
    pool->out++;
    return object;
}

void pool_put(struct pool *pool, void *object)
{
    if (!object)
        return;
    struct link *link = object;
    link->next = pool->free_list;
    pool->free_list = link;
    pool->out--;
}

void pool_fini(struct pool *pool)
{
    struct link *slab = pool->slabs;
    while (slab) {
        struct link *next = slab->next;
        free(slab);
        slab = next;
    }
    memset(pool, 0, sizeof *pool);
}
