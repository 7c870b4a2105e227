/*
 * Flows as text: YAML that says who speaks and what is said, with helpers for HTTP, DNS and TLS.
 * docs/flows.md has every field. What is read are the structs of craft/flow.h, in memory that the flows own.
 *
 * Sizes are capped: flows, steps, bytes, and the work that aliases may ask for. Errors say file, line and
 * column.
 */
#ifndef SLUICE_CRAFT_FLOWS_YAML_H
#define SLUICE_CRAFT_FLOWS_YAML_H

#include "base/arena.h"
#include "base/yaml_tree.h"
#include "craft/flow.h"

enum { FLOWS_MOST = 1 << 16, FLOW_STEPS_MOST = 1 << 16, FLOW_BYTES_MOST = 64 << 20, FLOW_HOSTS_MOST = 256 };

struct flow_host { /* a name for an address */
    const char *name;
    struct address address;
};

struct flows { /* zeroes at first */
    struct craft_flow *list;
    uint32_t count, capacity;
    uint64_t start_ns; /* 0: not said */
    struct flow_host *hosts;
    uint32_t host_count, host_capacity;
    struct arena *arena;
};

/* A whole file ("-": standard input), or text that is called `name`: `start`, `hosts` and `flows`. 0, or a
 * negative errno with *err; call flows_fini either way. */
int flows_read(struct flows *out, const char *path, struct err *err);
int flows_parse(struct flows *out, const char *name, struct slice text, struct err *err);
void flows_fini(struct flows *flows);

/* Parts of a larger file, whose tree's error is filled: a mapping of names to addresses, a list of flows, a
 * time. They add to what is there. */
int flows_take_hosts(struct flows *out, const struct yaml_tree *tree, const yaml_node_t *node);
int flows_take_list(struct flows *out, const struct yaml_tree *tree, const yaml_node_t *node);
int flows_take_start(struct flows *out, const struct yaml_tree *tree, const yaml_node_t *node);

/* Bytes as a step's, in the flows' memory. */
int flows_take_bytes(struct flows *out, const struct yaml_tree *tree, const yaml_node_t *node,
                     struct slice *bytes);

#endif
