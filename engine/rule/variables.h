/*
 * The variables of addresses and ports that rule headers name as $NAME.
 *
 * The owner makes it, changes it before rules are parsed, and frees it after; parsing only reads it, from
 * one thread. Values are kept as text and resolved where they are used, as they may name one another.
 */
#ifndef SLUICE_RULE_VARIABLES_H
#define SLUICE_RULE_VARIABLES_H

#include "base/err.h"
#include "base/slice.h"

enum { VARIABLES_MOST = 4096, VARIABLE_TEXT_MOST = 1 << 20 };

enum variable_kind { VARIABLE_ADDRESSES, VARIABLE_PORTS };

struct variable {
    char *name, *value;
    enum variable_kind kind;
};

struct variables {
    struct variable *list;
    uint32_t count, capacity;
    uint64_t generation; /* grows with each change: what was resolved before is stale */
};

/* With Suricata's usual names (HOME_NET, HTTP_PORTS, ...); NULL when memory is short. */
struct variables *variables_new(void);
void variables_free(struct variables *variables);

/*
 * Reads the address-groups and port-groups below `vars` of a YAML file of suricata.yaml's shape; all its
 * other keys are ignored. 0 or a negative errno with *err: -EINVAL for what is no YAML, no group, or a value
 * that does not resolve. What was set before the error stays set.
 */
int variables_load_yaml(struct variables *variables, const char *path, struct err *err);

/* NAME=VALUE; NAME may be dotted (vars.address-groups.HOME_NET). A known name keeps its kind. */
int variables_set(struct variables *variables, const char *assignment, struct err *err);

/* Sets one, without checking the value. 0, -ENOSPC, -ENOMEM. */
int variables_put(struct variables *variables, struct slice name, struct slice value,
                  enum variable_kind kind);

/* NULL when there is none of that name (of that kind). */
const struct variable *variables_find(const struct variables *variables, struct slice name,
                                      enum variable_kind kind);
const struct variable *variables_find_any(const struct variables *variables, struct slice name);

/* 0 when its value resolves to a set, else -EINVAL or -ENOMEM with *err. */
int variable_check(const struct variables *variables, const struct variable *variable, struct err *err);

#endif
