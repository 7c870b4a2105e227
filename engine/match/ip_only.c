#include "match/ip_only.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

/* Sets wider than this share of the address space are not worth an interval: nearly all packets fit. */
enum { WIDE_BITS_V4 = 29, WIDE_PREFIX_V6 = 8 };

enum { VERSIONS = 2, FIRST_BYTES = 256 };

struct edge { /* the rule's interval begins or ends at this address */
    struct address at;
    uint32_t rule;
    bool ends; /* at is the first address past the interval */
};

struct edges {
    struct edge *list;
    uint32_t count, capacity;
};

/* Segment i holds the addresses from from[i] up to from[i + 1]; its rules are list[start[i] .. start[i + 1]).
 */
struct intervals {
    struct address *from;
    uint32_t begins[VERSIONS]
                   [FIRST_BYTES + 1]; /* so many begin before the first address with that first byte */
    uint32_t *start, *list;
    uint32_t count, capacity, start_capacity, list_count, list_capacity;
};

struct ip_only {
    struct intervals source, destination;
    uint32_t *always;
    uint32_t always_count, always_capacity;
};

static uint32_t first_word(const struct address *a)
{
    return (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 | (uint32_t)a->bytes[2] << 8 |
           a->bytes[3];
}

/* How much of the address space a set covers, as far as it matters here; UINT64_MAX: too much. */
static uint64_t width(const struct address_set *set)
{
    if (set->any)
        return UINT64_MAX;
    uint64_t covered = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        const struct address_range *range = &set->ranges[i];
        if (range->from.version == 4)
            covered += (uint64_t)first_word(&range->to) - first_word(&range->from) + 1;
        else if (range->to.bytes[0] - range->from.bytes[0] >= 1 << (8 - WIDE_PREFIX_V6))
            return UINT64_MAX;
        else
            covered++;
    }
    return covered >> WIDE_BITS_V4 ? UINT64_MAX : covered;
}

/* The address after this one; false past the last of its version. */
static bool address_next(const struct address *a, struct address *next)
{
    *next = *a;
    for (int i = a->version == 4 ? 3 : 15; i >= 0; i--)
        if (++next->bytes[i])
            return true;
    return false;
}

static int add_edge(struct edges *edges, const struct address *at, uint32_t rule, bool ends)
{
    if (grow_array(&edges->list, edges->count, &edges->capacity))
        return -ENOMEM;
    edges->list[edges->count++] = (struct edge){.at = *at, .rule = rule, .ends = ends};
    return 0;
}

static int add_set(struct edges *edges, const struct address_set *set, uint32_t rule)
{
    for (uint32_t i = 0; i < set->count; i++) {
        struct address past;
        if (!address_next(&set->ranges[i].to, &past)) {
            past = (struct address){0};
            past.version = set->ranges[i].to.version == 4 ? 5 : 7; /* orders after all of its version */
        }
        if (add_edge(edges, &set->ranges[i].from, rule, false) || add_edge(edges, &past, rule, true))
            return -ENOMEM;
    }
    return 0;
}

static int compare_edge(const void *left, const void *right)
{
    const struct edge *a = left, *b = right;
    int order = address_compare(&a->at, &b->at);
    return order ? order : (a->rule > b->rule) - (a->rule < b->rule);
}

static int put(uint32_t **list, uint32_t *count, uint32_t *capacity, uint32_t value)
{
    if (grow_array(list, *count, capacity))
        return -ENOMEM;
    (*list)[(*count)++] = value;
    return 0;
}

/* The rules whose intervals are open, as the sweep passes from edge to edge. */
struct active {
    uint32_t *rules;
    uint32_t count, capacity;
};

static int active_apply(struct active *active, const struct edge *edge)
{
    if (!edge->ends)
        return put(&active->rules, &active->count, &active->capacity, edge->rule);
    for (uint32_t i = 0; i < active->count; i++) {
        if (active->rules[i] == edge->rule) {
            active->rules[i] = active->rules[--active->count];
            break;
        }
    }
    return 0;
}

static int add_segment(struct intervals *intervals, const struct address *from, const struct active *active)
{
    uint32_t starts = intervals->count;
    if (grow_array(&intervals->from, intervals->count, &intervals->capacity) ||
        put(&intervals->start, &starts, &intervals->start_capacity, intervals->list_count))
        return -ENOMEM;
    intervals->from[intervals->count++] = *from;
    for (uint32_t i = 0; i < active->count; i++)
        if (put(&intervals->list, &intervals->list_count, &intervals->list_capacity, active->rules[i]))
            return -ENOMEM;
    return 0;
}

