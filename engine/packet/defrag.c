#include "packet/defrag.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "packet/checksum.h"
#include "packet/wire_put.h"

/*
 * A tracker collects one datagram. Pieces are only appended as they arrive, and a bitmap of 8-byte units says
 * what is covered, so that a fragment costs time in proportion to its bytes however many came before.
 * Who wins where pieces overlap is settled once, when the datagram is complete.
 *
 * 1. covered_units is the number of bits set in `covered`.
 * 2. `total` is only meaningful with `last_seen`; complete: last_seen, the first fragment was seen, and the
 *    units below `total` are all covered.
 * 3. Every byte that a tracker holds is in its `memory`, and the sum of those is defrag.memory.
 */
enum {
    UNIT = 8,
    DATAGRAM_MOST = 65535,
    UNITS_MOST = (DATAGRAM_MOST + UNIT) / UNIT,
    WORD = 64,
    TIMEOUT_S = 60,
    TRACKERS_MOST = 65535,
    MEMORY_MOST = 32 << 20,
    BUCKETS = 1 << 14, /* the chains stay short: at most 4 in the mean with the default cap */
    IPV4_HEADER = 20,
    IPV6_HEADER = 40,
};
#define NS_PER_S UINT64_C(1000000000)

struct piece {
    struct piece *next;
    uint32_t start, end; /* bytes of the payload; `start` is a multiple of UNIT */
    bool last;           /* of the datagram */
    uint8_t data[];
};

struct datagram_key { /* no padding: it is hashed and compared as bytes */
    uint8_t source[16], destination[16];
    uint32_t identification;
    uint16_t vlan[VLAN_LAYERS];
    uint8_t version, protocol;
};
static_assert(sizeof(struct datagram_key) == 44, "a key has no padding");

struct tracker {
    struct tracker *chain; /* in its bucket */
    struct tracker *older, *newer;
    struct datagram_key key;
    uint32_t bucket;
    uint64_t touched_ns;
    struct piece *first, *last;
    uint64_t *covered;
    uint32_t covered_words, covered_units;
    uint32_t total; /* bytes of the payload */
    bool last_seen;
    uint8_t *header; /* of the fragment at offset 0, or NULL */
    uint32_t header_length, next_position;
    uint8_t next_header;
    enum os_policy policy;
    size_t memory;
};

struct lent { /* a datagram that was handed out */
    struct lent *next;
    uint8_t bytes[];
};

struct defrag {
    const struct decode_config *config;
    struct decode_counters *counters;
    uint64_t timeout_ns, memory_most, seed;
    uint32_t trackers_most, trackers;
    uint64_t memory;
    uint64_t now_ns; /* the latest packet time seen */
    struct tracker **buckets;
    struct tracker *oldest, *newest;
    const struct piece **owners; /* scratch of reassembly: who holds each unit */
    struct lent *lent;
};

struct defrag *defrag_new(const struct decode_config *config, struct decode_counters *counters)
{
    struct defrag *defrag = calloc(1, sizeof *defrag);
    if (defrag == NULL)
        return NULL;
    defrag->config = config;
    defrag->counters = counters;
    defrag->seed = config->hash_seed;
    defrag->timeout_ns = (config->defrag_timeout_s != 0 ? config->defrag_timeout_s : TIMEOUT_S) * NS_PER_S;
    defrag->trackers_most = config->defrag_trackers != 0 ? config->defrag_trackers : TRACKERS_MOST;
    defrag->memory_most = config->defrag_memory != 0 ? config->defrag_memory : MEMORY_MOST;
    return defrag;
}

/* Most captures have no fragment: the tables are made for the first one. */
static bool made_tables(struct defrag *defrag)
{
    if (defrag->buckets == NULL)
        defrag->buckets = calloc(BUCKETS, sizeof(struct tracker *));
    if (defrag->owners == NULL)
        defrag->owners = calloc(UNITS_MOST, sizeof(struct piece *));
    return defrag->buckets != NULL && defrag->owners != NULL;
}

static void unlink_age(struct defrag *defrag, struct tracker *t)
{
    *(t->older != NULL ? &t->older->newer : &defrag->oldest) = t->newer;
    *(t->newer != NULL ? &t->newer->older : &defrag->newest) = t->older;
}

