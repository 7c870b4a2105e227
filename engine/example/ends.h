/* Addresses and ports that the headers of all rules of a conversation allow. Pure; any thread. */
#ifndef SLUICE_EXAMPLE_ENDS_H
#define SLUICE_EXAMPLE_ENDS_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/direction.h"
#include "packet/address.h"

struct rule; /* rule/rule.h */

struct ends_rule {
    const struct rule *rule;
    enum direction side; /* in which its packet goes: to the server, its source is the client */
};

struct ends {
    struct address client, server;
    uint16_t client_port, server_port;
};

/* Chooses both ends; ends->server_port is the usual one, taken if it is allowed. NULL, or why there are none.
 */
const char *ends_choose(const struct ends_rule *rules, unsigned count, struct ends *ends);

/* The direction that a rule asks for, or most likely means. *sure: it can be no other. */
enum direction ends_side(const struct rule *rule, bool *sure);

#endif
