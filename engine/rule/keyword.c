#include "rule/keyword.h"

#include <assert.h>
#include <ctype.h>
#include <pthread.h>

static const struct keyword *const families[] = {
#define KEYWORDS(family) keywords_##family,
#include "rule/keyword_list.h"
#undef KEYWORDS
};

enum { SLOTS = 2048, NAMES_MOST = SLOTS / 2 };

struct known_name {
    const char *name; /* NULL: a free slot */
    const struct keyword *keyword;
};

/* Names and aliases by hash, made once: a name is looked up for every option of every rule. */
static struct known_name known[SLOTS];
static unsigned known_count;

static unsigned slot_of(struct slice name)
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < name.n; i++)
        hash = (hash ^ (uint32_t)tolower(name.p[i])) * 16777619U;
    return (hash ^ hash >> 15) % SLOTS;
}

/* Where the name is, or the free slot for it. */
static struct known_name *find(struct slice name)
{
    unsigned slot = slot_of(name);
    while (known[slot].name && !text_equal(name, known[slot].name))
        slot = (slot + 1) % SLOTS;
    return &known[slot];
}

/* The first of a name is the one that counts. */
static void add(const char *name, const struct keyword *keyword)
{
    struct known_name *place = name ? find(slice_str(name)) : NULL;
    if (!place || place->name)
        return;
    *place = (struct known_name){name, keyword};
    known_count++;
    assert(known_count <= NAMES_MOST);
}

static void index_all(void)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        for (const struct keyword *k = families[i]; k->name; k++) {
            add(k->name, k);
            add(k->alias, k);
        }
}

const struct keyword *keyword_find(struct slice name)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, index_all);
    return name.n ? find(name)->keyword : NULL;
}
