/*
 * A keyword: its names, and the function that turns one option of a rule into tests, steps and state
 * operations.
 *
 * Each family is one file in rule/keyword/ that exports `const struct keyword keywords_FAMILY[]`, ended by an
 * entry without a name; keyword_list.h names the families. All of it is const; any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_H
#define SLUICE_RULE_KEYWORD_H

#include "base/err.h"
#include "rule/builder.h"
#include "rule/option.h"

enum keyword_value { VALUE_REQUIRED, VALUE_NONE, VALUE_OPTIONAL };

struct keyword {
    const char *name;
    const char *alias; /* another spelling, or NULL */
    enum keyword_value value;
    /* 0, or -EINVAL (err says what was expected; err_at column may be set more precisely), -ENOTSUP (known,
     * not built yet or refused: err says why), -ENOMEM. */
    int (*parse)(struct rule_builder *builder, const struct option *option, struct err *err);
};

#define KEYWORDS(family) extern const struct keyword keywords_##family[];
#include "rule/keyword_list.h"
#undef KEYWORDS

/* By name or alias, in any case as in Suricata; NULL when we have none such. */
const struct keyword *keyword_find(struct slice name);

/* Suricata's integer conditions: 5, =5, !5, <5, <=5, >5, >=5, 1-9 or 1<>9 (exclusive ends as Suricata's),
 * &0x0f=0x01, &0x0f!=0x01; decimal numbers may have a unit (kb, mib, ...). */
enum uint_compare {
    UINT_EQUAL,
    UINT_NOT_EQUAL,
    UINT_LESS,
    UINT_LESS_EQUAL,
    UINT_GREATER,
    UINT_GREATER_EQUAL,
    UINT_RANGE,
    UINT_NOT_RANGE,
    UINT_BITS,
    UINT_NOT_BITS
};
struct uint_condition {
    enum uint_compare compare;
    uint64_t a, b; /* RANGE: a and b are the ends, both excluded; BITS: value & a equals b */
};
int uint_condition_parse(struct slice s, uint64_t most, struct uint_condition *out, struct err *err);
/* For the keywords whose ranges have both ends (from 1 to most - 1); no bits. */
int uint_condition_parse_inclusive(struct slice s, uint64_t most, struct uint_condition *out,
                                   struct err *err);
/* <, <=, =, !=, ! (as !=), >= or >, where a field of its own has it. False: none of them. */
bool uint_compare_parse(struct slice s, enum uint_compare *compare);

/* All values that satisfy the condition are from *least to *most; conditions that are no interval leave 0 and
 * UINT64_MAX. */
void uint_condition_span(const struct uint_condition *condition, uint64_t *least, uint64_t *most);

bool uint_condition_holds(const struct uint_condition *condition, uint64_t value);

#endif
