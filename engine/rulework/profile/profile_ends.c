#include "rulework/profile/profile_ends.h"

#include <errno.h>
#include <stdlib.h>

#include "rule/rule.h"
#include "rule/state_op.h"
#include "rulework/option_words.h"

static struct profile_ending *add(struct profile_endings *endings, const struct profile_sum *sum,
                                  const char *where, const char *answer)
{
    struct profile_ending *ending = &endings->list[endings->count];
    *ending = (struct profile_ending){.where = where,
                                      .answer = answer,
                                      .failed = strcmp(answer, "failed") == 0,
                                      .place = endings->count++,
                                      .sum = *sum};
    return ending;
}

static const char *where_is(const struct rule *rule, uint32_t option)
{
    for (uint32_t c = 0; c < rule->chain_count; c++)
        for (uint32_t s = 0; s < rule->chains[c].step_count; s++)
            if (rule->chains[c].steps[s].option == option)
                return buffer_name(rule->chains[c].buffer);
    for (uint32_t i = 0; i < rule->state_count; i++)
        if (rule->state[i].option == option)
            return "state";
    return "packet";
}

static bool of_flow(int fit)
{
    return fit == UNFIT_FLOW || fit == UNFIT_DIRECTION || fit == UNFIT_ESTABLISHED || fit == UNFIT_FRAGMENT ||
           fit == UNFIT_KIND;
}

static int add_failures(const struct rule_profile *p, struct profile_endings *out)
{
    int rc = 0;
    for (int fit = 0; !rc && fit < UNFIT_TEST; fit++)
        if (p->unfit[fit].count)
            rc = buf_append(&add(out, &p->unfit[fit], of_flow(fit) ? "flow" : "header", "failed")->text,
                            slice_str(unfit_text((enum rule_fit)fit)));
    for (uint32_t i = 0; !rc && i < p->rule->option_count; i++)
        if (p->options[i].count)
            rc = option_words(p->rule, i, &add(out, &p->options[i], where_is(p->rule, i), "failed")->text);
    const struct profile_sum *other = &p->options[p->rule->option_count];
    if (!rc && other->count)
        rc = buf_append(&add(out, other, "packet", "failed")->text, slice_str("what the keywords imply"));
    return rc;
}

static int add_others(const struct rule_profile *p, struct profile_endings *out)
{
    static const struct {
        enum rule_outcome outcome;
        const char *answer, *text;
    } others[] = {
        {OUTCOME_MATCHED, "matched", "matched"},
        {OUTCOME_LATER, "waits", "waits for more of the transaction"},
        {OUTCOME_SETTLED, "settled", "decided before, or nothing to look into"},
    };
    int rc = 0;
    for (size_t i = 0; !rc && i < sizeof others / sizeof others[0]; i++)
        if (p->outcomes[others[i].outcome].count)
            rc = buf_append(&add(out, &p->outcomes[others[i].outcome], "", others[i].answer)->text,
                            slice_str(others[i].text));
    return rc;
}

static int by_count(const void *a, const void *b)
{
    const struct profile_ending *x = a, *y = b;
    if (x->sum.count != y->sum.count)
        return x->sum.count > y->sum.count ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

int profile_endings_of(const struct rule_profile *p, struct profile_endings *out)
{
    *out = (struct profile_endings){0};
    out->list = calloc(UNFIT_TEST + p->rule->option_count + 1 + OUTCOMES, sizeof *out->list);
    if (!out->list)
        return -ENOMEM;
    int rc = add_failures(p, out);
    if (!rc)
        rc = add_others(p, out);
    if (!rc && out->count)
        qsort(out->list, out->count, sizeof *out->list, by_count);
    return rc;
}

void profile_endings_fini(struct profile_endings *endings)
{
    for (uint32_t i = 0; i < endings->count; i++)
        buf_fini(&endings->list[i].text);
    free(endings->list);
    *endings = (struct profile_endings){0};
}

const struct profile_ending *profile_first_failure(const struct profile_endings *endings)
{
    for (uint32_t i = 0; i < endings->count; i++)
        if (endings->list[i].failed)
            return &endings->list[i];
    return NULL;
}
