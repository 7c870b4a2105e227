/*
 * One chained hash table for bits and counts of hosts, pairs and rules, and a heap of their expiries: the
 * entry that expires soonest is on top, and gives way when the memory cap is reached.
 *
 * Invariants: 1. every entry in use hangs in exactly one chain and in one slot of the heap, and knows the
 * slot. 2. entries in use <= pool.most. 3. an expired entry counts as absent, whether or not it was taken
 * out.
 */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/grow.h"
#include "packet/packet.h"
#include "base/hash.h"
#include "base/pool.h"
#include "match/store.h"

enum entry_kind { ENTRY_HOST_BIT, ENTRY_PAIR_BIT, ENTRY_COUNT };

struct key { /* compared as bytes: zeroed before it is filled, and without padding */
    uint64_t name;
    struct address a, b;
    uint8_t kind;           /* enum entry_kind */
    uint8_t track;          /* of a count: enum state_track */
    uint8_t threshold_kind; /* of a count */
    uint8_t unused[3];
};
static_assert(sizeof(struct key) == sizeof(uint64_t) + 2 * sizeof(struct address) + 6, "no padding");

struct entry {
    struct entry *next; /* of the chain */
    struct key key;
    uint64_t hash;
    uint64_t expiry_ns, order; /* ties go first made first: the same answer every time */
    uint32_t slot;             /* of the heap */
    struct threshold_count count;
};

struct shared_state {
    pthread_mutex_t lock; /* guards all below */
    struct entry **buckets;
    uint64_t mask;
    struct entry **heap;
    uint32_t heap_count, heap_capacity;
    struct pool pool;
    uint64_t seed, order;
    struct shared_state_counters counters;
};

enum { ENTRY_COST = sizeof(struct entry) + 3 * sizeof(void *) }; /* with its share of buckets and heap */

struct shared_state *shared_state_new(const struct shared_state_config *config)
{
    enum { MEMORY = 64 << 20, FEWEST = 4 };
    uint64_t most = (config->memory ? config->memory : MEMORY) / ENTRY_COST;
    struct shared_state *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    most = most < FEWEST ? FEWEST : most > UINT32_MAX / 2 ? UINT32_MAX / 2 : most;
    uint64_t buckets = 1;
    while (buckets * 2 <= most)
        buckets *= 2;
    s->buckets = calloc(buckets, sizeof *s->buckets);
    if (!s->buckets || pthread_mutex_init(&s->lock, NULL)) {
        free(s->buckets);
        free(s);
        return NULL;
    }
    s->mask = buckets - 1;
    s->seed = config->seed;
    pool_init(&s->pool, sizeof(struct entry), (size_t)most);
    return s;
}

void shared_state_free(struct shared_state *s)
{
    if (!s)
        return;
    pthread_mutex_destroy(&s->lock);
    pool_fini(&s->pool);
    free(s->buckets);
    free(s->heap);
    free(s);
}

void shared_state_counters(struct shared_state *s, struct shared_state_counters *out)
{
    pthread_mutex_lock(&s->lock);
    *out = s->counters;
    pthread_mutex_unlock(&s->lock);
}

void shared_state_count_refused(struct shared_state *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->counters.no_memory++;
    pthread_mutex_unlock(&s->lock);
}

static uint64_t *gauge(struct shared_state *s, const struct key *key)
{
    if (key->kind == ENTRY_COUNT)
        return &s->counters.thresholds;
    return key->kind == ENTRY_PAIR_BIT ? &s->counters.pairs : &s->counters.host_bits;
}

static bool sooner(const struct entry *a, const struct entry *b)
{
    return a->expiry_ns != b->expiry_ns ? a->expiry_ns < b->expiry_ns : a->order < b->order;
}

static void heap_place(struct shared_state *s, uint32_t slot, struct entry *e)
{
    s->heap[slot] = e;
    e->slot = slot;
}

