/*
 * Buffers of the application layer in rules: selecting one, and numbers that are compared. Parse-time only,
 * but for the step's run; any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_STICKY_H
#define SLUICE_RULE_KEYWORD_STICKY_H

#include "rule/keyword.h"

/*
 * What follows looks into that buffer. 0; -EINVAL: the rule's protocol never has it; -ENOTSUP: no parser that
 * fills it is built; -ENOMEM.
 */
int sticky_select(struct rule_builder *b, enum buffer_id buffer, struct err *err);

/* What follows joins that buffer's chain, while another is selected (builder_enter). Errors as above. */
int sticky_enter(struct rule_builder *b, enum buffer_id buffer, struct err *err);

/* Whether the rule may look into that buffer at all. Errors as above. */
int sticky_check(const struct rule_header *header, enum buffer_id buffer, struct err *err);

/*
 * The same of the old form of an option (http_uri behind a content, a flag of pcre), which as in Suricata is
 * about HTTP/1 alone: it makes the rule one of that.
 */
int sticky_check_http1(struct rule_builder *b, const struct option *option, enum buffer_id buffer,
                       struct err *err);

/*
 * A step over a buffer that is a number, `data` being a struct uint_condition or what `ops` makes of it; each
 * such keyword is a condition of its own, and the buffer selected before stays selected. Takes over `data`.
 */
int sticky_test(struct rule_builder *b, enum buffer_id buffer, const struct step_ops *ops, void *data,
                struct err *err);

/* The same for a plain condition over numbers up to `most`. */
int sticky_number(struct rule_builder *b, enum buffer_id buffer, const struct option *option, uint64_t most,
                  struct err *err);

/* The same for a condition that was read already; it is copied. */
int sticky_condition(struct rule_builder *b, enum buffer_id buffer, const struct uint_condition *condition,
                     struct err *err);

struct sticky_name { /* of a value; the list ends with a NULL */
    const char *name;
    uint64_t value;
};

/* The same, where a name may stand for its number: [!]NAME (in any case), or a condition. */
int sticky_named(struct rule_builder *b, enum buffer_id buffer, const struct option *option, uint64_t most,
                 const struct sticky_name *names, struct err *err);

/* The same for bits that must be set, or not: [!]NAME[,[!]NAME...], or a condition. */
int sticky_flags(struct rule_builder *b, enum buffer_id buffer, const struct option *option, uint64_t most,
                 const struct sticky_name *names, struct err *err);

/* Compares eval->buffer.number with a struct uint_condition. */
extern const struct step_ops sticky_number_ops;

#endif
