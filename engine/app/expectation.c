#include "app/expectation.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { BUCKETS = 256, NONE = UINT16_MAX };

static const uint64_t LIFE_NS = EXPECTATION_SECONDS * UINT64_C(1000000000);

struct kept {
    struct expectation_key key;
    uint64_t made_ns, flow_id;
    struct buf tells;
    uint16_t next; /* of its bucket */
    bool used, late;
};

/* A ring: the next one to be written is the oldest. */
struct expectations {
    pthread_mutex_t lock;
    atomic_uint count;
    uint16_t at;
    uint16_t buckets[BUCKETS];
    struct kept ring[EXPECTATIONS_MOST];
};

struct expectations *expectations_new(void)
{
    struct expectations *table = calloc(1, sizeof *table);
    if (!table)
        return NULL;
    pthread_mutex_init(&table->lock, NULL);
    for (int i = 0; i < BUCKETS; i++)
        table->buckets[i] = NONE;
    return table;
}

void expectations_free(struct expectations *table)
{
    if (!table)
        return;
    for (int i = 0; i < EXPECTATIONS_MOST; i++)
        buf_fini(&table->ring[i].tells);
    pthread_mutex_destroy(&table->lock);
    free(table);
}

static uint32_t mix(const struct address *a)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < sizeof a->bytes; i++)
        sum = sum * 31 + a->bytes[i];
    return sum;
}

/* The same for either order of the hosts. */
static uint16_t *bucket_of(struct expectations *table, const struct expectation_key *key)
{
    uint32_t sum = mix(&key->hosts[0]) + mix(&key->hosts[1]) + key->port * 2654435761u;
    return &table->buckets[(sum ^ sum >> 16) % BUCKETS];
}

static bool same(const struct expectation_key *a, const struct expectation_key *b)
{
    int turned = !address_equal(&a->hosts[0], &b->hosts[0]);
    return a->port == b->port && address_equal(&a->hosts[0], &b->hosts[turned]) &&
           address_equal(&a->hosts[1], &b->hosts[!turned]);
}

static void drop(struct expectations *table, struct kept *e)
{
    uint16_t *link = bucket_of(table, &e->key), self = (uint16_t)(e - table->ring);
    while (*link != self)
        link = &table->ring[*link].next;
    *link = e->next;
    e->used = false;
    buf_fini(&e->tells);
    atomic_fetch_sub_explicit(&table->count, 1, memory_order_relaxed);
}

static struct kept *find(struct expectations *table, const struct expectation_key *key)
{
    for (uint16_t i = *bucket_of(table, key); i != NONE; i = table->ring[i].next)
        if (same(&table->ring[i].key, key))
            return &table->ring[i];
    return NULL;
}

static int put(struct expectations *table, const struct expectation_key *key,
               const struct expectation *expectation)
{
    struct kept *e = find(table, key);
    if (e)
        drop(table, e);
    e = &table->ring[table->at];
    if (e->used)
        drop(table, e);
    if (buf_append(&e->tells, slice_first(expectation->tells, EXPECTATION_TELLS_MOST)))
        return -ENOMEM;
    uint16_t *bucket = bucket_of(table, key);
    e->key = *key;
    e->made_ns = expectation->made_ns;
    e->flow_id = expectation->flow_id;
    e->late = expectation->late;
    e->next = *bucket;
    e->used = true;
    *bucket = table->at;
    table->at = (uint16_t)((table->at + 1) % EXPECTATIONS_MOST);
    atomic_fetch_add_explicit(&table->count, 1, memory_order_relaxed);
    return 0;
}

int expectations_add(struct expectations *table, const struct expectation_key *key,
                     const struct expectation *expectation)
{
    pthread_mutex_lock(&table->lock);
    int rc = put(table, key, expectation);
    pthread_mutex_unlock(&table->lock);
    return rc;
}

static bool is_empty(const struct expectations *table)
{
    return !atomic_load_explicit(&table->count, memory_order_relaxed);
}

bool expectations_take(struct expectations *table, const struct expectation_key *key, uint64_t now_ns,
                       bool late, struct buf *out, uint64_t *flow_id)
{
    if (is_empty(table))
        return false;
    pthread_mutex_lock(&table->lock);
    struct kept *e = find(table, key);
    e = e && e->late && !late ? NULL : e;
    bool found = e && now_ns - e->made_ns < LIFE_NS && !buf_append(out, buf_slice(&e->tells));
    if (found && flow_id)
        *flow_id = e->flow_id;
    if (e)
        drop(table, e);
    pthread_mutex_unlock(&table->lock);
    return found;
}

bool expectations_has(struct expectations *table, const struct expectation_key *key)
{
    if (is_empty(table))
        return false;
    pthread_mutex_lock(&table->lock);
    bool has = find(table, key) != NULL;
    pthread_mutex_unlock(&table->lock);
    return has;
}
