#include "flow/table.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/pool.h"
#include "flow/flow_key.h"
#include "flow/tcp.h"
#include "flow/timer_heap.h"

/*
 * Three structures over the same flows: hash chains (to find one by its tuple), a heap of deadlines (to end
 * them in order) and a list by last packet (to give up the one idle longest at the cap).
 */

enum { FIRST_BUCKETS = 1024, MOST_FLOWS = 400000 };

enum { IDLE_TICK = 24 }; /* of the list by last packet: 2^24 ns, 17 ms */

/* Packets of a blocked flow that come so long after the verdict were not queued then: its block is gone. */
#define QUEUED_NS UINT64_C(1000000000)

#define NS_PER_S UINT64_C(1000000000)

enum timeout_kind { KIND_TCP, KIND_UDP, KIND_ICMP, KIND_OTHER, TIMEOUT_KINDS };

struct flow_table {
    struct flow_table_config config;
    uint64_t spans[TIMEOUT_KINDS][FLOW_STATES]; /* ns until a flow times out */
    uint64_t idle_span;
    struct flow_counters counters;
    struct flow **buckets;
    size_t bucket_mask; /* number of buckets - 1, a power of two less one */
    struct flow *idle_first, *idle_last;
    struct timer_heap timers;
    struct pool pool;
};

static void set_spans(struct flow_table *table)
{
    const struct flow_timeouts *timeouts[TIMEOUT_KINDS] = {
        [KIND_TCP] = &table->config.tcp,
        [KIND_UDP] = &table->config.udp,
        [KIND_ICMP] = &table->config.icmp,
        [KIND_OTHER] = &table->config.other,
    };
    for (int kind = 0; kind < TIMEOUT_KINDS; kind++) {
        uint64_t *spans = table->spans[kind];
        spans[FLOW_NEW] = timeouts[kind]->fresh * NS_PER_S;
        spans[FLOW_ESTABLISHED] = timeouts[kind]->established * NS_PER_S;
        spans[FLOW_CLOSED] = timeouts[kind]->closed * NS_PER_S;
        spans[FLOW_BYPASSED] = timeouts[kind]->bypassed * NS_PER_S;
    }
    table->idle_span = table->config.idle_s * NS_PER_S;
}

struct flow_table *flow_table_new(const struct flow_table_config *config)
{
    struct flow_table *table = calloc(1, sizeof *table);
    if (!table)
        return NULL;
    table->config = *config;
    if (table->config.most_flows == 0)
        table->config.most_flows = MOST_FLOWS;
    if (flow_timeouts_missing(config))
        flow_timeouts_default(&table->config);
    set_spans(table);
    table->buckets = calloc(FIRST_BUCKETS, sizeof(struct flow *));
    if (!table->buckets) {
        free(table);
        return NULL;
    }
    table->bucket_mask = FIRST_BUCKETS - 1;
    pool_init(&table->pool, sizeof(struct flow), table->config.most_flows);
    return table;
}

void flow_table_free(struct flow_table *table)
{
    if (!table)
        return;
    timer_heap_fini(&table->timers);
    pool_fini(&table->pool);
    free(table->buckets);
    free(table);
}

void flow_table_each(const struct flow_table *table, void (*visit)(void *ctx, const struct flow *flow),
                     void *ctx)
{
    for (const struct flow *flow = table->idle_first; flow; flow = flow->idle_next)
        visit(ctx, flow);
}

const struct flow_counters *flow_table_counters(const struct flow_table *table)
{
    return &table->counters;
}

/* --- the list by last packet --- */

static void idle_unlink(struct flow_table *table, struct flow *flow)
{
    if (flow->idle_prev)
        flow->idle_prev->idle_next = flow->idle_next;
    else
        table->idle_first = flow->idle_next;
    if (flow->idle_next)
        flow->idle_next->idle_prev = flow->idle_prev;
    else
        table->idle_last = flow->idle_prev;
}

static uint32_t tick_of(const struct flow *flow)
{
    return (uint32_t)(flow->last_ns >> IDLE_TICK);
}

static void idle_append(struct flow_table *table, struct flow *flow)
{
    flow->idle_next = NULL;
    flow->idle_prev = table->idle_last;
    if (table->idle_last)
        table->idle_last->idle_next = flow;
    else
        table->idle_first = flow;
    table->idle_last = flow;
    flow->idle_tick = tick_of(flow);
}

/* A packet has come. Flows that were put there within the same tick keep their order: three of them would be
 * touched, for each packet. */
static void idle_move(struct flow_table *table, struct flow *flow)
{
    if (flow->idle_tick == tick_of(flow))
        return;
    idle_unlink(table, flow);
    idle_append(table, flow);
}

/* --- the hash chains --- */

