/*
 * Rule files in, parsed rules out: one list for all files of a ruleset, in the order in which they were read.
 *
 * A bad rule is reported (file, line, column, what was expected, the line itself) and left out; the others
 * load. The list owns its rules and the text that their messages point to. One thread builds it; const
 * afterwards.
 */
#ifndef SLUICE_RULE_RULE_LIST_H
#define SLUICE_RULE_RULE_LIST_H

#include "base/err.h"
#include "rule/builder.h"

enum { RULE_LINE_MOST = 1 << 20 }; /* bytes of one logical line; a longer one is refused */

struct rule_list {
    struct rule **rules;
    uint32_t count, capacity;
    uint32_t refused; /* rules that were not understood or are not supported */
    uint32_t skipped; /* rules whose `requires` asks for another engine (no fault, and not reported), or which
                         name an event that no longer exists (warned of) */
    char **files;     /* their names */
    uint32_t file_count, file_capacity;
    struct rule_index *index; /* where a (gid, sid) stands, and the sets that the headers share */
};

struct rule_refusal {
    const struct err *err;
    int code;          /* -EINVAL: wrong; -ENOTSUP: right, but not supported (yet); -EEXIST: duplicate sid */
    struct slice line; /* the physical line that err->line and err->column point into, without its end */
    struct slice keyword; /* the keyword that was refused, if it was one */
    uint32_t sid;         /* 0 when it could not be told */
};

typedef void (*rule_refused_fn)(void *ctx, const struct rule_refusal *refusal);

struct rule_list *rule_list_new(void);
void rule_list_free(struct rule_list *list);

/* Frees the rules for which `keep` (one for each of list->rules) is false. Nothing is read into the list
 * after that. */
void rule_list_keep(struct rule_list *list, const bool *keep);

/*
 * Reads one file, or the *.rules of a folder in sorted order. 0; a negative errno with *err when the file
 * cannot be read (or memory is short). Refused rules are counted, handed to `refused` (may be NULL), and are
 * not an error.
 */
int rule_list_read(struct rule_list *list, const char *path, const struct rule_context *context,
                   rule_refused_fn refused, void *ctx, struct err *err);

/* The same from memory; `name` stands for the file in messages. */
int rule_list_parse(struct rule_list *list, struct slice text, const char *name,
                    const struct rule_context *context, rule_refused_fn refused, void *ctx, struct err *err);

/*
 * Parses one rule (one logical line, without its newline). The rule is the caller's. 0, the refusal's code,
 * or -ECANCELED for a rule that asks, by `requires`, for another engine than this; then *err says what for.
 */
int rule_parse(struct slice text, const struct rule_context *context, struct rule **rule,
               struct rule_refusal *refusal, struct err *err);

/* Prints a rule in canonical form: parsing it again gives the same rule. 0 or -ENOMEM. */
int rule_print(const struct rule *rule, struct buf *out);

/* Reads a threshold.config: its lines attach to the rules of the list by gid and sid. */
int rule_list_thresholds(struct rule_list *list, const char *path, const struct rule_context *context,
                         rule_refused_fn refused, void *ctx, struct err *err);

#endif
