/* Addresses and ports that the headers of all rules of a conversation allow. Pure; any thread. */
#ifndef SLUICE_EXAMPLE_ENDS_H
#define SLUICE_EXAMPLE_ENDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "flow/direction.h"

struct craft_end; /* craft/flow.h */
struct rule;      /* rule/rule.h */

struct ends_rule {
    const struct rule *rule;
    enum direction side; /* in which its packet goes: to the server, its source is the client */
};

/* Chooses both ends. server_port: the usual one, taken if it is allowed. 0, or -EINVAL with *err. */
int ends_choose(const struct ends_rule *rules, unsigned count, uint16_t server_port, struct craft_end *client,
                struct craft_end *server, struct err *err);

/* The direction that a rule asks for, or most likely means. *sure: it can be no other. */
enum direction ends_side(const struct rule *rule, bool *sure);

#endif
