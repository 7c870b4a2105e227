/*
 * Which alerts block what, and for how long: nothing, the flow, or a host. A function of the alert and the
 * operator's words alone: no map is touched and no clock is read here. Built by one thread from the
 * settings, const from then on.
 */
#ifndef SLUICE_VERDICT_POLICY_H
#define SLUICE_VERDICT_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "verdict/steering.h"

enum { POLICY_ENTRIES = 256, POLICY_NEVER = 4096 };

enum policy_who { /* which host an entry blocks; the latter two by the rule's keyword `target` */
                  POLICY_SOURCE,
                  POLICY_DESTINATION,
                  POLICY_ATTACKER, /* without the keyword: the source */
                  POLICY_TARGET,   /* without it: the destination */
};

enum policy_refusal { POLICY_REFUSED_NOT, POLICY_NEVER_BLOCK, POLICY_NO_PORTS, POLICY_IN_TUNNEL };

struct policy;

struct policy_alert {
    uint32_t gid, sid;
    const char *class_name; /* "" without */
    int priority;
    bool drops;                             /* of a drop or reject rule, rate_filter included */
    bool source_target, destination_target; /* the rule's keyword `target` */
    bool has_flow;                          /* TCP or UDP */
    bool in_tunnel;                         /* the kernel sees other addresses than these */
    struct address source, destination;     /* of the packet that alerted */
};

struct policy_part {
    bool wanted;
    enum policy_refusal refused; /* wanted, but may not be */
    uint64_t duration_ns;        /* 0: until removed by hand */
};

struct policy_decision {
    struct policy_part flow, host;
    struct prefix address; /* of the host */
};

struct policy *policy_new(void); /* NULL when memory is short */
void policy_free(struct policy *policy);

/* Of flows: those of alerts that drop, or of every alert; 0 seconds: until removed by hand. */
void policy_flows(struct policy *policy, bool every_alert, uint32_t seconds);

/* As many bits of an IPv6 host's address are blocked (64 unless it is said), where nothing within that is
 * protected; else the address alone. */
void policy_ipv6_prefix(struct policy *policy, uint8_t bits);

/*
 * Entry `index` of the hosts' list, made when it is the next one. Members: "sids" ("2000001", "2-9", with a
 * gid in front "3:17"), "classtypes" (names; both with commas between, and again for more), "priority" (1
 * to this), "seconds", "who" ("source", ...). 0, -EINVAL, -ENOENT (no such member) or -ENOMEM with *err.
 */
int policy_host_put(struct policy *policy, unsigned index, const char *member, const char *value,
                    struct err *err);
/* Whether that entry says all that it must. 0 or -EINVAL. */
int policy_host_check(const struct policy *policy, unsigned index, struct err *err);
unsigned policy_hosts(const struct policy *policy);

/* "192.0.2.0/24, 2001:db8::1": neither such hosts nor their flows are blocked. */
int policy_never_add(struct policy *policy, const char *text, struct err *err);
/* An address of this machine: only never blocked as a host. 0 or a negative errno. */
int policy_own_add(struct policy *policy, const struct address *address);

void policy_decide(const struct policy *policy, const struct policy_alert *alert,
                   struct policy_decision *decision);

const char *policy_refusal_name(enum policy_refusal refusal);

/* A cap on new blocks: `most` a second at most, and as many at once after a quiet second. 0: no cap. */
struct policy_rate {
    uint64_t at_ns, spent_ns; /* of a bucket that drains */
};
bool policy_rate_take(struct policy_rate *rate, uint32_t most, uint64_t now_ns);

#endif