static int sweep(struct intervals *intervals, struct edges *edges)
{
    if (edges->count)
        qsort(edges->list, edges->count, sizeof *edges->list, compare_edge);
    struct active active = {0};
    int result = 0;
    for (uint32_t i = 0; i < edges->count && !result;) {
        struct address at = edges->list[i].at;
        for (; i < edges->count && !address_compare(&edges->list[i].at, &at) && !result; i++)
            result = active_apply(&active, &edges->list[i]);
        if (!result)
            result = add_segment(intervals, &at, &active);
    }
    uint32_t starts = intervals->count;
    if (!result)
        result = put(&intervals->start, &starts, &intervals->start_capacity, intervals->list_count);
    free(active.rules);
    return result;
}

static void index_first_bytes(struct intervals *intervals)
{
    for (uint32_t v = 0; v < VERSIONS; v++) {
        uint32_t begun = 0;
        for (uint32_t byte = 0; byte <= FIRST_BYTES; byte++) {
            struct address first = {.version = (uint8_t)(v ? 6 : 4)};
            first.bytes[0] = (uint8_t)byte;
            if (byte == FIRST_BYTES)
                first.version++;
            while (begun < intervals->count && address_compare(&intervals->from[begun], &first) < 0)
                begun++;
            intervals->begins[v][byte] = begun;
        }
    }
}

static int add_rule(struct ip_only *ip, const struct ip_only_rule *rule, struct edges *sources,
                    struct edges *destinations)
{
    const struct rule_header *header = rule->header;
    uint64_t source = width(header->source), destination = width(header->destination);
    if (source == UINT64_MAX && destination == UINT64_MAX)
        return put(&ip->always, &ip->always_count, &ip->always_capacity, rule->rule);
    bool by_source = source <= destination;
    const struct address_set *set = by_source ? header->source : header->destination;
    bool both = header->direction == DIRECTION_BOTH;
    int result = 0;
    if (by_source || both)
        result = add_set(sources, set, rule->rule);
    if (!result && (!by_source || both))
        result = add_set(destinations, set, rule->rule);
    return result;
}

int ip_only_new(const struct ip_only_rule *rules, uint32_t count, struct ip_only **out)
{
    struct ip_only *ip = calloc(1, sizeof *ip);
    struct edges sources = {0}, destinations = {0};
    int result = ip ? 0 : -ENOMEM;
    for (uint32_t i = 0; i < count && !result; i++)
        result = add_rule(ip, &rules[i], &sources, &destinations);
    if (!result)
        result = sweep(&ip->source, &sources);
    if (!result)
        result = sweep(&ip->destination, &destinations);
    free(sources.list);
    free(destinations.list);
    if (result) {
        ip_only_free(ip);
        ip = NULL;
    } else {
        index_first_bytes(&ip->source);
        index_first_bytes(&ip->destination);
    }
    *out = ip;
    return result;
}

void ip_only_free(struct ip_only *ip)
{
    if (!ip)
        return;
    struct intervals *both[2] = {&ip->source, &ip->destination};
    for (int i = 0; i < 2; i++) {
        free(both[i]->from);
        free(both[i]->start);
        free(both[i]->list);
    }
    free(ip->always);
    free(ip);
}

static struct ip_only_found find(const struct intervals *intervals, const struct address *address)
{
    const uint32_t *begins = &intervals->begins[address->version == 6][address->bytes[0]];
    uint32_t low = begins[0], high = begins[1]; /* the number of segments that begin at or before it */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (address_compare(&intervals->from[middle], address) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low)
        return (struct ip_only_found){0};
    uint32_t from = intervals->start[low - 1], to = intervals->start[low];
    return (struct ip_only_found){.rules = intervals->list + from, .count = to - from};
}

void ip_only_find(const struct ip_only *ip, const struct address *source, const struct address *destination,
                  struct ip_only_found found[IP_ONLY_LISTS])
{
    found[0] = find(&ip->source, source);
    found[1] = find(&ip->destination, destination);
    found[2] = (struct ip_only_found){.rules = ip->always, .count = ip->always_count};
}
