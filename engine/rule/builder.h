/*
 * A rule under construction: what a keyword's parse function may add to.
 *
 * The builder takes ownership of `data` on success and on failure alike (it frees it by the ops' `free`, or
 * by free()). One thread; lives only while one rule is parsed.
 */
#ifndef SLUICE_RULE_BUILDER_H
#define SLUICE_RULE_BUILDER_H

#include "rule/rule.h"
#include "rule/transform.h"

struct err;
struct log;

struct variables; /* of addresses and ports: variables.h */
struct classes;   /* classification.config, reference.config: classes.h */

/* What rules may refer to while they are parsed. All borrowed. */
struct rule_context {
    const struct variables *variables;
    const struct classes *classes;
    struct datasets *datasets; /* dataset.h; lives longer than any ruleset; may be NULL: dataset is refused */
    struct reputation *reputation; /* reputation.h; NULL: iprep is refused */
    struct geoip *geoip;           /* geoip.h; NULL: geoip is refused */
    uint64_t apps_on;              /* of APP_PROTOS_OFF: those that are switched on */
    const char *directory;         /* of the rule file, for files that rules name */
    const struct log *log;
};

struct rule_builder {
    struct rule *rule;
    const struct rule_context *context;
    enum buffer_id
        buffer;      /* what the next content looks into: BUFFER_PAYLOAD until a sticky buffer is named */
    uint16_t option; /* that is being parsed: of rule->options, or NO_OPTION */
    uint8_t sides;   /* of the buffer, when the rule names them: BUFFER_TO_SERVER, BUFFER_TO_CLIENT; else 0 */
    bool buffer_selected; /* a sticky buffer was named, and nothing has looked into it yet */
    bool anew;            /* the next step begins a chain of its own, though there is one over that buffer */
    bool base64_decoded;
    bool stream_frame;         /* the payload was named as the frame "stream" */
    struct transform *pending; /* transforms for the next chain */
    uint32_t pending_count, pending_capacity;
    struct step *last_content; /* what nocase, depth, ... refer to; good until the next builder_step */
    struct chain *last_chain;
    char *variable_names[RULE_VARIABLES];
};

/* Each returns 0 or a negative errno; -ENOMEM unless it says more. */
int builder_test(struct rule_builder *b, const struct test_ops *ops, void *data);
int builder_state(struct rule_builder *b, const struct state_op *op); /* takes over op->names */
int builder_threshold(struct rule_builder *b, const struct threshold *threshold);

/* A sticky buffer: what follows looks into it. Clears pending transforms; -EINVAL when some are pending
 * unused. */
int builder_select(struct rule_builder *b, enum buffer_id buffer);

/* A transform for the buffer that was just selected. */
int builder_transform(struct rule_builder *b, const struct transform_ops *ops, void *data);

/* A step in the chain of the current buffer (made on first use; buffer and transforms alike share a chain).
 */
int builder_step(struct rule_builder *b, const struct step_ops *ops, void *data);

/* A step in a chain of its own over that buffer; what is selected stays selected. */
int builder_lone_step(struct rule_builder *b, enum buffer_id buffer, const struct step_ops *ops, void *data);

/*
 * The next step joins the chain of that buffer (without transforms), made if need be, though another buffer
 * is selected; the next content goes back to the selected one. 0 or -ENOMEM.
 */
int builder_enter(struct rule_builder *b, enum buffer_id buffer);

/* What follows is about the payload again, unless a buffer is selected: a content may have led elsewhere. */
void builder_leave(struct rule_builder *b);

/* That chain is looked at in those directions only (BUFFER_TO_SERVER, BUFFER_TO_CLIENT). */
void builder_sides(struct rule_builder *b, enum buffer_id buffer, uint8_t sides);

/* Takes the last content out of the selected buffer's chain into that buffer's, which is entered. 0 or
 * -ENOMEM. */
int builder_move_content(struct rule_builder *b, uint32_t index, enum buffer_id buffer);

/* The chain that the next step would join; NULL when it does not exist yet. */
struct chain *builder_chain(struct rule_builder *b);

/* The index of a named variable, -1 when no byte_extract or byte_math has made it. */
int builder_variable(const struct rule_builder *b, struct slice name);

/* Makes a variable: its index, or -EEXIST, -ENOSPC (RULE_VARIABLES), -ENOMEM. */
int builder_new_variable(struct rule_builder *b, struct slice name);

/* The last step that can match in several places is tried further on when what follows fails, since a keyword
 * counts from where it ended. `before`: only steps with a lower index. */
void chain_mark_retried(struct chain *chain, uint32_t before);

void builder_fini(struct rule_builder *b); /* not the rule */

#endif