static void link_newest(struct defrag *defrag, struct tracker *t)
{
    t->newer = NULL;
    t->older = defrag->newest;
    *(t->older != NULL ? &t->older->newer : &defrag->oldest) = t;
    defrag->newest = t;
}

static void tracker_free(struct defrag *defrag, struct tracker *t)
{
    struct tracker **link = &defrag->buckets[t->bucket];
    while (*link != t)
        link = &(*link)->chain;
    *link = t->chain;
    unlink_age(defrag, t);
    for (struct piece *piece = t->first; piece != NULL;) {
        struct piece *next = piece->next;
        free(piece);
        piece = next;
    }
    defrag->memory -= t->memory;
    defrag->trackers--;
    free(t->covered);
    free(t->header);
    free(t);
}

void defrag_release(struct defrag *defrag)
{
    while (defrag->lent != NULL) {
        struct lent *next = defrag->lent->next;
        free(defrag->lent);
        defrag->lent = next;
    }
}

void defrag_free(struct defrag *defrag)
{
    if (defrag == NULL)
        return;
    while (defrag->oldest != NULL)
        tracker_free(defrag, defrag->oldest);
    defrag_release(defrag);
    free(defrag->buckets);
    free(defrag->owners);
    free(defrag);
}

/*
 * Makes room for `more` bytes by dropping what was touched least recently, but not `keep`. False when that is
 * not enough.
 */
static bool make_room(struct defrag *defrag, size_t more, const struct tracker *keep)
{
    if (defrag->memory + more <= defrag->memory_most)
        return true;
    defrag->counters->defrag_memory_full++;
    while (defrag->memory + more > defrag->memory_most) {
        struct tracker *victim = defrag->oldest;
        if (victim == keep && victim != NULL)
            victim = victim->newer;
        if (victim == NULL)
            return false;
        tracker_free(defrag, victim);
    }
    return true;
}

static void charge(struct defrag *defrag, struct tracker *t, size_t bytes)
{
    t->memory += bytes;
    defrag->memory += bytes;
}

/* Drops datagrams whose last fragment is too long ago. Time that goes backwards drops nothing. */
static void expire(struct defrag *defrag, uint64_t now_ns)
{
    if (now_ns > defrag->now_ns)
        defrag->now_ns = now_ns;
    struct tracker *t = defrag->oldest;
    while (t != NULL && t->touched_ns + defrag->timeout_ns < defrag->now_ns) {
        struct tracker *newer = t->newer;
        tracker_free(defrag, t);
        defrag->counters->defrag_timeouts++;
        t = newer;
    }
}

static struct datagram_key key_of(const struct packet *p)
{
    struct datagram_key key = {.identification = p->ip.identification, .version = p->source_address.version};
    memcpy(key.source, p->source_address.bytes, sizeof key.source);
    memcpy(key.destination, p->destination_address.bytes, sizeof key.destination);
    memcpy(key.vlan, p->vlan, sizeof key.vlan);
    key.protocol = key.version == 4 ? p->ip.protocol : 0; /* RFC 8200 4.5 leaves it out */
    return key;
}

static struct tracker *tracker_find(struct defrag *defrag, const struct datagram_key *key, uint32_t bucket)
{
    struct tracker *t = defrag->buckets[bucket];
    while (t != NULL && memcmp(&t->key, key, sizeof *key) != 0)
        t = t->chain;
    return t;
}

static struct tracker *tracker_new(struct defrag *defrag, const struct packet *p,
                                   const struct datagram_key *key, uint32_t bucket)
{
    if (defrag->trackers >= defrag->trackers_most && defrag->oldest != NULL) {
        defrag->counters->defrag_trackers_full++;
        tracker_free(defrag, defrag->oldest);
    }
    if (!make_room(defrag, sizeof(struct tracker), NULL))
        return NULL;
    struct tracker *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->key = *key;
    t->bucket = bucket;
    t->policy = host_policies_find(defrag->config->hosts, &p->destination_address);
    t->chain = defrag->buckets[bucket];
    defrag->buckets[bucket] = t;
    link_newest(defrag, t);
    defrag->trackers++;
    charge(defrag, t, sizeof *t);
    return t;
}

