#include "match/gate.h"
#include "match/compiled.h"
#include "rule/content.h"
#include "rule/keyword.h"
#include "rule/keyword/size.h"
#include "rule/rule.h"

/* What the steps of a chain ask of its buffer, before it is packed. */
struct wish {
    uint64_t least, most;
    const struct content *placed; /* at a fixed place */
    bool at_end;                  /* ... which is the end */
};

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void wish_size(struct wish *wish, const struct uint_condition *c)
{
    uint64_t least, most;
    uint_condition_span(c, &least, &most);
    wish->least = larger(wish->least, least);
    wish->most = smaller(wish->most, most);
}

static void wish_place(struct wish *wish, const struct content *content, bool at_end)
{
    if (!wish->placed || content->length > wish->placed->length) {
        wish->placed = content;
        wish->at_end = at_end;
    }
}

/* Places count from the buffer's start: it is there as a whole. */
static void wish_content(struct wish *wish, const struct content *c)
{
    enum {
        VARIABLES = CONTENT_DEPTH_VARIABLE | CONTENT_OFFSET_VARIABLE | CONTENT_DISTANCE_VARIABLE |
                    CONTENT_WITHIN_VARIABLE
    };
    if (c->flags & CONTENT_NEGATED)
        return;
    bool fixed = !(c->flags & VARIABLES);
    uint64_t offset = fixed && c->flags & CONTENT_OFFSET && c->offset > 0 ? (uint64_t)c->offset : 0;
    wish->least = larger(wish->least, offset + c->length);
    if (c->flags & CONTENT_ENDSWITH) {
        wish_place(wish, c, true);
        if (fixed && c->flags & CONTENT_DEPTH && c->depth >= 0)
            wish->most = smaller(wish->most, (uint64_t)c->depth);
    } else if (fixed && c->flags & CONTENT_DEPTH && c->depth >= 0 &&
               (uint64_t)c->depth == offset + c->length && offset <= INT8_MAX) {
        wish_place(wish, c, false);
    }
}

static struct wish wish_of(const struct chain *chain)
{
    struct wish wish = {.most = UINT64_MAX};
    for (uint32_t i = 0; i < chain->step_count; i++) {
        const struct step *step = &chain->steps[i];
        const struct uint_condition *size = step_size(step, "bsize");
        if (!size)
            size = step_size(step, "urilen");
        if (size)
            wish_size(&wish, size);
        if (step_content(step))
            wish_content(&wish, step_content(step));
        wish.least = larger(wish.least, step_least(step));
    }
    return wish;
}

static void pack_bytes(struct demand *demand, const struct wish *wish)
{
    const struct content *content = wish->placed;
    uint32_t count = content->length < DEMAND_BYTES ? content->length : DEMAND_BYTES;
    uint32_t from = wish->at_end ? content->length - count : 0;
    demand->at = wish->at_end                      ? (int8_t) - (int32_t)count
                 : content->flags & CONTENT_OFFSET ? (int8_t)content->offset
                                                   : 0;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t byte = content->bytes[from + i];
        bool letter = content->flags & CONTENT_NOCASE && byte >= 'a' && byte <= 'z';
        demand->bytes[i] = byte;
        demand->mask[i] = letter ? (uint8_t)~0x20 : UINT8_MAX;
    }
}

static struct demand pack(enum buffer_id buffer, const struct wish *wish)
{
    struct demand demand = {
        .buffer = (uint8_t)buffer,
        .least = (uint8_t)smaller(wish->least, DEMAND_LONG),
        .most = (uint8_t)smaller(wish->most, DEMAND_LONG),
    };
    if (wish->placed)
        pack_bytes(&demand, wish);
    return demand;
}

/* How many candidates it turns away, by and large: few methods are in use, sizes and bytes differ. */
static unsigned worth(const struct demand *demand)
{
    enum { OF_A_BYTE = 4, OF_THE_SIZE = 8, OF_A_LIMIT = 3 };
    unsigned sum = 0;
    for (unsigned i = 0; i < DEMAND_BYTES; i++)
        sum += demand->mask[i] ? OF_A_BYTE : 0;
    if (demand->least == demand->most)
        sum += demand->most < DEMAND_LONG ? OF_THE_SIZE : 0;
    else if (demand->most < DEMAND_LONG || demand->least > DEMAND_LONG / 8)
        sum += OF_A_LIMIT;
    return demand->buffer == BUFFER_HTTP_METHOD ? sum / OF_A_BYTE : sum;
}

/* Whose buffer has one instance, which is not there before it is whole, wherever the rule looks. */
static bool can_demand(const struct rule *rule, const struct chain *chain)
{
    return buffer_is_whole(chain->buffer) && chain->buffer <= UINT8_MAX && !chain->transform_count &&
           !chain->absent && !(rule->sides & ~chain_sides(chain));
}

/* Keeps the best, the better one first. */
static void add_demand(struct rule_gate *gate, const struct demand *demand)
{
    if (!worth(demand))
        return;
    unsigned at = gate->demand_count;
    while (at && worth(demand) > worth(&gate->demands[at - 1]))
        at--;
    if (at == GATE_DEMANDS)
        return;
    if (gate->demand_count < GATE_DEMANDS)
        gate->demand_count++;
    for (unsigned i = gate->demand_count - 1u; i > at; i--)
        gate->demands[i] = gate->demands[i - 1];
    gate->demands[at] = *demand;
}

static void make_demands(struct rule_gate *gate, const struct rule *rule)
{
    for (uint32_t c = 0; c < rule->chain_count; c++) {
        const struct chain *chain = &rule->chains[c];
        if (!can_demand(rule, chain))
            continue;
        struct wish wish = wish_of(chain);
        struct demand demand = pack(chain->buffer, &wish);
        add_demand(gate, &demand);
    }
}

static void name_ports(struct rule_gate *gate, const struct rule_header *header)
{
    struct gate_ports *ports = &gate->ports;
    port_set_span(header->source_ports, &ports->source_from, &ports->source_to);
    port_set_span(header->destination_ports, &ports->destination_from, &ports->destination_to);
    gate->names_ports = true;
}

void gates_build(struct ruleset *ruleset)
{
    for (uint32_t i = 0; i < ruleset->count; i++) {
        const struct rule *rule = ruleset->rules[i].rule;
        ruleset->gates[i].sides = rule->sides;
        if (ruleset->no_prefilter)
            continue;
        if (rule->flags & RULE_TRANSACTION)
            make_demands(&ruleset->gates[i], rule);
        else if (rule->header.direction == DIRECTION_FORWARD)
            name_ports(&ruleset->gates[i], &rule->header);
    }
}
