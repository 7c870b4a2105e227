/*
 * A chain: the keywords that look into one buffer of a rule, in the order in which they were written.
 *
 * Evaluation is a depth-first search: a step that can match in several places (content, pcre) tries them and
 * calls chain_next for the rest; the first way through wins. A budget bounds the work: linear in the buffer.
 */
#ifndef SLUICE_RULE_CHAIN_H
#define SLUICE_RULE_CHAIN_H

#include "base/buf.h"
#include "rule/view.h"
enum { NO_OPTION = UINT16_MAX, RULE_VARIABLES = 16 /* byte_extract and byte_math results of one rule */ };

enum step_result {
    STEP_NO,   /* not this way: an earlier step may try its next place */
    STEP_YES,  /* the rest of the chain matched */
    STEP_STOP, /* no other place of an earlier step can help (or the budget is spent) */
};

struct eval;
struct step;
struct captures;
struct content;
struct content_places;

struct step_ops {
    const char *keyword;
    enum step_result (*run)(struct eval *eval, const struct step *step);
    void (*free)(void *data); /* may be NULL: plain free() */
    bool (*hopeless)(const struct eval *eval, const struct step *step, size_t cursor); /* or NULL */
    bool many; /* can match in several places: content, pcre */
};

struct step {
    const struct step_ops *ops;
    void *data;      /* the keyword's own, made by its parse function */
    uint16_t option; /* of rule->options, which made it; NO_OPTION */
    bool retried;    /* the next keyword counts from here: when the rest fails, try the next place */
};

struct chain {
    enum buffer_id buffer;
    struct transform *transforms;
    uint32_t transform_count, transform_capacity;
    struct step *steps;
    uint32_t step_count, step_capacity;
    int fast_pattern; /* index of the content step that the author chose, or -1 */
    uint8_t sides;    /* only there (BUFFER_TO_SERVER, BUFFER_TO_CLIENT); 0: wherever the buffer occurs */
    bool absent;      /* its first step is `absent`: no such buffer is a match */
    bool or_else;     /* ... and so is one that the other steps match */
    bool lone;        /* a keyword's own, which nothing joins */
    bool variables;   /* some step reads a variable that an earlier one sets */
    bool keyed;       /* the rule has a content to be found in some buffer of the application layer */
};

/* In which directions the chain's buffer is looked for. */
static inline unsigned chain_sides(const struct chain *chain)
{
    return chain->sides ? chain->sides : buffer_info(chain->buffer)->sides;
}

/* The state of one rule's evaluation; lives in the worker's matcher, reset for each rule. */
struct eval {
    const struct view *view;
    const struct chain *chain;
    struct view_buffer buffer;  /* what the steps look into, transforms applied */
    size_t cursor, furthest;    /* where the last match ended, and the furthest one (view_buffer.new_from) */
    const struct step *deepest; /* of this chain: the last step that was come to, in any instance */
    const struct content *missing; /* not in this instance, wherever earlier steps match; or NULL */
    uint64_t inspected;            /* bytes of all buffers that were looked into so far; never reset */
    uint64_t variables[RULE_VARIABLES];
    unsigned budget, strain;  /* steps left; all limits are divided by 2 to the power of `strain` */
    bool spent, only_asks;    /* a limit was met: a match may be missing; dataset:set adds nothing */
    unsigned work;            /* of all instances since eval_reset, in steps */
    struct search_memo *memo; /* by step: what the content searches of this instance have found */
    uint32_t memo_count;
    struct content_places *replaced; /* content.h; NULL: nobody asks */
    struct buf base64;               /* what base64_decode produced */
    struct buf scratch[2];           /* transforms */
    struct captures *captures;       /* capture.h */
    struct pcre_scratch *pcre;       /* match data, JIT stack, limits: keyword/pcre.c */
};

struct eval *eval_new(void);
void eval_free(struct eval *eval);
/* Forgets variables, captures, decoded data and strain: call before the first chain of each rule. */
void eval_reset(struct eval *eval, const struct view *view);
enum chain_result {
    CHAIN_NO,    /* and it never will in this view's transaction */
    CHAIN_LATER, /* not in what is there, but more may come */
    CHAIN_YES,
};

/* Whether it matches in some instance of its buffer; with no such buffer, only if every step can (absent). */
enum chain_result chain_look(struct eval *eval, const struct chain *chain);
bool chain_match(struct eval *eval, const struct chain *chain); /* only CHAIN_YES */
/* For a step's run: what the rest of the chain says, from eval->cursor on. */
enum step_result chain_next(struct eval *eval, const struct step *step);

#endif
