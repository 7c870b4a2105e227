/*
 * A regular expression of PCRE's as a tree, to be looked at: strings that match are made of it
 * (example/regex.h), and strings on which it runs away (regex_attack.h). What it means in the end is for
 * PCRE2 to say: assertions that depend on what stands around match anything here. A tree owns its nodes; one
 * thread.
 */
#ifndef SLUICE_RULEWORK_REGEX_TREE_H
#define SLUICE_RULEWORK_REGEX_TREE_H

#include "base/byte_set.h"
#include "base/slice.h"

enum { REGEX_NODES_MOST = 8192, REGEX_LOOKS = 4, NODE_NONE = UINT32_MAX, REPEAT_OPEN = UINT32_MAX };

enum regex_flag { REGEX_CASELESS = 1, REGEX_DOTALL = 2, REGEX_MULTILINE = 4, REGEX_EXTENDED = 8 };

enum regex_node_kind {
    NODE_EMPTY,
    NODE_SET,    /* one byte of `set` */
    NODE_BOTH,   /* left, then right; a sequence leans to the left, and begins with NODE_EMPTY */
    NODE_EITHER, /* left or right; leans to the left */
    NODE_REPEAT, /* left, from `least` to `most` times; REPEAT_OPEN: no end */
    NODE_AGAIN,  /* a back reference: to left, a group before it */
    NODE_LOOK,   /* a lookaround: takes no byte; left is what stands in it */
    NODE_BEGIN,
    NODE_END,
};

struct regex_node {
    enum regex_node_kind kind;
    bool lines; /* BEGIN, END: of a line */
    uint32_t left, right, least, most;
    uint32_t next; /* EMPTY, BOTH: what goes on the sequence whose beginning this is; NODE_NONE at its end */
    uint32_t from, to; /* REPEAT: where it stands in the pattern */
    struct byte_set set;
};

struct regex_tree {
    struct regex_node *nodes;
    uint32_t count, capacity, root;
    const char *refused;             /* NULL */
    struct slice looks[REGEX_LOOKS]; /* lookaheads at its begin, without their brackets: of the pattern */
    unsigned look_count;
};

/* 0, -ENOMEM, or -EINVAL with tree->refused; call regex_tree_fini either way. */
int regex_tree_init(struct regex_tree *tree, struct slice pattern, unsigned flags);
void regex_tree_fini(struct regex_tree *tree);

#endif
