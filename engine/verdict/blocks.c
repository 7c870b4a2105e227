#include "verdict/blocks.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verdict/expiry_index.h"
#include "verdict/map_address.h"
#include "xdp/flow.h"

struct table {
    int map;
    uint32_t capacity;
    struct expiry_index *index;
    bool hosts;
};

struct blocks {
    struct table flows, hosts;
    struct blocks_counts counts;
};

union map_key {
    struct sluice_flow_key flow;
    struct sluice_prefix host;
    uint8_t bytes[EXPIRY_KEY];
};

uint64_t blocks_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

/* *flags: which end the block is charged to. */
static union map_key key_of(const struct block_target *t, uint32_t *flags)
{
    union map_key key;
    memset(&key, 0, sizeof key);
    *flags = 0;
    if (t->is_host) {
        key.host = map_prefix(&t->host, 0);
        return key;
    }
    uint32_t source[4], destination[4];
    map_address(&t->source, source);
    map_address(&t->destination, destination);
    if (flow_key(&key.flow, source, htons(t->source_port), destination, htons(t->destination_port),
                 t->protocol))
        *flags = SLUICE_BLOCK_FROM_HIGH;
    return key;
}

static struct block block_of(const struct table *table, const union map_key *key,
                             const struct sluice_block *value)
{
    struct block b = {.expires_ns = value->expires_ns,
                      .since_ns = value->since_ns,
                      .packets = value->packets,
                      .bytes = value->bytes,
                      .sid = value->sid,
                      .is_static = value->flags & SLUICE_BLOCK_STATIC};
    b.target.is_host = table->hosts;
    if (table->hosts) {
        b.target.host = prefix_of_map(&key->host);
        return b;
    }
    bool high = value->flags & SLUICE_BLOCK_FROM_HIGH;
    b.target.source = address_of_map(high ? key->flow.high : key->flow.low);
    b.target.destination = address_of_map(high ? key->flow.low : key->flow.high);
    b.target.source_port = ntohs(high ? key->flow.high_port : key->flow.low_port);
    b.target.destination_port = ntohs(high ? key->flow.low_port : key->flow.high_port);
    b.target.protocol = key->flow.protocol;
    return b;
}

static struct expiry_entry entry_of(const struct table *table, const union map_key *key,
                                    const struct sluice_block *value)
{
    struct expiry_entry e = {.expires_ns = value->expires_ns,
                             .is_static = value->flags & SLUICE_BLOCK_STATIC};
    memcpy(e.key, key, sizeof e.key);
    if (table->hosts)
        return e; /* all of one owner: the index of hosts has no shares */
    const uint32_t *address = value->flags & SLUICE_BLOCK_FROM_HIGH ? key->flow.high : key->flow.low;
    bool v4 = address[0] == 0 && address[1] == 0 && address[2] == htonl(0xffff);
    memcpy(e.owner, address, v4 ? 16 : 8);
    return e;
}

/* The block of just this key: asked for a prefix, the trie also answers with a shorter one around it. */
static bool find(const struct table *table, const union map_key *key, struct sluice_block *out)
{
    return bpf_map_lookup_elem(table->map, key, out) == 0 &&
           (!table->hosts || out->prefix_length == key->host.length);
}

typedef int map_visitor(struct blocks *b, struct table *table, const union map_key *key,
                        const struct sluice_block *value, void *ctx);

/* Goes through the map; each key's successor is asked for first, so the visitor may delete. */
static int each(struct blocks *b, struct table *table, map_visitor *visit, void *ctx)
{
    union map_key key, next;
    memset(&next, 0, sizeof next);
    int result = 0;
    bool have = bpf_map_get_next_key(table->map, NULL, &next) == 0;
    for (uint32_t i = 0; have && result == 0 && i < table->capacity; i++) {
        struct sluice_block value;
        key = next;
        have = bpf_map_get_next_key(table->map, &key, &next) == 0;
        if (find(table, &key, &value))
            result = visit(b, table, &key, &value, ctx);
    }
    return result;
}

