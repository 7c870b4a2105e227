#include "rule/keyword.h"

static const struct keyword *const families[] = {
#define KEYWORDS(family) keywords_##family,
#include "rule/keyword_list.h"
#undef KEYWORDS
};

/* Compares the first letters before anything else: this runs for every option of every rule. */
static bool named(struct slice name, const char *candidate)
{
    return (name.p[0] | 0x20) == (candidate[0] | 0x20) && text_equal(name, candidate);
}

const struct keyword *keyword_find(struct slice name)
{
    if (!name.n)
        return NULL;
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        for (const struct keyword *k = families[i]; k->name; k++)
            if (named(name, k->name) || (k->alias && named(name, k->alias)))
                return k;
    return NULL;
}
