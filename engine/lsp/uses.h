/*
 * Where a mark or a variable is named in the rules of a project, by their text: rules that are refused count,
 * too. One thread.
 */
#ifndef SLUICE_LSP_USES_H
#define SLUICE_LSP_USES_H

#include "lsp/project.h"
#include "lsp/rule_spot.h"
#include "rule/state_op.h"

struct use {
    const struct document *document;
    struct range range; /* of the name */
    bool sets, reads;   /* of a mark */
};
typedef void (*use_fn)(void *ctx, const struct use *use);

enum named_kind { NAMED_NOTHING, NAMED_MARK, NAMED_VARIABLE };

struct named { /* what a place names; a slice of the rule's lines */
    enum named_kind kind;
    enum state_store store;
    struct slice name; /* a variable's without the $ */
};

struct named named_at(const struct rule_lines *lines, struct spot at);

/* In all documents, or in one of them; in their order. 0 or -ENOMEM. */
int uses_each(const struct project *project, const struct document *only, const struct named *named,
              use_fn each, void *ctx);

#endif
