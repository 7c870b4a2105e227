#include "rulework/explain/explain_place.h"

#include <stdlib.h>

#include "rule/chain_instance.h"

struct spy { /* data of a step that only looks where the one before it has ended */
    bool seen;
    size_t cursor;
};

static enum step_result run_spy(struct eval *eval, const struct step *step)
{
    struct spy *spy = step->data;
    size_t cursor = eval->cursor;
    enum step_result result = chain_next(eval, step);
    if (result == STEP_YES)
        *spy = (struct spy){.seen = true, .cursor = cursor};
    return result;
}

static const struct step_ops spy_ops = {.keyword = "", .run = run_spy};

bool explain_place(struct eval *eval, const struct chain *chain, uint32_t steps, unsigned instance,
                   uint32_t index, size_t *end)
{
    struct spy spy = {0};
    struct step *list = calloc((size_t)steps + 1, sizeof *list);
    if (!list || index >= steps) {
        free(list);
        return false;
    }
    memcpy(list, chain->steps, (index + 1) * sizeof *list);
    list[index + 1] = (struct step){.ops = &spy_ops, .data = &spy, .option = NO_OPTION};
    memcpy(&list[index + 2], &chain->steps[index + 1], (steps - index - 1) * sizeof *list);
    struct chain spied = *chain;
    spied.steps = list;
    spied.step_count = steps + 1;
    bool matched = chain_fits(eval, &spied, instance);
    *end = spy.cursor;
    free(list);
    return matched && spy.seen;
}
