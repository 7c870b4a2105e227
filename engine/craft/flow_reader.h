/*
 * What the readers of flows share: the tree, the memory, the flow at hand and its steps. flows_yaml.c drives;
 * the others read what their names say. All return 0 or a negative errno with the tree's error filled.
 */
#ifndef SLUICE_CRAFT_FLOW_READER_H
#define SLUICE_CRAFT_FLOW_READER_H

#include <errno.h>

#include "base/buf.h"
#include "craft/flows_yaml.h"

enum { FLOW_WORK_MOST = 1 << 20, FLOW_DEPTH_MOST = 16 };

struct flow_reader {
    struct flows *flows;
    const struct yaml_tree *tree;
    uint32_t work;  /* nodes looked at, since aliases may name one often */
    unsigned depth; /* of bytes in bytes, packets in packets */
    struct craft_flow flow;
    struct craft_step *steps;
    uint32_t step_count, step_capacity;
    uint64_t wait_ns; /* before the next step */
};

/* Counts the work; fails when there is too much of it, or at too great a depth. */
int flow_reader_work(struct flow_reader *r, const yaml_node_t *node);
#define flow_reader_no_memory(r, node)                                                           \
    yaml_fail((r)->tree, (node), -E2BIG, "the flows are larger than %d MiB, or memory is short", \
              FLOW_BYTES_MOST >> 20)

/* flow_bytes.c: a value that stands for bytes: text with |hex|, a list of such, or a mapping. */
int flow_bytes(struct flow_reader *r, const yaml_node_t *node, struct slice *out);
/* A copy of the buffer in the flows' memory; the buffer is freed. `failed`: filling it was without memory. */
int flow_bytes_keep(struct flow_reader *r, const yaml_node_t *node, struct buf *buf, int failed,
                    struct slice *out);
int flow_gzip(struct flow_reader *r, const yaml_node_t *node, struct slice plain, struct slice *out);

/* flow_ends.c: "host:port", or a mapping. */
int flow_end(struct flow_reader *r, const yaml_node_t *node, struct craft_end *end);
int flow_address(struct flow_reader *r, const yaml_node_t *node, struct slice text, struct address *out);

/* flows_yaml.c: a mapping that is a flow is added to the list. */
int flow_read(struct flow_reader *r, const yaml_node_t *node);

/* flow_step.c: the steps of the flow at hand, one by one or as a list. */
int flow_steps(struct flow_reader *r, const yaml_node_t *node);
/* Adds a step at that place, after what is waited for. Its bytes are in the flows' memory. */
int flow_step_add(struct flow_reader *r, const yaml_node_t *node, const struct craft_step *step);

/* How a step's bytes are cut and sent; a part of its mapping. */
struct flow_sending {
    const yaml_node_t *segments, *order, *lose, *missing, *duplicate, *overlap, *fragments;
};
/* flow_pieces.c: fills the step's pieces; its bytes are there. */
int flow_pieces(struct flow_reader *r, const struct flow_sending *sending, struct craft_step *step);

/* The helpers: a mapping, or a list of them, adds the steps of an exchange. */
int flow_http(struct flow_reader *r, const yaml_node_t *node);
int flow_dns(struct flow_reader *r, const yaml_node_t *node);
int flow_tls(struct flow_reader *r, const yaml_node_t *node);

#endif