static int index_one(struct blocks *b, struct table *table, const union map_key *key,
                     const struct sluice_block *value, void *ctx)
{
    (void)b;
    (void)ctx;
    struct expiry_entry e = entry_of(table, key, value);
    expiry_index_put(table->index, &e);
    return 0;
}

/* What the map holds is the truth; another writer may have been there. */
static int read_table(struct blocks *b, struct table *table)
{
    expiry_index_free(table->index);
    table->index =
        expiry_index_new(table->capacity, table->hosts ? 0 : 1 + (table->capacity - 1) / BLOCKS_SHARE);
    return table->index ? each(b, table, index_one, NULL) : -ENOMEM;
}

static int open_table(struct blocks *b, struct table *table, int map, bool hosts)
{
    struct bpf_map_info info = {0};
    uint32_t n = sizeof info;
    *table = (struct table){.map = map, .hosts = hosts};
    if (bpf_obj_get_info_by_fd(map, &info, &n))
        return -errno;
    size_t key = hosts ? sizeof(struct sluice_prefix) : sizeof(struct sluice_flow_key);
    if (info.key_size != key || info.value_size != sizeof(struct sluice_block))
        return -EPROTO;
    table->capacity = info.max_entries;
    return read_table(b, table);
}

int blocks_open(struct blocks **out, int flow_map, int host_map, struct err *err)
{
    struct blocks *b = calloc(1, sizeof *b);
    int result = b ? open_table(b, &b->flows, flow_map, false) : -ENOMEM;
    if (result == 0)
        result = open_table(b, &b->hosts, host_map, true);
    *out = b;
    if (result == 0)
        return 0;
    blocks_close(b);
    *out = NULL;
    if (result == -EPROTO)
        return err_set(err, result, "the block maps are of another version");
    return err_set(err, result, "the block maps cannot be read: %s", strerror(-result));
}

void blocks_close(struct blocks *b)
{
    if (!b)
        return;
    expiry_index_free(b->flows.index);
    expiry_index_free(b->hosts.index);
    free(b);
}

static struct table *table_of(struct blocks *b, const struct block_target *target)
{
    return target->is_host ? &b->hosts : &b->flows;
}

static int evict(struct blocks *b, struct table *table, const struct expiry_entry *victim, struct block *out,
                 bool *was_evicted)
{
    union map_key key;
    struct sluice_block value;
    memcpy(&key, victim->key, sizeof key);
    if (find(table, &key, &value)) {
        bool expired = value.expires_ns <= blocks_now();
        if (bpf_map_delete_elem(table->map, &key) && errno != ENOENT)
            return -errno;
        if (!expired && out)
            *out = block_of(table, &key, &value);
        if (!expired && was_evicted)
            *was_evicted = true;
        *(expired ? &b->counts.expired : &b->counts.evicted) += 1;
    }
    expiry_index_remove(table->index, key.bytes);
    return 0;
}

static int make_room(struct blocks *b, struct table *table, const struct expiry_entry *entry,
                     struct block *evicted, bool *was_evicted)
{
    bool possible;
    const struct expiry_entry *victim = expiry_index_victim(table->index, entry, &possible);
    if (victim)
        return evict(b, table, victim, evicted, was_evicted);
    return possible ? 0 : -ENOSPC;
}

static int put(struct blocks *b, struct table *table, const union map_key *key,
               const struct sluice_block *value, struct block *evicted, bool *was_evicted)
{
    struct expiry_entry entry = entry_of(table, key, value);
    int result = make_room(b, table, &entry, evicted, was_evicted);
    if (result)
        return result;
    if (bpf_map_update_elem(table->map, key, value, BPF_ANY) == 0)
        return expiry_index_put(table->index, &entry);
    if (errno != E2BIG && errno != ENOSPC)
        return -errno;
    /* Full, and our index did not know: somebody else added. */
    result = read_table(b, table);
    if (result == 0)
        result = make_room(b, table, &entry, evicted, was_evicted);
    if (result == 0 && bpf_map_update_elem(table->map, key, value, BPF_ANY))
        result = -errno;
    return result ? result : expiry_index_put(table->index, &entry);
}

