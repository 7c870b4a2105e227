#include "run/interfaces.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

static int put_name(struct interface_setting *interface, const char *value, struct err *err)
{
    if (!value[0] || strlen(value) >= IF_NAMESIZE)
        return err_set(err, -EINVAL, "run.interfaces: \"%s\" is no name of an interface", value);
    char *copy = strdup(value);
    if (!copy)
        return err_set(err, -ENOMEM, "out of memory");
    free(interface->name);
    interface->name = copy;
    return 0;
}

static int put_queues(struct interface_setting *interface, const char *value, struct err *err)
{
    char *end;
    unsigned long n = strtoul(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || n > 64)
        return err_set(err, -EINVAL, "run.interfaces: queues: expected a number up to 64, not \"%s\"", value);
    interface->queues = (uint32_t)n;
    return 0;
}

static struct interface_setting *at(struct interface_list *l, unsigned long index, struct err *err)
{
    if (index >= INTERFACES_MOST) {
        err_fill(err, "run.interfaces: more than %d interfaces", INTERFACES_MOST);
        return NULL;
    }
    if (index >= l->count)
        l->count = (uint32_t)index + 1;
    return &l->list[index];
}

int interfaces_put(struct interface_list *interfaces, const char *key, const char *value, struct err *err)
{
    char *rest = NULL;
    unsigned long index = *key == '.' ? strtoul(key + 1, &rest, 10) : interfaces->count;
    struct interface_setting *interface = at(interfaces, index, err);
    if (!interface)
        return -EINVAL;
    if (!rest || strcmp(rest, ".interface") == 0)
        return put_name(interface, value, err);
    if (strcmp(rest, ".queues") == 0)
        return put_queues(interface, value, err);
    err_set(err, -ENOENT, "there is no setting \"%s\" of an interface", *rest == '.' ? rest + 1 : rest);
    err_hint(err, "there are interface and queues");
    return -ENOENT;
}

void interfaces_fini(struct interface_list *interfaces)
{
    for (uint32_t i = 0; i < interfaces->count; i++)
        free(interfaces->list[i].name);
    *interfaces = (struct interface_list){0};
}