/* More flows than buckets: twice the buckets. Short of memory, the chains just grow longer. */
static void grow(struct flow_table *table)
{
    size_t count = (table->bucket_mask + 1) * 2;
    struct flow **buckets = calloc(count, sizeof(struct flow *));
    if (!buckets)
        return;
    for (size_t i = 0; i <= table->bucket_mask; i++) {
        for (struct flow *flow = table->buckets[i], *next; flow; flow = next) {
            next = flow->hash_next;
            struct flow **bucket = &buckets[flow->hash & (count - 1)];
            flow->hash_next = *bucket;
            *bucket = flow;
        }
    }
    free(table->buckets);
    table->buckets = buckets;
    table->bucket_mask = count - 1;
}

/* The decoder has hashed the same things with the same seed; packets that were made by hand have no hash. */
static uint64_t hash_of(const struct flow_table *table, const struct packet *packet,
                        const struct flow_key *key)
{
    return packet->flow_hash ? packet->flow_hash : flow_key_hash(key, table->config.seed);
}

void flow_table_prefetch(const struct flow_table *table, const struct packet *packet)
{
    __builtin_prefetch(&table->buckets[packet->flow_hash & table->bucket_mask]);
}

static void fetch(const struct flow *flow, size_t used)
{
    enum { LINE = 64 };
    static_assert(sizeof(struct flow) % LINE == 0, "a flow begins where a line does");
    for (size_t at = 0; flow && at < used; at += LINE)
        __builtin_prefetch((const char *)flow + at, 1);
}

void flow_table_prefetch_flow(const struct flow_table *table, const struct packet *packet)
{
    fetch(table->buckets[packet->flow_hash & table->bucket_mask], offsetof(struct flow, idle_next));
}

const struct flow *flow_table_first(const struct flow_table *table, const struct packet *packet)
{
    return table->buckets[packet->flow_hash & table->bucket_mask];
}

static struct flow *find(const struct flow_table *table, const struct flow_key *key, uint64_t hash)
{
    struct flow *flow = table->buckets[hash & table->bucket_mask];
    while (flow && (flow->hash != hash || !flow_key_matches(key, flow)))
        flow = flow->hash_next;
    return flow;
}

static void tell_end(struct flow_table *table, struct flow *flow, enum flow_end why)
{
    if (flow->end == FLOW_END_NONE)
        flow->end = (uint8_t)why;
    if (table->config.ended)
        table->config.ended(table->config.ctx, flow);
}

static void put_back(struct flow_table *table, struct flow *flow)
{
    free(flow->bypassed);
    pool_put(&table->pool, flow);
    table->counters.active--;
}

static void let_go(struct flow_table *table, struct flow *flow)
{
    struct flow **link = &table->buckets[flow->hash & table->bucket_mask];
    while (*link != flow)
        link = &(*link)->hash_next;
    *link = flow->hash_next;
    idle_unlink(table, flow);
    put_back(table, flow);
}

static void end_flow(struct flow_table *table, struct flow *flow, enum flow_end why)
{
    tell_end(table, flow, why);
    timer_heap_remove(&table->timers, flow);
    let_go(table, flow);
}

/* --- timeouts --- */

static enum timeout_kind kind_of(const struct flow *flow)
{
    switch (flow->protocol) {
    case 6:
        return KIND_TCP;
    case 17:
        return KIND_UDP;
    case 1:
    case 58:
        return KIND_ICMP;
    default:
        return KIND_OTHER;
    }
}

static void set_deadline(struct flow_table *table, struct flow *flow)
{
    uint64_t span = table->spans[kind_of(flow)][flow->state];
    if (flow->flags & FLOW_AWAKE && table->idle_span < span)
        span = table->idle_span;
    flow->deadline_ns = flow->last_ns > UINT64_MAX - span ? UINT64_MAX : flow->last_ns + span;
    timer_heap_update(&table->timers, flow);
}

void flow_table_update(struct flow_table *table, struct flow *flow, enum flow_state state)
{
    if (flow->protocol != 6 && state == FLOW_NEW && flow_is_established(flow))
        state = FLOW_ESTABLISHED;
    if (flow->state == state && !table->idle_span) /* the packet itself has set the same deadline */
        return;
    flow->state = (uint8_t)state;
    set_deadline(table, flow);
}

/* Due, but for packets that passed without us seeing them. */
static bool lives_on(struct flow_table *table, struct flow *flow, uint64_t now_ns)
{
    if (flow->state != FLOW_BYPASSED || !table->config.passed ||
        !table->config.passed(table->config.ctx, flow))
        return false;
    set_deadline(table, flow);
    return flow->deadline_ns > now_ns;
}

/* From being idle to its end: the deadline is the later one again. */
static void leave_idle(struct flow_table *table, struct flow *flow)
{
    flow->flags &= ~(uint32_t)FLOW_AWAKE;
    set_deadline(table, flow);
}

