/* The syntax of a regular expression as a tree; regex.c makes the program of it. One thread. */
#ifndef SLUICE_EXAMPLE_REGEX_PARSE_H
#define SLUICE_EXAMPLE_REGEX_PARSE_H

#include "example/regex.h"

enum { NODES_MOST = 8192, NODE_NONE = UINT32_MAX, REPEAT_OPEN = UINT32_MAX };

enum node_kind {
    NODE_EMPTY,
    NODE_SET,    /* one byte of `set` */
    NODE_BOTH,   /* left, then right */
    NODE_EITHER, /* left or right */
    NODE_REPEAT, /* left, from `least` to `most` times; REPEAT_OPEN: no end */
    NODE_BEGIN,
    NODE_END,
};

struct node {
    enum node_kind kind;
    bool lines; /* BEGIN, END: of a line */
    uint32_t left, right, least, most;
    struct byte_set set;
};

struct regex_tree {
    struct node *nodes;
    uint32_t count, capacity, root;
    const char *refused; /* NULL */
    struct slice looks[REGEX_LOOKS];
    unsigned look_count;
};

/* 0, -ENOMEM, or -EINVAL with tree->refused; call regex_tree_fini either way. */
int regex_tree_init(struct regex_tree *tree, struct slice pattern, unsigned flags);
void regex_tree_fini(struct regex_tree *tree);

#endif
