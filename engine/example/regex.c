#include "example/regex.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

enum {
    OPTIONAL_MOST = 64, /* repetitions beyond the least that are offered */
    NESTING = 512,
    VISITS_MOST = 1 << 18, /* of nodes: back references to what has back references double them */
};

/* Built from its end: emit() gives the step at which a node begins, when `next` is what follows it. */
struct building {
    const struct regex_tree *tree;
    struct regex *regex;
    int rc;
    unsigned depth, visits;
};

static uint32_t add(struct building *b, struct regex_step step)
{
    struct regex *r = b->regex;
    if (b->rc)
        return 0;
    if (r->count >= REGEX_MOST) {
        r->refused = "the expression is too large";
        b->rc = -EINVAL;
        return 0;
    }
    if (grow_array(&r->steps, r->count, &r->capacity)) {
        b->rc = -ENOMEM;
        return 0;
    }
    r->steps[r->count] = step;
    return r->count++;
}

static uint32_t emit(struct building *b, uint32_t at, uint32_t next);

static uint32_t emit_repeat(struct building *b, const struct regex_node *node, uint32_t next)
{
    uint32_t optional = node->most == REPEAT_OPEN || node->most < node->least ? 0 : node->most - node->least;
    if (optional > OPTIONAL_MOST)
        optional = OPTIONAL_MOST;
    if (node->most == REPEAT_OPEN) {
        uint32_t loop = add(b, (struct regex_step){.op = REGEX_SPLIT, .next = next, .other = next});
        uint32_t body = emit(b, node->left, loop);
        if (!b->rc)
            b->regex->steps[loop].other = body;
        next = loop;
    }
    for (uint32_t i = 0; i < optional && !b->rc; i++) {
        uint32_t body = emit(b, node->left, next);
        next = add(b, (struct regex_step){.op = REGEX_SPLIT, .next = next, .other = body});
    }
    for (uint32_t i = 0; i < node->least && !b->rc; i++) {
        uint32_t before = b->regex->count;
        next = emit(b, node->left, next);
        if (b->regex->count == before) /* nothing, however often */
            break;
    }
    return next;
}

static uint32_t emit_node(struct building *b, const struct regex_node *node, uint32_t next)
{
    switch (node->kind) {
    case NODE_EMPTY:
    case NODE_LOOK:
        return next;
    case NODE_SET:
        return add(b, (struct regex_step){.op = REGEX_BYTE, .next = next, .set = node->set});
    case NODE_BOTH:
        return emit(b, node->left, emit(b, node->right, next));
    case NODE_EITHER: {
        uint32_t left = emit(b, node->left, next), right = emit(b, node->right, next);
        return add(b, (struct regex_step){.op = REGEX_SPLIT, .next = left, .other = right});
    }
    case NODE_AGAIN:
        return emit(b, node->left, next);
    case NODE_REPEAT:
        return emit_repeat(b, node, next);
    case NODE_BEGIN:
    case NODE_END:
        return add(b, (struct regex_step){.op = node->kind == NODE_BEGIN ? REGEX_BEGIN : REGEX_END,
                                          .lines = node->lines,
                                          .next = next});
    }
    return next;
}

static uint32_t emit(struct building *b, uint32_t at, uint32_t next)
{
    if (b->rc)
        return 0;
    /* A sequence leans to the left: its length is not a nesting. */
    while (b->tree->nodes[at].kind == NODE_BOTH && !b->rc) {
        next = emit(b, b->tree->nodes[at].right, next);
        at = b->tree->nodes[at].left;
    }
    if (b->rc)
        return 0;
    if (++b->depth > NESTING) {
        b->rc = -EINVAL;
        b->regex->refused = "the expression is nested too deeply";
        return 0;
    }
    if (++b->visits > VISITS_MOST) {
        b->rc = -EINVAL;
        b->regex->refused = "the expression is too large";
        return 0;
    }
    next = emit_node(b, &b->tree->nodes[at], next);
    b->depth--;
    return next;
}

int regex_init(struct regex *regex, struct slice pattern, unsigned flags)
{
    struct regex_tree tree;
    *regex = (struct regex){0};
    int rc = regex_tree_init(&tree, pattern, flags);
    regex->refused = tree.refused;
    regex->look_count = tree.look_count;
    memcpy(regex->looks, tree.looks, sizeof regex->looks);
    struct building b = {.tree = &tree, .regex = regex, .rc = rc};
    if (!rc) {
        uint32_t found = add(&b, (struct regex_step){.op = REGEX_FOUND});
        regex->start = emit(&b, tree.root, found);
    }
    if (!b.rc) {
        const struct regex_step *first = &regex->steps[regex->start];
        regex->anchored = first->op == REGEX_BEGIN && !first->lines;
    }
    regex_tree_fini(&tree);
    return b.rc;
}

void regex_fini(struct regex *regex)
{
    free(regex->steps);
    *regex = (struct regex){0};
}