/* Moves the entry to where its expiry belongs. */
static void heap_settle(struct shared_state *s, struct entry *e)
{
    uint32_t slot = e->slot;
    while (slot && sooner(e, s->heap[(slot - 1) / 2])) {
        heap_place(s, slot, s->heap[(slot - 1) / 2]);
        slot = (slot - 1) / 2;
    }
    for (;;) {
        uint64_t child = 2 * (uint64_t)slot + 1;
        if (child >= s->heap_count)
            break;
        if (child + 1 < s->heap_count && sooner(s->heap[child + 1], s->heap[child]))
            child++;
        if (!sooner(s->heap[child], e))
            break;
        heap_place(s, slot, s->heap[child]);
        slot = (uint32_t)child;
    }
    heap_place(s, slot, e);
}

static void entry_remove(struct shared_state *s, struct entry *e)
{
    struct entry **at = &s->buckets[e->hash & s->mask];
    while (*at != e)
        at = &(*at)->next;
    *at = e->next;
    struct entry *last = s->heap[--s->heap_count];
    if (last != e) {
        heap_place(s, e->slot, last);
        heap_settle(s, last);
    }
    (*gauge(s, &e->key))--;
    pool_put(&s->pool, e);
}

/* Takes out what has expired: at most a few at a time, so that no packet pays for all. */
static void expire(struct shared_state *s, uint64_t now_ns)
{
    for (int i = 0; i < 4 && s->heap_count && now_ns > s->heap[0]->expiry_ns; i++)
        entry_remove(s, s->heap[0]);
}

/* Expired or not. */
static struct entry *entry_peek(struct shared_state *s, const struct key *key, uint64_t hash)
{
    struct entry *e = s->buckets[hash & s->mask];
    while (e && (e->hash != hash || memcmp(&e->key, key, sizeof *key) != 0))
        e = e->next;
    return e;
}

static struct entry *entry_find(struct shared_state *s, const struct key *key, uint64_t hash, uint64_t now_ns)
{
    struct entry *e = entry_peek(s, key, hash);
    if (e && now_ns > e->expiry_ns) {
        entry_remove(s, e);
        return NULL;
    }
    return e;
}

/* NULL when memory is short (counted). */
static struct entry *entry_make(struct shared_state *s, const struct key *key, uint64_t hash)
{
    if (s->pool.out == s->pool.most) {
        s->counters.evicted++;
        entry_remove(s, s->heap[0]);
    }
    struct entry *e = NULL;
    if (!grow_array(&s->heap, s->heap_count, &s->heap_capacity))
        e = pool_get(&s->pool);
    if (!e) {
        s->counters.no_memory++;
        return NULL;
    }
    *e = (struct entry){.next = s->buckets[hash & s->mask], .hash = hash, .order = s->order++};
    e->key = *key;
    s->buckets[hash & s->mask] = e;
    heap_place(s, s->heap_count++, e);
    (*gauge(s, key))++;
    return e;
}

static void entry_expires(struct shared_state *s, struct entry *e, uint64_t expiry_ns)
{
    e->expiry_ns = expiry_ns;
    heap_settle(s, e);
}

static void key_addresses(struct key *key, enum state_track track, const struct packet *p)
{
    const struct address *a = &p->source_address, *b = &p->destination_address;
    if (track == TRACK_BOTH) { /* the pair, whichever way the packet goes */
        bool ordered = address_compare(a, b) <= 0;
        key->a = ordered ? *a : *b;
        key->b = ordered ? *b : *a;
    } else if (track == TRACK_SOURCE) {
        key->a = *a;
    } else if (track == TRACK_DESTINATION) {
        key->a = *b;
    }
}

/* xbits of a host and hostbits are the same bits. False: the op is tracked nowhere. */
static bool bit_key(struct key *key, const struct state_op *op, const struct view *view)
{
    memset(key, 0, sizeof *key);
    key->kind = op->track == TRACK_BOTH ? ENTRY_PAIR_BIT : ENTRY_HOST_BIT;
    key->name = op->names[0].key;
    key_addresses(key, op->track, view->packet);
    return op->track == TRACK_SOURCE || op->track == TRACK_DESTINATION || op->track == TRACK_BOTH;
}

