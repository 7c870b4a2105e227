#include "run/live/live_policy.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#include "run/settings/settings.h"
#include "verdict/policy.h"

enum { LEAST_IPV6_PREFIX = 32 /* what a provider has */ };

static struct address address_of(const struct sockaddr *from)
{
    struct address a = {0};
    if (from && from->sa_family == AF_INET) {
        a.version = 4;
        memcpy(a.bytes, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
    } else if (from && from->sa_family == AF_INET6) {
        a.version = 6;
        memcpy(a.bytes, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 16);
    }
    return a;
}

static int protect_own(struct policy *policy, struct err *err)
{
    struct ifaddrs *list;
    int result = 0;
    if (getifaddrs(&list))
        return err_set(err, -errno, "the addresses of this machine cannot be told: %s", strerror(errno));
    for (struct ifaddrs *i = list; i && !result; i = i->ifa_next) {
        struct address a = address_of(i->ifa_addr);
        if (a.version)
            result = policy_own_add(policy, &a);
    }
    freeifaddrs(list);
    return result ? err_set(err, result, "the addresses of this machine cannot be kept") : 0;
}

int live_policy_prepare(struct settings *settings, struct err *err)
{
    struct live_settings *s = &settings->live;
    if (s->ipv6_prefix < LEAST_IPV6_PREFIX || s->ipv6_prefix > 128)
        return err_set(err, -EINVAL, "verdict.ipv6-prefix: expected a number from %d to 128, not %u",
                       LEAST_IPV6_PREFIX, s->ipv6_prefix);
    policy_ipv6_prefix(s->policy, (uint8_t)s->ipv6_prefix);
    policy_flows(s->policy, s->block_alerts, s->block_seconds);
    for (unsigned i = 0; i < policy_hosts(s->policy); i++) {
        struct err why = {0};
        if (policy_host_check(s->policy, i, &why))
            return err_set(err, -EINVAL, "verdict.host-block.%u: %s", i, why.message);
    }
    return protect_own(s->policy, err);
}

void live_policy_exchange(struct settings *in_use, struct settings *prepared)
{
    struct live_settings *a = &in_use->live, *b = &prepared->live, was = *a;
    a->policy = b->policy;
    a->block_alerts = b->block_alerts;
    a->block_seconds = b->block_seconds;
    a->most_blocks = b->most_blocks;
    a->dry_run = b->dry_run;
    b->policy = was.policy;
    b->block_alerts = was.block_alerts;
    b->block_seconds = was.block_seconds;
    b->most_blocks = was.most_blocks;
    b->dry_run = was.dry_run;
}