static void be_idle(struct flow_table *table, struct flow *flow)
{
    if (table->config.idle)
        table->config.idle(table->config.ctx, flow);
    leave_idle(table, flow);
}

void flow_table_advance(struct flow_table *table, uint64_t now_ns)
{
    for (struct flow *flow; (flow = timer_heap_due(&table->timers, now_ns));) {
        if (flow->flags & FLOW_AWAKE) {
            be_idle(table, flow);
            continue;
        }
        if (lives_on(table, flow, now_ns))
            continue;
        table->counters.timed_out++;
        end_flow(table, flow, FLOW_END_TIMEOUT);
    }
}

/* What is to be ended soon is fetched: flows that nobody has asked for lately, in the order of time. */
static void fetch_ahead(const struct flow_table *table, uint32_t at)
{
    enum { FLOW_AHEAD = 8, STATE_AHEAD = 4 };
    const struct timer_heap *timers = &table->timers;
    if (at + FLOW_AHEAD < timers->count)
        fetch(timers->entries[at + FLOW_AHEAD].flow, sizeof(struct flow));
    if (at + STATE_AHEAD < timers->count && table->config.fetch)
        table->config.fetch(timers->entries[at + STATE_AHEAD].flow);
}

/* Nobody looks any more: all at once, or those of few flows. */
static void empty_buckets(struct flow_table *table)
{
    enum { BUCKETS_A_FLOW = 16 };
    const struct timer_heap *timers = &table->timers;
    size_t count = table->bucket_mask + 1;
    if (timers->count >= count / BUCKETS_A_FLOW) {
        memset(table->buckets, 0, count * sizeof(struct flow *));
        return;
    }
    for (uint32_t i = 0; i < timers->count; i++)
        table->buckets[timers->entries[i].flow->hash & table->bucket_mask] = NULL;
}

void flow_table_end_all(struct flow_table *table)
{
    for (struct flow *flow = table->idle_first; flow && table->idle_span; flow = flow->idle_next)
        if (flow->flags & FLOW_AWAKE)
            leave_idle(table, flow);
    timer_heap_sort(&table->timers);
    empty_buckets(table);
    table->idle_first = table->idle_last = NULL;
    for (uint32_t i = 0; i < table->timers.count; i++) {
        struct flow *flow = table->timers.entries[i].flow;
        fetch_ahead(table, i);
        flow->timer_ns = 0; /* so that nothing moves in the heap, whatever its end makes of its deadline */
        table->counters.forced++;
        tell_end(table, flow, FLOW_END_SHUTDOWN);
        put_back(table, flow);
    }
    table->timers.count = 0;
}

/* --- a packet --- */

static struct flow *take_object(struct flow_table *table)
{
    struct flow *flow = pool_get(&table->pool);
    if (!flow && table->idle_first) {
        table->counters.evicted++;
        end_flow(table, table->idle_first, FLOW_END_FORCED);
        if (table->idle_first) /* the next one to go lies behind this one, but its bucket anywhere */
            __builtin_prefetch(&table->buckets[table->idle_first->hash & table->bucket_mask]);
        flow = pool_get(&table->pool);
    }
    if (flow && timer_heap_reserve(&table->timers)) {
        pool_put(&table->pool, flow);
        flow = NULL;
    }
    if (!flow)
        table->counters.no_memory++;
    return flow;
}

static struct flow *make(struct flow_table *table, const struct flow_key *key, uint64_t hash,
                         const struct packet *packet)
{
    struct flow *flow = take_object(table);
    if (!flow)
        return NULL;
    if (table->counters.active > table->bucket_mask)
        grow(table);
    *flow = (struct flow){.hash = hash,
                          .start_ns = packet->time_ns,
                          .last_ns = packet->time_ns,
                          .client = key->source,
                          .server = key->destination,
                          .client_port = key->source_port,
                          .server_port = key->destination_port,
                          .protocol = key->protocol,
                          .ip_version = key->source.version,
                          .recursion = key->recursion,
                          .vlan_count = key->vlan_count};
    memcpy(flow->vlan, key->vlan, sizeof flow->vlan);
    if (key->protocol == 1 || key->protocol == 58) { /* RFC 792, RFC 4443: shown instead of ports */
        flow->icmp_kind[TO_SERVER] = key->source_port;
        flow->icmp_kind[TO_CLIENT] = key->destination_port;
        flow->client_port = packet->icmp.type;
        flow->server_port = packet->icmp.code;
    }
    flow->id = flow_key_id(key, packet->time_ns, table->config.seed);
    struct flow **bucket = &table->buckets[hash & table->bucket_mask];
    flow->hash_next = *bucket;
    *bucket = flow;
    idle_append(table, flow);
    table->counters.created++;
    table->counters.active++;
    if (table->counters.active > table->counters.most_active)
        table->counters.most_active = table->counters.active;
    set_deadline(table, flow);
    return flow;
}