bool shared_state_has_bit(struct shared_state *s, const struct state_op *op, const struct view *view)
{
    struct key key;
    if (!s || !bit_key(&key, op, view))
        return false;
    pthread_mutex_lock(&s->lock);
    bool has = entry_find(s, &key, hash_bytes(&key, sizeof key, s->seed), view->packet->time_ns) != NULL;
    pthread_mutex_unlock(&s->lock);
    return has;
}

static uint64_t bit_expiry(const struct state_op *op, uint64_t now_ns)
{
    enum { XBIT_S = 30, HOSTBIT_S = 300 };
    uint64_t seconds = op->expire_s ? op->expire_s : op->store == STORE_HOSTBIT ? HOSTBIT_S : XBIT_S;
    return now_ns + seconds * SECOND_NS;
}

void shared_state_change_bit(struct shared_state *s, const struct state_op *op, const struct view *view)
{
    struct key key;
    uint64_t now_ns = view->packet->time_ns;
    if (!s || !bit_key(&key, op, view))
        return;
    pthread_mutex_lock(&s->lock);
    expire(s, now_ns);
    uint64_t hash = hash_bytes(&key, sizeof key, s->seed);
    struct entry *e = entry_find(s, &key, hash, now_ns);
    if (op->verb == VERB_SET || (op->verb == VERB_TOGGLE && !e)) {
        e = e ? e : entry_make(s, &key, hash);
        if (e)
            entry_expires(s, e, bit_expiry(op, now_ns));
    } else if (e) {
        entry_remove(s, e);
    }
    pthread_mutex_unlock(&s->lock);
}

static void count_key(struct key *key, const struct threshold *t, uint64_t rule, const struct view *view)
{
    memset(key, 0, sizeof *key);
    key->kind = ENTRY_COUNT;
    key->name = rule;
    key->track = (uint8_t)t->track;
    key->threshold_kind = (uint8_t)t->kind;
    key_addresses(key, t->track, view->packet);
}

/* Says it without a change, not even to what has expired. With the lock. */
static bool is_settled(struct shared_state *s, const struct key *key, uint64_t hash,
                       const struct threshold *t, uint64_t until_ns, bool *yes)
{
    const struct entry *e = entry_peek(s, key, hash);
    return e && threshold_count_settled(t, &e->count, until_ns, yes);
}

bool shared_state_settled(struct shared_state *s, const struct threshold *t, uint64_t rule,
                          const struct view *view, uint64_t until_ns, bool *yes)
{
    enum { ROOM = 65536 }; /* more than workers that are behind could fill */
    struct key key;
    if (!s)
        return false;
    count_key(&key, t, rule, view);
    uint64_t hash = hash_bytes(&key, sizeof key, s->seed);
    pthread_mutex_lock(&s->lock);
    bool settled = s->pool.out + ROOM <= s->pool.most && is_settled(s, &key, hash, t, until_ns, yes);
    pthread_mutex_unlock(&s->lock);
    return settled;
}

bool shared_state_count(struct shared_state *s, const struct threshold *t, uint64_t rule,
                        const struct view *view)
{
    struct key key;
    uint64_t now_ns = view->packet->time_ns;
    bool yes = t->kind != THRESHOLD_RATE_FILTER;
    if (!s)
        return yes;
    count_key(&key, t, rule, view);
    uint64_t hash = hash_bytes(&key, sizeof key, s->seed);
    pthread_mutex_lock(&s->lock);
    if (!is_settled(s, &key, hash, t, now_ns, &yes)) {
        expire(s, now_ns);
        struct entry *e = entry_find(s, &key, hash, now_ns);
        e = e ? e : entry_make(s, &key, hash);
        yes = t->kind != THRESHOLD_RATE_FILTER;
        if (e) {
            yes = threshold_count_match(t, &e->count, now_ns);
            entry_expires(s, e, threshold_count_expiry(t, &e->count));
        }
    }
    pthread_mutex_unlock(&s->lock);
    return yes;
}