/* Has the bitmap reach `units`. */
static int cover_reserve(struct defrag *defrag, struct tracker *t, uint32_t units)
{
    uint32_t words = (units + WORD - 1) / WORD;
    if (words <= t->covered_words)
        return 0;
    uint64_t *covered = realloc(t->covered, words * sizeof *covered);
    if (covered == NULL)
        return -ENOMEM;
    memset(covered + t->covered_words, 0, (words - t->covered_words) * sizeof *covered);
    charge(defrag, t, (words - t->covered_words) * sizeof *covered);
    t->covered = covered;
    t->covered_words = words;
    return 0;
}

/* Marks [from, to); returns how many of those units had been marked before. */
static uint32_t cover(struct tracker *t, uint32_t from, uint32_t to)
{
    uint32_t before = 0;
    assert(from >= to || t->covered != NULL); /* cover_reserve has seen to it */
    while (from < to) {
        uint32_t bit = from % WORD, n = WORD - bit < to - from ? WORD - bit : to - from;
        uint64_t mask = (n == WORD ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1) << bit;
        uint64_t *word = &t->covered[from / WORD];
        before += (uint32_t)__builtin_popcountll(*word & mask);
        *word |= mask;
        from += n;
    }
    return before;
}

static int keep_header(struct defrag *defrag, struct tracker *t, const struct defrag_fragment *fragment)
{
    if (t->header != NULL || fragment->offset != 0)
        return 0;
    t->header = malloc(fragment->header.n);
    if (t->header == NULL)
        return -ENOMEM;
    memcpy(t->header, fragment->header.p, fragment->header.n);
    t->header_length = (uint32_t)fragment->header.n;
    t->next_header = fragment->next_header;
    t->next_position = fragment->next_position;
    charge(defrag, t, fragment->header.n);
    return 0;
}

/* Copies the fragment into the tracker. 0, or -ENOMEM with the tracker as good as it was. */
static int tracker_keep(struct defrag *defrag, struct tracker *t, const struct defrag_fragment *fragment,
                        struct packet *p)
{
    uint32_t start = fragment->offset, end = start + (uint32_t)fragment->data.n;
    uint32_t units = (end + UNIT - 1) / UNIT;
    size_t size = sizeof(struct piece) + (end - start);
    size_t most = size + fragment->header.n + units / UNIT + 2 * sizeof(uint64_t);
    if (!make_room(defrag, most, t) || cover_reserve(defrag, t, units) != 0 ||
        keep_header(defrag, t, fragment) != 0)
        return -ENOMEM;
    struct piece *piece = malloc(size);
    if (piece == NULL)
        return -ENOMEM;
    *piece = (struct piece){.start = start, .end = end, .last = !fragment->more};
    memcpy(piece->data, fragment->data.p, fragment->data.n);
    *(t->last != NULL ? &t->last->next : &t->first) = piece;
    t->last = piece;
    charge(defrag, t, size);
    uint32_t overlapped = cover(t, start / UNIT, units);
    t->covered_units += units - start / UNIT - overlapped;
    if (overlapped > 0)
        packet_event_add(&p->events,
                         p->source_address.version == 4 ? EVENT_IPV4_FRAG_OVERLAP : EVENT_IPV6_FRAG_OVERLAP);
    return 0;
}

/*
 * Whether the later piece gives the bytes where two overlap. The systems fall into six classes; which belongs
 * to which is what Suricata 8.0.8 does, seen by sending it every relation of two fragments.
 */
static bool later_wins(enum os_policy policy, const struct piece *later, const struct piece *earlier)
{
    switch (policy) {
    case OS_LINUX:
    case OS_OLD_LINUX:
        return later->start <= earlier->start;
    case OS_BSD:
    case OS_HPUX10:
    case OS_IRIX:
        return later->start < earlier->start;
    case OS_BSD_RIGHT:
        return later->start >= earlier->start;
    case OS_SOLARIS:
        return later->start < earlier->start && later->end >= earlier->end;
    case OS_WINDOWS:
    case OS_VISTA:
    case OS_WINDOWS2K3:
        return later->start < earlier->start &&
               (later->end > earlier->end || (later->end == earlier->end && later->last));
    case OS_LAST:
        return true;
    case OS_FIRST:
    case OS_OLD_SOLARIS:
    case OS_HPUX11:
    case OS_MACOS:
    case OS_COUNT:
        break;
    }
    return false;
}

