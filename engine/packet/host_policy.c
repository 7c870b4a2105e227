#include "packet/host_policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const policy_names[OS_COUNT] = {
    [OS_BSD] = "bsd",
    [OS_BSD_RIGHT] = "bsd-right",
    [OS_OLD_LINUX] = "old-linux",
    [OS_LINUX] = "linux",
    [OS_OLD_SOLARIS] = "old-solaris",
    [OS_SOLARIS] = "solaris",
    [OS_HPUX10] = "hpux10",
    [OS_HPUX11] = "hpux11",
    [OS_IRIX] = "irix",
    [OS_MACOS] = "macos",
    [OS_WINDOWS] = "windows",
    [OS_VISTA] = "vista",
    [OS_WINDOWS2K3] = "windows2k3",
    [OS_FIRST] = "first",
    [OS_LAST] = "last",
};

/*
 * Binary tries by address bit, one for each version. A prefix costs at most 128 nodes; an operator's
 * configuration is their only source.
 */
enum { NODES_MOST = 1 << 22, NO_POLICY = 0xff };

struct node {
    uint32_t child[2]; /* 0: none; the roots are nobody's child */
    uint8_t policy;
};

struct host_policies {
    struct node *nodes;
    uint32_t count, room;
};

enum { ROOT_V4, ROOT_V6, ROOTS };

struct host_policies *host_policies_new(void)
{
    struct host_policies *policies = calloc(1, sizeof *policies);
    if (policies == NULL)
        return NULL;
    policies->room = 64;
    policies->nodes = calloc(policies->room, sizeof *policies->nodes);
    if (policies->nodes == NULL) {
        free(policies);
        return NULL;
    }
    policies->count = ROOTS;
    policies->nodes[ROOT_V4].policy = NO_POLICY;
    policies->nodes[ROOT_V6].policy = NO_POLICY;
    return policies;
}

void host_policies_free(struct host_policies *policies)
{
    if (policies == NULL)
        return;
    free(policies->nodes);
    free(policies);
}

static int grow(struct host_policies *policies, uint32_t more)
{
    if (policies->room - policies->count >= more)
        return 0;
    uint32_t room = policies->room * 2 + more;
    if (room > NODES_MOST)
        return -ENOMEM;
    struct node *nodes = realloc(policies->nodes, room * sizeof *nodes);
    if (nodes == NULL)
        return -ENOMEM;
    policies->nodes = nodes;
    policies->room = room;
    return 0;
}

static bool address_bit(const struct address *a, unsigned bit)
{
    return (a->bytes[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

/* "ADDRESS/BITS", or an address alone, which is a prefix of its full length. */
static bool parse_prefix(const char *text, struct address *a, unsigned *bits)
{
    char copy[ADDRESS_TEXT + 4];
    int n = snprintf(copy, sizeof copy, "%s", text);
    if (n < 0 || (size_t)n >= sizeof copy)
        return false;
    char *slash = strchr(copy, '/');
    if (slash != NULL)
        *slash = '\0';
    if (!address_parse(copy, a))
        return false;
    unsigned most = a->version == 4 ? 32 : 128;
    *bits = most;
    if (slash == NULL)
        return true;
    const char *digits = slash + 1;
    if (*digits == '\0' || strlen(digits) > 3 || strspn(digits, "0123456789") != strlen(digits))
        return false;
    *bits = (unsigned)strtoul(digits, NULL, 10);
    return *bits <= most;
}

int host_policies_add(struct host_policies *policies, const char *policy, const char *prefix, struct err *err)
{
    unsigned os = 0;
    while (os < OS_COUNT && strcmp(policy_names[os], policy) != 0)
        os++;
    if (os == OS_COUNT)
        return err_set(err, -EINVAL, "no such host-os-policy: \"%s\"", policy);
    struct address address;
    unsigned bits;
    if (!parse_prefix(prefix, &address, &bits))
        return err_set(err, -EINVAL, "expected an address or a prefix, such as 10.0.0.0/8, not \"%s\"",
                       prefix);
    if (grow(policies, bits) != 0)
        return err_set(err, -ENOMEM, "too many host-os-policy prefixes for the memory");
    uint32_t at = address.version == 4 ? ROOT_V4 : ROOT_V6;
    for (unsigned i = 0; i < bits; i++) {
        bool bit = address_bit(&address, i);
        if (policies->nodes[at].child[bit] == 0) {
            policies->nodes[policies->count] = (struct node){.policy = NO_POLICY};
            policies->nodes[at].child[bit] = policies->count++;
        }
        at = policies->nodes[at].child[bit];
    }
    policies->nodes[at].policy = (uint8_t)os;
    return 0;
}

enum os_policy host_policies_find(const struct host_policies *policies, const struct address *address)
{
    if (policies == NULL)
        return address->version == 4 ? OS_WINDOWS : OS_BSD;
    unsigned most = address->version == 4 ? 32 : 128;
    uint32_t at = address->version == 4 ? ROOT_V4 : ROOT_V6;
    uint8_t best = NO_POLICY;
    for (unsigned i = 0;; i++) {
        if (policies->nodes[at].policy != NO_POLICY)
            best = policies->nodes[at].policy;
        if (i == most)
            break;
        at = policies->nodes[at].child[address_bit(address, i)];
        if (at == 0)
            break;
    }
    return best == NO_POLICY ? OS_BSD : (enum os_policy)best;
}
