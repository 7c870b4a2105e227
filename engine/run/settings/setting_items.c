#include "run/settings/setting_items.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "run/settings/settings.h"
#include "verdict/policy.h"

struct setting_items {
    const char *key;
    /* member: "" for an element that is a word. */
    int (*put)(struct settings *s, unsigned index, const char *member, const char *value, struct err *err);
    int (*check)(const struct settings *s, unsigned index, struct err *err); /* NULL: nothing must be there */
};

static int put_host_block(struct settings *s, unsigned index, const char *member, const char *value,
                          struct err *err)
{
    if (!*member)
        return err_set(err, -EINVAL, "expected mappings, each with sids or classtypes, and seconds");
    return policy_host_put(s->live.policy, index, member, value, err);
}

static int check_host_block(const struct settings *s, unsigned index, struct err *err)
{
    return policy_host_check(s->live.policy, index, err);
}

static int put_never_block(struct settings *s, unsigned index, const char *member, const char *value,
                           struct err *err)
{
    (void)index;
    if (*member)
        return err_set(err, -EINVAL, "expected addresses and prefixes");
    return policy_never_add(s->live.policy, value, err);
}

static const struct setting_items lists[] = {
    {"verdict.host-block", put_host_block, check_host_block},
    {"verdict.never-block", put_never_block, NULL},
};

/* The list that the key is of; what stands behind its name is taken apart: ".0.sids". */
static const struct setting_items *find(const char *key, unsigned *index, const char **member)
{
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        size_t n = strlen(lists[i].key);
        if (strncmp(key, lists[i].key, n) != 0 || (key[n] && key[n] != '.'))
            continue;
        *index = 0;
        *member = key + n;
        if (key[n] == '.' && key[n + 1] >= '0' && key[n + 1] <= '9') {
            char *end;
            *index = (unsigned)strtoul(key + n + 1, &end, 10);
            *member = end;
        }
        *member += **member == '.';
        return &lists[i];
    }
    return NULL;
}

int settings_put_item(struct settings *s, const char *key, const char *value, struct err *err)
{
    unsigned index;
    const char *member;
    const struct setting_items *list = find(key, &index, &member);
    if (!list)
        return 1;
    struct err why = {0};
    int result = list->put(s, index, member, value, &why);
    if (result) {
        err_set(err, result, "%s: %s", list->key, why.message);
        if (why.hint[0])
            err_hint(err, "%s", why.hint);
    }
    return result;
}

int settings_end_item(struct settings *s, const char *key, struct err *err)
{
    unsigned index;
    const char *member;
    const struct setting_items *list = find(key, &index, &member);
    if (!list || !list->check)
        return 0;
    struct err why = {0};
    int result = list->check(s, index, &why);
    return result ? err_set(err, result, "%s: %s", list->key, why.message) : 0;
}