/* Writes the payload, piece by piece in the order of arrival. */
static void put_pieces(struct defrag *defrag, const struct tracker *t, uint8_t *payload)
{
    const struct piece **owners = defrag->owners;
    memset(owners, 0, (t->total + UNIT - 1) / UNIT * sizeof(struct piece *));
    for (const struct piece *piece = t->first; piece != NULL; piece = piece->next) {
        uint32_t end = piece->end < t->total ? piece->end : t->total;
        for (uint32_t at = piece->start; at < end; at += UNIT) {
            const struct piece *owner = owners[at / UNIT];
            if (owner != NULL && !later_wins(t->policy, piece, owner))
                continue;
            uint32_t n = end - at < UNIT ? end - at : UNIT;
            memcpy(payload + at, piece->data + (at - piece->start), n);
            owners[at / UNIT] = piece;
        }
    }
}

/* The whole datagram's own header: its length, no fragment any more, and for IPv4 a checksum that fits. */
static void fix_header(const struct tracker *t, uint8_t *header, uint32_t length)
{
    if (t->key.version == 6) {
        wire_put16(header + 4, length - IPV6_HEADER);
        header[t->next_position] = t->next_header;
        return;
    }
    wire_put16(header + 2, length);
    wire_put16(header + 6, 0);
    wire_put16(header + 10, 0);
    wire_put16(header + 10, checksum_finish(checksum_add(slice_of(header, t->header_length), 0)));
}

static bool complete(const struct tracker *t)
{
    return t->last_seen && t->header != NULL && t->covered_units >= (t->total + UNIT - 1) / UNIT;
}

static bool reassemble(struct defrag *defrag, struct packet *p, struct tracker *t, struct slice *datagram)
{
    uint32_t length = t->header_length + t->total;
    bool v4 = t->key.version == 4;
    if (length - (v4 ? 0 : IPV6_HEADER) > DATAGRAM_MOST) {
        packet_event_add(&p->events, v4 ? EVENT_IPV4_FRAG_PKT_TOO_LARGE : EVENT_IPV6_FRAG_PKT_TOO_LARGE);
        return false;
    }
    struct lent *lent = malloc(sizeof *lent + length);
    if (lent == NULL)
        return false;
    memcpy(lent->bytes, t->header, t->header_length);
    put_pieces(defrag, t, lent->bytes + t->header_length);
    fix_header(t, lent->bytes, length);
    lent->next = defrag->lent;
    defrag->lent = lent;
    *datagram = slice_of(lent->bytes, length);
    return true;
}

/* Whether the fragment can be part of a datagram at all. */
static bool acceptable(struct packet *p, const struct defrag_fragment *fragment)
{
    bool v4 = p->source_address.version == 4;
    if (fragment->data.n == 0)
        return false;
    if (fragment->offset + fragment->data.n > DATAGRAM_MOST) { /* the "ping of death" */
        packet_event_add(&p->events, v4 ? EVENT_IPV4_FRAG_PKT_TOO_LARGE : EVENT_IPV6_FRAG_PKT_TOO_LARGE);
        return false;
    }
    return true;
}

bool defrag_add(struct defrag *defrag, struct packet *p, const struct defrag_fragment *fragment,
                struct slice *datagram)
{
    expire(defrag, p->time_ns);
    if (!acceptable(p, fragment) || !made_tables(defrag))
        return false;
    struct datagram_key key = key_of(p);
    uint32_t bucket = (uint32_t)hash_bytes(&key, sizeof key, defrag->seed) & (BUCKETS - 1);
    struct tracker *t = tracker_find(defrag, &key, bucket);
    if (t == NULL)
        t = tracker_new(defrag, p, &key, bucket);
    if (t == NULL)
        return false;
    t->touched_ns = defrag->now_ns;
    unlink_age(defrag, t);
    link_newest(defrag, t);
    struct defrag_fragment taken = *fragment;
    if (taken.more) /* RFC 791 3.2: all but the last are whole units; the rest of one counts for nothing */
        taken.data = slice_first(taken.data, taken.data.n / UNIT * UNIT);
    if (taken.data.n == 0 || tracker_keep(defrag, t, &taken, p) != 0)
        return false;
    if (!taken.more && !t->last_seen) {
        t->last_seen = true;
        t->total = taken.offset + (uint32_t)taken.data.n;
    }
    if (!complete(t))
        return false;
    bool made = reassemble(defrag, p, t, datagram);
    tracker_free(defrag, t);
    return made;
}
