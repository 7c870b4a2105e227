#include "match/ends.h"

#include <errno.h>
#include <stdlib.h>

#include "match/compiled.h"
#include "match/gate.h"
#include "packet/packet.h"
#include "rule/view.h"

/* Sets are shared between rules with the same text (sets.h), so their addresses are compared. */
static int compare_headers(const struct rule_header *a, const struct rule_header *b)
{
    const void *const x[] = {a->source, a->destination, a->source_ports, a->destination_ports};
    const void *const y[] = {b->source, b->destination, b->source_ports, b->destination_ports};
    int order = memcmp(x, y, sizeof x);
    return order ? order : (a->direction > b->direction) - (a->direction < b->direction);
}

static int compare_places(const void *left, const void *right, void *ctx)
{
    const struct compiled_rule *rules = ctx;
    return compare_headers(&rules[*(const uint32_t *)left].rule->header,
                           &rules[*(const uint32_t *)right].rule->header);
}

static int fill(struct ends_table *table, struct ruleset *ruleset, uint32_t *places)
{
    table->headers = calloc(ruleset->count + 1, sizeof(const struct rule_header *));
    if (!table->headers)
        return -ENOMEM;
    for (uint32_t i = 0; i < ruleset->count; i++)
        places[i] = i;
    qsort_r(places, ruleset->count, sizeof *places, compare_places, ruleset->rules);
    for (uint32_t i = 0; i < ruleset->count; i++) {
        const struct rule_header *header = &ruleset->rules[places[i]].rule->header;
        if (!i || compare_headers(header, table->headers[table->count - 1]))
            table->headers[table->count++] = header;
        ruleset->gates[places[i]].ends = table->count - 1;
    }
    return 0;
}

int ends_table_build(struct ruleset *ruleset)
{
    uint32_t *places = malloc((ruleset->count + 1) * sizeof *places);
    ruleset->ends = calloc(1, sizeof *ruleset->ends);
    int result = places && ruleset->ends ? fill(ruleset->ends, ruleset, places) : -ENOMEM;
    free(places);
    return result;
}

void ends_table_free(struct ends_table *table)
{
    if (table)
        free(table->headers);
    free(table);
}

struct ends_memo *ends_memo_new(const struct ends_table *table)
{
    struct ends_memo *memo = calloc(1, sizeof *memo);
    uint32_t *known = calloc((size_t)table->count * ENDS_PAIRS + 1, sizeof *known);
    if (!memo || !known) {
        free(memo);
        free(known);
        return NULL;
    }
    memo->table = table;
    memo->known = known;
    for (size_t i = 0; i < ENDS_PAIRS; i++)
        memo->pairs[i].known = known + table->count * i;
    return memo;
}

void ends_memo_free(struct ends_memo *memo)
{
    if (memo)
        free(memo->known);
    free(memo);
}

/* Named ports are those of a transport that has some; broken headers count as port 0, fragments have none. */
static bool ports_fit(const struct port_set *set, bool has_ports, uint16_t port)
{
    return set->any || (has_ports && port_set_has(set, port));
}

/* As the packet goes, or against it. */
static bool way_fits(const struct rule_header *header, const struct ends_pair *pair, bool forward)
{
    const struct address *from = forward ? &pair->source : &pair->destination;
    const struct address *to = forward ? &pair->destination : &pair->source;
    uint16_t from_port = forward ? pair->source_port : pair->destination_port;
    uint16_t to_port = forward ? pair->destination_port : pair->source_port;
    return address_set_has(header->source, from) && address_set_has(header->destination, to) &&
           ports_fit(header->source_ports, pair->has_ports, from_port) &&
           ports_fit(header->destination_ports, pair->has_ports, to_port);
}

static bool pair_fits(const struct rule_header *header, const struct ends_pair *pair)
{
    if (header->direction == DIRECTION_TRANSACTION) /* the request's way; its answers come back */
        return way_fits(header, pair, pair->to_server);
    return way_fits(header, pair, true) ||
           (header->direction == DIRECTION_BOTH && way_fits(header, pair, false));
}

static void forget(const struct ends_memo *memo, struct ends_pair *pair)
{
    if (++pair->stamp <= UINT32_MAX / 2)
        return;
    memset(pair->known, 0, memo->table->count * sizeof *pair->known);
    pair->stamp = 1;
}

/* The packet's pair, which takes the place of another one unless it is there. */
static struct ends_pair *find_pair(struct ends_memo *memo, const struct view *view)
{
    const struct packet *packet = view->packet;
    bool has_ports = packet_protocols(packet) & (LAYER_TCP | LAYER_UDP | LAYER_SCTP) && !packet->is_fragment;
    bool to_server = view->direction == TO_SERVER;
    unsigned mixed = (unsigned)packet->source_port * 5u + packet->destination_port +
                     packet->source_address.bytes[3] + packet->destination_address.bytes[3];
    struct ends_pair *pair = &memo->pairs[mixed % ENDS_PAIRS];
    if (pair->stamp && pair->source_port == packet->source_port &&
        pair->destination_port == packet->destination_port && pair->has_ports == has_ports &&
        pair->to_server == to_server && address_equal(&pair->source, &packet->source_address) &&
        address_equal(&pair->destination, &packet->destination_address))
        return pair;
    pair->source = packet->source_address;
    pair->destination = packet->destination_address;
    pair->source_port = packet->source_port;
    pair->destination_port = packet->destination_port;
    pair->has_ports = has_ports;
    pair->to_server = to_server;
    forget(memo, pair);
    return pair;
}

bool ends_fit(struct ends_memo *memo, uint32_t number, const struct view *view)
{
    if (!memo->now)
        memo->now = find_pair(memo, view);
    struct ends_pair *pair = memo->now;
    if (pair->known[number] >> 1 != pair->stamp)
        pair->known[number] = pair->stamp << 1 | pair_fits(memo->table->headers[number], pair);
    return pair->known[number] & 1;
}
