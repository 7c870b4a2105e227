/*
 * From a packet's addresses to the rules that only ask for addresses, without walking all of them.
 *
 * Each rule is entered under the more selective of its two address sets, into a table of intervals; the rest
 * of its header is checked by the caller. Built once, const from then on; any thread may look up.
 */
#ifndef SLUICE_MATCH_IP_ONLY_H
#define SLUICE_MATCH_IP_ONLY_H

#include "rule/rule.h"

struct ip_only;

struct ip_only_rule {
    uint32_t rule;
    const struct rule_header *header;
};

/* 0 or -ENOMEM. */
int ip_only_new(const struct ip_only_rule *rules, uint32_t count, struct ip_only **out);
void ip_only_free(struct ip_only *ip_only);

struct ip_only_found {
    const uint32_t *rules;
    uint32_t count;
};

enum { IP_ONLY_LISTS = 3 };

/* Lists that together hold every rule whose address sets fit (and others, and some rules twice). */
void ip_only_find(const struct ip_only *ip_only, const struct address *source,
                  const struct address *destination, struct ip_only_found found[IP_ONLY_LISTS]);

#endif
