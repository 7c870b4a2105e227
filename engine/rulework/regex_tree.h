/*
 * A regular expression of PCRE's as a tree, to be looked at: what may be repeated, and with what. It is only
 * as exact as that needs: assertions, back references and conditions match nothing here. What is not
 * understood is refused, never guessed. A tree owns its nodes; one thread.
 */
#ifndef SLUICE_RULEWORK_REGEX_TREE_H
#define SLUICE_RULEWORK_REGEX_TREE_H

#include <stdbool.h>

#include "base/slice.h"

enum { REGEX_UNBOUNDED = 65535, REGEX_NODES_MOST = 8192, REGEX_DEPTH_MOST = 100 };

enum regex_kind {
    REGEX_SET,   /* one byte of a set */
    REGEX_EMPTY, /* an assertion, a back reference: no byte */
    REGEX_CHOICE /* one of several sequences; what stands in brackets, and the whole */
};

struct regex_node {
    enum regex_kind kind;
    uint32_t least, most;     /* repetitions */
    uint64_t set[4];          /* REGEX_SET: bit b of word b / 64 */
    bool ahead;               /* REGEX_CHOICE: a lookahead or lookbehind: takes no byte */
    struct regex_node *next;  /* in its sequence */
    struct regex_node **ways; /* REGEX_CHOICE: the first node of each sequence, NULL for an empty one */
    uint32_t way_count, way_capacity;
    uint32_t from, to; /* where it stands in the pattern, its repetition included */
};

struct regex_tree;

/* NULL with *out_of_memory, or for what is not understood (which need not be wrong). */
struct regex_tree *regex_tree_new(struct slice pattern, bool extended, bool *out_of_memory);
void regex_tree_free(struct regex_tree *tree);

/* A REGEX_CHOICE. */
const struct regex_node *regex_tree_root(const struct regex_tree *tree);

static inline bool regex_set_has(const struct regex_node *node, uint8_t byte)
{
    return node->set[byte / 64] >> byte % 64 & 1;
}

#endif
