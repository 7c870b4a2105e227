/* What the options of a rule ask of packet headers, put into a script. Pure; any thread. */
#ifndef SLUICE_EXAMPLE_PACKET_OPTIONS_H
#define SLUICE_EXAMPLE_PACKET_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct rule;
struct script;

/* flags, seq, ack, window, ttl, tos, id, fragbits, ip_proto, itype, icode, icmp_id, icmp_seq. 0, or -EINVAL
 * with *err: which cannot be met. */
int packet_options(const struct rule *rule, struct script *script, struct err *err);

/* A number that the condition allows, of at most so many bits; false when there is none. */
bool packet_number(const char *condition, uint64_t most, uint64_t usual, uint64_t *value);

#endif
