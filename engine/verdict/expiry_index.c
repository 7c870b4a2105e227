/*
 * Three views of one array of nodes, all by number: two binary heaps (static entries and the others) by
 * expiry, a chained hash by key, and a chained hash of owners with a list each, kept by expiry. A new block
 * mostly expires last of its owner's, so inserting looks from the end of the list.
 */
#include "verdict/expiry_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { NONE = 0xffffffff };

struct node {
    struct expiry_entry entry;
    uint32_t key_next, heap_at;
    uint32_t owner; /* number in owners */
    uint32_t sooner, later;
};

struct owner {
    uint8_t address[EXPIRY_OWNER];
    uint32_t next, count, first, last;
};

struct heap {
    uint32_t *nodes;
    uint32_t count;
};

struct expiry_index {
    uint32_t capacity, share, count, mask;
    struct node *nodes;
    struct owner *owners; /* as many as nodes at the most */
    uint32_t free_node, free_owner;
    uint32_t *by_key, *by_owner;
    struct heap heaps[2]; /* by is_static */
};

static uint32_t slot(const struct expiry_index *x, const void *p, size_t n)
{
    return (uint32_t)XXH3_64bits(p, n) & x->mask;
}

static uint64_t expiry(const struct expiry_index *x, uint32_t node)
{
    return x->nodes[node].entry.expires_ns;
}

static void heap_set(struct expiry_index *x, struct heap *h, uint32_t at, uint32_t node)
{
    h->nodes[at] = node;
    x->nodes[node].heap_at = at;
}