/* The end of a bypassed connection was not seen: a SYN without ACK begins the next. */
static bool reopens(const struct flow *flow, const struct packet *packet)
{
    if (flow->state == FLOW_BYPASSED)
        return (packet->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
    return tcp_reopens(flow, packet);
}

/* Ends the flow that this packet cannot belong to any more. True when it did. */
static bool end_stale(struct flow_table *table, struct flow *flow, const struct packet *packet)
{
    if (packet->time_ns >= flow->deadline_ns && flow->flags & FLOW_AWAKE) /* not idle any more */
        leave_idle(table, flow);
    if (packet->time_ns >= flow->deadline_ns && !lives_on(table, flow, packet->time_ns)) {
        table->counters.timed_out++;
        end_flow(table, flow, FLOW_END_TIMEOUT);
        return true;
    }
    if (flow->flags & FLOW_BLOCKED && packet->time_ns > flow->decided_ns + QUEUED_NS) {
        table->counters.forced++;
        end_flow(table, flow, FLOW_END_FORCED);
        return true;
    }
    if (packet->layers & LAYER_TCP && packet->tcp.flags & TCP_SYN && flow->tcp && reopens(flow, packet)) {
        table->counters.reused++;
        end_flow(table, flow, FLOW_END_REUSED);
        return true;
    }
    return false;
}

/* The flow that an ICMP error quotes (RFC 792; RFC 4443, 3): its packet went the other way. */
static struct flow *find_quoted(struct flow_table *table, const struct packet *packet,
                                enum direction *direction)
{
    struct flow_key key;
    if (!flow_key_of_quoted(&key, packet, table->config.ignore_vlan))
        return NULL;
    struct flow *flow = find(table, &key, hash_of(table, packet, &key));
    if (flow && packet->time_ns >= flow->deadline_ns && flow->flags & FLOW_AWAKE)
        leave_idle(table, flow);
    if (!flow || packet->time_ns >= flow->deadline_ns)
        return NULL;
    bool quoted_from_client =
        address_equal(&key.source, &flow->client) && key.source_port == flow->client_port;
    *direction = quoted_from_client ? TO_CLIENT : TO_SERVER;
    table->counters.icmp_attached++;
    return flow;
}

static void count_packet(struct flow_table *table, struct flow *flow, const struct packet *packet,
                         enum direction direction)
{
    flow->packets[direction]++;
    flow->bytes[direction] += packet->bytes.n;
    if (packet->layers & LAYER_TCP)
        flow->tcp_flags[direction] |= packet->tcp.flags;
    /* Time going backwards must not shorten a flow's life. */
    if (packet->time_ns > flow->last_ns)
        flow->last_ns = packet->time_ns;
    idle_move(table, flow);
    set_deadline(table, flow);
}

/* The flow of a packet that has ports and was hashed by the decoder: nearly all of them. */
static struct flow *find_by_ports(struct flow_table *table, const struct packet *packet,
                                  enum direction *direction)
{
    bool ignore_vlan = table->config.ignore_vlan;
    struct flow *flow = table->buckets[packet->flow_hash & table->bucket_mask];
    while (flow &&
           (flow->hash != packet->flow_hash || !flow_key_has_ports(flow, packet, ignore_vlan, direction)))
        flow = flow->hash_next;
    return flow;
}

/* Finds, or makes, the flow of a packet that is no ICMP error in another's. */
static struct flow *find_or_make(struct flow_table *table, const struct packet *packet,
                                 enum direction *direction)
{
    bool by_ports = packet->flow_hash && flow_key_by_ports(packet);
    struct flow *flow = by_ports ? find_by_ports(table, packet, direction) : NULL;
    if (flow && !end_stale(table, flow, packet))
        return flow;
    struct flow_key key;
    if (!flow_key_of_packet(&key, packet, table->config.ignore_vlan))
        return NULL;
    uint64_t hash = hash_of(table, packet, &key);
    flow = by_ports ? NULL : find(table, &key, hash);
    if (flow && end_stale(table, flow, packet))
        flow = NULL;
    if (!flow)
        flow = make(table, &key, hash, packet);
    if (flow)
        *direction = flow_direction(flow, packet);
    return flow;
}

struct flow *flow_table_packet(struct flow_table *table, const struct packet *packet,
                               enum direction *direction)
{
    struct flow *flow = packet->layers & LAYER_ICMPV4 ? find_quoted(table, packet, direction) : NULL;
    if (!flow) {
        flow = find_or_make(table, packet, direction);
        if (!flow)
            return NULL;
        if (flow->protocol != 6)
            flow->flags |= (uint32_t)FLOW_HEARD << *direction;
    }
    count_packet(table, flow, packet, *direction);
    return flow;
}