int blocks_add(struct blocks *b, const struct block_target *target, uint64_t duration_ns, uint32_t sid,
               bool is_static, struct block *evicted, bool *was_evicted, struct err *err)
{
    uint32_t flags;
    struct table *table = table_of(b, target);
    union map_key key = key_of(target, &flags);
    uint64_t now = blocks_now();
    struct sluice_block old, value = {.since_ns = now, .sid = sid, .flags = flags};
    value.expires_ns =
        duration_ns == BLOCKS_FOREVER || duration_ns > UINT64_MAX - now ? UINT64_MAX : now + duration_ns;
    if (is_static)
        value.flags |= SLUICE_BLOCK_STATIC;
    if (target->is_host)
        value.prefix_length = key.host.length;
    bool refreshed = find(table, &key, &old) && old.expires_ns > now;
    if (refreshed) {
        value.since_ns = old.since_ns;
        value.packets = old.packets;
        value.bytes = old.bytes;
        value.flags |= old.flags & SLUICE_BLOCK_STATIC;
        if (old.expires_ns > value.expires_ns)
            value.expires_ns = old.expires_ns;
    }
    if (was_evicted)
        *was_evicted = false;
    int result = put(b, table, &key, &value, evicted, was_evicted);
    if (result == 0)
        *(refreshed ? &b->counts.refreshed : &b->counts.added) += 1;
    else
        b->counts.refused++;
    if (result == -ENOSPC)
        return err_set(err, result, "the map is full of blocks made by hand, which do not give way");
    return result ? err_set(err, result, "the block cannot be written: %s", strerror(-result)) : 0;
}

int blocks_remove(struct blocks *b, const struct block_target *target, struct err *err)
{
    uint32_t flags;
    struct table *table = table_of(b, target);
    union map_key key = key_of(target, &flags);
    expiry_index_remove(table->index, key.bytes);
    if (bpf_map_delete_elem(table->map, &key)) {
        if (errno == ENOENT)
            return err_set(err, -ENOENT, "there is no such block");
        return err_set(err, -errno, "the block cannot be removed: %s", strerror(errno));
    }
    b->counts.removed++;
    return 0;
}

struct visit {
    block_visitor *each;
    void *ctx;
    uint64_t now;
};

static int visit_one(struct blocks *b, struct table *table, const union map_key *key,
                     const struct sluice_block *value, void *ctx)
{
    const struct visit *v = ctx;
    (void)b;
    struct block block = block_of(table, key, value);
    return value->expires_ns <= v->now ? 0 : v->each(v->ctx, &block);
}

int blocks_each(struct blocks *b, block_visitor *visitor, void *ctx)
{
    struct visit v = {visitor, ctx, blocks_now()};
    int result = each(b, &b->hosts, visit_one, &v);
    return result ? result : each(b, &b->flows, visit_one, &v);
}

static unsigned expire_table(struct blocks *b, struct table *table, const struct visit *v)
{
    unsigned n = 0;
    const struct expiry_entry *e;
    while ((e = expiry_index_soonest(table->index)) && e->expires_ns <= v->now) {
        union map_key key;
        struct sluice_block value;
        memcpy(&key, e->key, sizeof key);
        expiry_index_remove(table->index, key.bytes);
        /* Looked at again: another writer may have refreshed it. */
        if (!find(table, &key, &value))
            continue;
        if (value.expires_ns > v->now) {
            struct expiry_entry again = entry_of(table, &key, &value);
            expiry_index_put(table->index, &again);
            continue;
        }
        bpf_map_delete_elem(table->map, &key);
        struct block block = block_of(table, &key, &value);
        if (v->each)
            v->each(v->ctx, &block);
        b->counts.expired++;
        n++;
    }
    return n;
}

unsigned blocks_expire(struct blocks *b, block_visitor *visitor, void *ctx)
{
    struct visit v = {visitor, ctx, blocks_now()};
    return expire_table(b, &b->hosts, &v) + expire_table(b, &b->flows, &v);
}

const struct blocks_counts *blocks_counts(const struct blocks *b)
{
    return &b->counts;
}