static void heap_up(struct expiry_index *x, struct heap *h, uint32_t at)
{
    uint32_t node = h->nodes[at];
    while (at && expiry(x, h->nodes[(at - 1) / 2]) > expiry(x, node)) {
        heap_set(x, h, at, h->nodes[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    heap_set(x, h, at, node);
}

static void heap_down(struct expiry_index *x, struct heap *h, uint32_t at)
{
    uint32_t node = h->nodes[at];
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= h->count)
            break;
        if (child + 1 < h->count && expiry(x, h->nodes[child + 1]) < expiry(x, h->nodes[child]))
            child++;
        if (expiry(x, node) <= expiry(x, h->nodes[child]))
            break;
        heap_set(x, h, at, h->nodes[child]);
        at = child;
    }
    heap_set(x, h, at, node);
}

static void heap_add(struct expiry_index *x, struct heap *h, uint32_t node)
{
    heap_set(x, h, h->count++, node);
    heap_up(x, h, h->count - 1);
}

static void heap_remove(struct expiry_index *x, struct heap *h, uint32_t at)
{
    uint32_t last = h->nodes[--h->count];
    if (at == h->count)
        return;
    heap_set(x, h, at, last);
    heap_up(x, h, at);
    heap_down(x, h, x->nodes[last].heap_at);
}

static uint32_t find_owner(const struct expiry_index *x, const uint8_t address[EXPIRY_OWNER])
{
    uint32_t at = x->by_owner[slot(x, address, EXPIRY_OWNER)];
    while (at != NONE && memcmp(x->owners[at].address, address, EXPIRY_OWNER) != 0)
        at = x->owners[at].next;
    return at;
}

static uint32_t make_owner(struct expiry_index *x, const uint8_t address[EXPIRY_OWNER])
{
    uint32_t at = x->free_owner, *head = &x->by_owner[slot(x, address, EXPIRY_OWNER)];
    struct owner *o = &x->owners[at];
    x->free_owner = o->next;
    *o = (struct owner){.next = *head, .first = NONE, .last = NONE};
    memcpy(o->address, address, EXPIRY_OWNER);
    *head = at;
    return at;
}

static void free_owner(struct expiry_index *x, uint32_t at)
{
    uint32_t *link = &x->by_owner[slot(x, x->owners[at].address, EXPIRY_OWNER)];
    while (*link != at)
        link = &x->owners[*link].next;
    *link = x->owners[at].next;
    x->owners[at].next = x->free_owner;
    x->free_owner = at;
}

static void owner_add(struct expiry_index *x, uint32_t node)
{
    struct node *n = &x->nodes[node];
    uint32_t at = find_owner(x, n->entry.owner);
    n->owner = at == NONE ? make_owner(x, n->entry.owner) : at;
    struct owner *o = &x->owners[n->owner];
    uint32_t before = o->last;
    while (before != NONE && expiry(x, before) > n->entry.expires_ns)
        before = x->nodes[before].sooner;
    n->sooner = before;
    n->later = before == NONE ? o->first : x->nodes[before].later;
    *(n->sooner == NONE ? &o->first : &x->nodes[n->sooner].later) = node;
    *(n->later == NONE ? &o->last : &x->nodes[n->later].sooner) = node;
    o->count++;
}

static void owner_remove(struct expiry_index *x, uint32_t node)
{
    const struct node *n = &x->nodes[node];
    struct owner *o = &x->owners[n->owner];
    *(n->sooner == NONE ? &o->first : &x->nodes[n->sooner].later) = n->later;
    *(n->later == NONE ? &o->last : &x->nodes[n->later].sooner) = n->sooner;
    if (--o->count == 0)
        free_owner(x, n->owner);
}

/* The link that leads to the key's node, or to the end of its chain. */
static uint32_t *find_link(struct expiry_index *x, const uint8_t key[EXPIRY_KEY])
{
    uint32_t *link = &x->by_key[slot(x, key, EXPIRY_KEY)];
    while (*link != NONE && memcmp(x->nodes[*link].entry.key, key, EXPIRY_KEY) != 0)
        link = &x->nodes[*link].key_next;
    return link;
}

struct expiry_index *expiry_index_new(uint32_t capacity, uint32_t share)
{
    struct expiry_index *x = calloc(1, sizeof *x);
    if (!x || capacity == 0 || capacity > 1u << 24) {
        free(x);
        return NULL;
    }
    uint32_t slots = 1;
    while (slots < capacity)
        slots *= 2;
    x->capacity = capacity;
    x->share = share;
    x->mask = slots - 1;
    x->nodes = calloc(capacity, sizeof *x->nodes);
    x->owners = calloc(capacity, sizeof *x->owners);
    x->by_key = malloc(slots * sizeof *x->by_key);
    x->by_owner = malloc(slots * sizeof *x->by_owner);
    for (int i = 0; i < 2; i++)
        x->heaps[i].nodes = calloc(capacity, sizeof *x->heaps[i].nodes);
    if (!x->nodes || !x->owners || !x->by_key || !x->by_owner || !x->heaps[0].nodes || !x->heaps[1].nodes) {
        expiry_index_free(x);
        return NULL;
    }
    memset(x->by_key, 0xff, slots * sizeof *x->by_key);
    memset(x->by_owner, 0xff, slots * sizeof *x->by_owner);
    for (uint32_t i = 0; i < capacity; i++)
        x->nodes[i].key_next = x->owners[i].next = i + 1 < capacity ? i + 1 : NONE;
    return x;
}

void expiry_index_free(struct expiry_index *x)
{
    if (!x)
        return;
    free(x->nodes);
    free(x->owners);
    free(x->by_key);
    free(x->by_owner);
    free(x->heaps[0].nodes);
    free(x->heaps[1].nodes);
    free(x);
}

uint32_t expiry_index_count(const struct expiry_index *x)
{
    return x->count;
}

bool expiry_index_remove(struct expiry_index *x, const uint8_t key[EXPIRY_KEY])
{
    uint32_t *link = find_link(x, key), node = *link;
    if (node == NONE)
        return false;
    struct node *n = &x->nodes[node];
    *link = n->key_next;
    heap_remove(x, &x->heaps[n->entry.is_static], n->heap_at);
    owner_remove(x, node);
    n->key_next = x->free_node;
    x->free_node = node;
    x->count--;
    return true;
}

int expiry_index_put(struct expiry_index *x, const struct expiry_entry *entry)
{
    expiry_index_remove(x, entry->key);
    if (x->count == x->capacity)
        return -ENOSPC;
    uint32_t node = x->free_node, *link = find_link(x, entry->key);
    struct node *n = &x->nodes[node];
    x->free_node = n->key_next;
    n->entry = *entry;
    n->key_next = NONE;
    *link = node;
    heap_add(x, &x->heaps[entry->is_static], node);
    owner_add(x, node);
    x->count++;
    return 0;
}

static const struct expiry_entry *top(const struct expiry_index *x, bool is_static)
{
    const struct heap *h = &x->heaps[is_static];
    return h->count ? &x->nodes[h->nodes[0]].entry : NULL;
}

const struct expiry_entry *expiry_index_victim(const struct expiry_index *x, const struct expiry_entry *entry,
                                               bool *possible)
{
    *possible = true;
    uint32_t slot_of = x->by_key[slot(x, entry->key, EXPIRY_KEY)];
    for (; slot_of != NONE; slot_of = x->nodes[slot_of].key_next)
        if (memcmp(x->nodes[slot_of].entry.key, entry->key, EXPIRY_KEY) == 0)
            return NULL; /* only changes what is there */
    uint32_t owner = x->share && !entry->is_static ? find_owner(x, entry->owner) : NONE;
    if (owner != NONE && x->owners[owner].count >= x->share) {
        for (uint32_t at = x->owners[owner].first; at != NONE; at = x->nodes[at].later)
            if (!x->nodes[at].entry.is_static)
                return &x->nodes[at].entry;
    }
    if (x->count < x->capacity)
        return NULL;
    const struct expiry_entry *soonest = top(x, false);
    if (!soonest && entry->is_static)
        soonest = top(x, true);
    *possible = soonest != NULL;
    return soonest;
}

const struct expiry_entry *expiry_index_soonest(const struct expiry_index *x)
{
    const struct expiry_entry *a = top(x, false), *b = top(x, true);
    return !a ? b : !b ? a : a->expires_ns <= b->expires_ns ? a : b;
}
