/*
 * A rule's gate: what can be told of a candidate without reading the rule. Half a cache line by rule, where
 * the rule itself lies in a dozen.
 *
 * For a rule about transactions that is up to two demands on a whole buffer (its length, a few bytes at a
 * fixed place), which most of the rules that share a literal, or have none, do not fulfil. They are
 * necessary: a closed gate means that no evaluation could match. For other rules it is the span of the ports
 * that they name: what is found in a payload is mostly said at another port. Part of a ruleset, const once
 * built.
 */
#ifndef SLUICE_MATCH_GATE_H
#define SLUICE_MATCH_GATE_H

#include "base/buffer_id.h"
#include "packet/packet.h"

struct ruleset;

enum {
    GATE_DEMANDS = 2,
    DEMAND_BYTES = 4,
    DEMAND_LONG = UINT8_MAX /* this many bytes, or more */
};

struct demand { /* on a buffer of one instance; of those that a byte can name */
    uint8_t buffer;
    uint8_t least, most; /* bytes of it; DEMAND_LONG as `most`: no demand */
    int8_t at;           /* place of the bytes; from the end when it is negative */
    uint8_t bytes[DEMAND_BYTES], mask[DEMAND_BYTES]; /* of a byte of the buffer these bits are compared */
};

struct gate_ports { /* both ends of each span included */
    uint16_t source_from, source_to, destination_from, destination_to;
};

struct rule_gate {
    union {
        struct demand demands[GATE_DEMANDS]; /* of a rule about transactions */
        struct gate_ports ports;             /* of another, with names_ports */
    };
    uint32_t ends; /* ends.h */
    uint8_t demand_count;
    uint8_t sides; /* as in the rule */
    bool names_ports;
};
_Static_assert(sizeof(struct rule_gate) == 32, "struct rule_gate is not half a cache line");

/* Makes the demands of all rules; none where every rule is to be evaluated (no_prefilter). */
void gates_build(struct ruleset *ruleset);

/* Whether the packet's ports allow a rule that is not about transactions to match. */
static inline bool gate_has_ports(const struct rule_gate *gate, const struct packet *packet)
{
    const struct gate_ports *ports = &gate->ports;
    return !gate->names_ports ||
           (packet->source_port >= ports->source_from && packet->source_port <= ports->source_to &&
            packet->destination_port >= ports->destination_from &&
            packet->destination_port <= ports->destination_to);
}

/* Whether a buffer that is there fulfils it. */
static inline bool demand_holds(const struct demand *demand, struct slice bytes)
{
    size_t n = bytes.n < DEMAND_LONG ? bytes.n : DEMAND_LONG;
    if (n < demand->least || n > demand->most)
        return false;
    size_t at = demand->at < 0 ? bytes.n - (size_t)-demand->at : (size_t)demand->at;
    uint32_t found = 0, asked, mask;
    if (at + DEMAND_BYTES <= bytes.n)
        memcpy(&found, bytes.p + at, DEMAND_BYTES);
    else
        for (size_t i = 0; at + i < bytes.n; i++)
            memcpy((uint8_t *)&found + i, bytes.p + at + i, 1);
    memcpy(&asked, demand->bytes, DEMAND_BYTES);
    memcpy(&mask, demand->mask, DEMAND_BYTES);
    return !((found ^ asked) & mask);
}

#endif
