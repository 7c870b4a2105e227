#include "verdict/policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/grow.h"

enum { WORD_MOST = 128 };
static const uint64_t ns_per_s = UINT64_C(1000000000);

struct sid_range {
    uint32_t gid, first, last;
};

struct host_entry {
    struct sid_range *sids;
    char **classes;
    uint32_t sid_count, sid_capacity, class_count, class_capacity;
    int priority; /* this or more urgent; 0: none for its priority */
    uint64_t duration_ns;
    bool has_duration;
    enum policy_who who;
};

struct prefix_list {
    struct prefix *list;
    uint32_t count, capacity;
};

struct policy {
    bool every_alert;
    uint64_t flow_ns;
    struct host_entry *hosts;
    uint32_t host_count, host_capacity;
    struct prefix_list never, own;
    uint8_t ipv6_bits;
};

struct policy *policy_new(void)
{
    struct policy *p = calloc(1, sizeof *p);
    if (p)
        p->ipv6_bits = 64;
    return p;
}

void policy_ipv6_prefix(struct policy *p, uint8_t bits)
{
    p->ipv6_bits = bits;
}

void policy_free(struct policy *p)
{
    if (!p)
        return;
    for (uint32_t i = 0; i < p->host_count; i++) {
        for (uint32_t k = 0; k < p->hosts[i].class_count; k++)
            free(p->hosts[i].classes[k]);
        free(p->hosts[i].classes);
        free(p->hosts[i].sids);
    }
    free(p->hosts);
    free(p->never.list);
    free(p->own.list);
    free(p);
}

void policy_flows(struct policy *p, bool every_alert, uint32_t seconds)
{
    p->every_alert = every_alert;
    p->flow_ns = seconds * ns_per_s;
}

/* The next of the words between commas, trimmed. False at the end; an empty or overlong one is "". */
static bool next_word(const char **text, char word[WORD_MOST])
{
    if (!**text)
        return false;
    size_t n = strcspn(*text, ",");
    const char *from = *text;
    *text += n + ((*text)[n] == ',');
    while (n && *from == ' ')
        from++, n--;
    while (n && from[n - 1] == ' ')
        n--;
    if (n >= WORD_MOST)
        n = 0;
    memcpy(word, from, n);
    word[n] = '\0';
    return true;
}

static bool number(const char **text, uint64_t most, uint32_t *out)
{
    char *end;
    if (**text < '0' || **text > '9')
        return false;
    errno = 0;
    unsigned long long n = strtoull(*text, &end, 10);
    *text = end;
    *out = (uint32_t)n;
    return !errno && n <= most;
}

/* "2000001", "2-9", "3:17". */
static bool parse_sids(const char *text, struct sid_range *out)
{
    out->gid = 1;
    if (!number(&text, UINT32_MAX, &out->first))
        return false;
    if (*text == ':') {
        text++;
        out->gid = out->first;
        if (!number(&text, UINT32_MAX, &out->first))
            return false;
    }
    out->last = out->first;
    if (*text == '-') {
        text++;
        if (!number(&text, UINT32_MAX, &out->last))
            return false;
    }
    return !*text && out->first <= out->last;
}

static int put_sids(struct host_entry *e, const char *value, struct err *err)
{
    char word[WORD_MOST];
    while (next_word(&value, word)) {
        struct sid_range range;
        if (!parse_sids(word, &range))
            return err_set(err, -EINVAL, "expected sids such as 2000001, 2-9 or 3:17, not \"%s\"", word);
        if (grow_array(&e->sids, e->sid_count, &e->sid_capacity))
            return err_set(err, -ENOMEM, "out of memory");
        e->sids[e->sid_count++] = range;
    }
    return 0;
}

static int put_classes(struct host_entry *e, const char *value, struct err *err)
{
    char word[WORD_MOST];
    while (next_word(&value, word)) {
        if (!*word)
            return err_set(err, -EINVAL, "expected the names of classtypes");
        char *copy = strdup(word);
        if (!copy || grow_array(&e->classes, e->class_count, &e->class_capacity)) {
            free(copy);
            return err_set(err, -ENOMEM, "out of memory");
        }
        e->classes[e->class_count++] = copy;
    }
    return 0;
}

static int put_number(const char *member, const char *value, uint32_t most, uint32_t *out, struct err *err)
{
    const char *rest = value;
    if (!number(&rest, most, out) || *rest)
        return err_set(err, -EINVAL, "%s: expected a number, not \"%s\"", member, value);
    return 0;
}

static int put_who(struct host_entry *e, const char *value, struct err *err)
{
    static const char *const names[] = {[POLICY_SOURCE] = "source",
                                        [POLICY_DESTINATION] = "destination",
                                        [POLICY_ATTACKER] = "attacker",
                                        [POLICY_TARGET] = "target"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcasecmp(value, names[i]) == 0) {
            e->who = (enum policy_who)i;
            return 0;
        }
    return err_set(err, -EINVAL, "who: expected source, destination, attacker or target, not \"%s\"", value);
}

static int entry_at(struct policy *p, unsigned index, struct host_entry **out, struct err *err)
{
    if (index > p->host_count || index >= POLICY_ENTRIES)
        return err_set(err, -EINVAL, "at most %d entries, numbered without gaps", POLICY_ENTRIES);
    if (index == p->host_count) {
        if (grow_array(&p->hosts, p->host_count, &p->host_capacity))
            return err_set(err, -ENOMEM, "out of memory");
        p->hosts[p->host_count++] = (struct host_entry){.who = POLICY_ATTACKER};
    }
    *out = &p->hosts[index];
    return 0;
}

int policy_host_put(struct policy *p, unsigned index, const char *member, const char *value, struct err *err)
{
    struct host_entry *e;
    uint32_t n = 0;
    int result = entry_at(p, index, &e, err);
    if (result)
        return result;
    if (strcmp(member, "sids") == 0)
        return put_sids(e, value, err);
    if (strcmp(member, "classtypes") == 0)
        return put_classes(e, value, err);
    if (strcmp(member, "who") == 0)
        return put_who(e, value, err);
    if (strcmp(member, "priority") == 0) {
        result = put_number(member, value, 255, &n, err);
        e->priority = result ? e->priority : (int)n;
        return result;
    }
    if (strcmp(member, "seconds") == 0) {
        result = put_number(member, value, UINT32_MAX, &n, err);
        e->duration_ns = n * ns_per_s;
        e->has_duration = result == 0;
        return result;
    }
    err_set(err, -ENOENT, "there is no \"%s\" here", member);
    err_hint(err, "known are sids, classtypes, priority, seconds, who");
    return -ENOENT;
}

int policy_host_check(const struct policy *p, unsigned index, struct err *err)
{
    if (index >= p->host_count)
        return err_set(err, -EINVAL, "the entry is empty");
    const struct host_entry *e = &p->hosts[index];
    if (!e->sid_count && !e->class_count && !e->priority)
        return err_set(err, -EINVAL, "the entry names no alerts: sids, classtypes or priority is missing");
    if (!e->has_duration)
        return err_set(err, -EINVAL, "the entry does not say for how long: seconds is missing");
    return 0;
}

unsigned policy_hosts(const struct policy *p)
{
    return p->host_count;
}

static int add_prefix(struct prefix_list *l, const struct prefix *prefix)
{
    if (l->count >= POLICY_NEVER)
        return -ENOSPC;
    if (grow_array(&l->list, l->count, &l->capacity))
        return -ENOMEM;
    l->list[l->count++] = *prefix;
    return 0;
}

int policy_never_add(struct policy *p, const char *text, struct err *err)
{
    char word[WORD_MOST];
    while (next_word(&text, word)) {
        struct prefix prefix;
        if (!prefix_parse(word, &prefix))
            return err_set(err, -EINVAL, "expected an address or a prefix, not \"%s\"", word);
        int result = add_prefix(&p->never, &prefix);
        if (result)
            return err_set(err, result, "no room for more than %d prefixes", POLICY_NEVER);
    }
    return 0;
}

static uint8_t address_bits(const struct address *a)
{
    return a->version == 4 ? 32 : 128;
}

int policy_own_add(struct policy *p, const struct address *address)
{
    struct prefix prefix = {*address, address_bits(address)};
    return add_prefix(&p->own, &prefix);
}

static bool prefix_holds(const struct prefix *p, const struct address *a)
{
    unsigned whole = p->length / 8, rest = p->length % 8;
    if (p->address.version != a->version || memcmp(p->address.bytes, a->bytes, whole) != 0)
        return false;
    return rest == 0 || (p->address.bytes[whole] ^ a->bytes[whole]) >> (8 - rest) == 0;
}

static bool listed(const struct prefix_list *l, const struct address *a)
{
    for (uint32_t i = 0; i < l->count; i++)
        if (prefix_holds(&l->list[i], a))
            return true;
    return false;
}

/* Whether one holds the other. */
static bool overlap(const struct prefix_list *l, const struct prefix *prefix)
{
    for (uint32_t i = 0; i < l->count; i++) {
        const struct prefix *p = &l->list[i];
        if (prefix_holds(p->length < prefix->length ? p : prefix,
                         &(p->length < prefix->length ? prefix : p)->address))
            return true;
    }
    return false;
}

/* An attacker has not an address but a network of them (RFC 6177): blocking one would not be noticed. */
static struct prefix blocked_for(const struct policy *p, const struct address *host)
{
    struct prefix alone = {*host, address_bits(host)}, whole = alone;
    if (host->version != 6 || p->ipv6_bits >= 128)
        return alone;
    whole.length = p->ipv6_bits;
    const unsigned part = whole.length / 8;
    uint8_t *bytes = whole.address.bytes;
    bytes[part] = (uint8_t)(bytes[part] & 0xff00 >> whole.length % 8);
    memset(bytes + part + 1, 0, 15 - part);
    return overlap(&p->never, &whole) || overlap(&p->own, &whole) ? alone : whole;
}

static bool is_about(const struct host_entry *e, const struct policy_alert *a)
{
    if (e->priority && a->priority <= e->priority)
        return true;
    for (uint32_t i = 0; i < e->sid_count; i++)
        if (e->sids[i].gid == a->gid && e->sids[i].first <= a->sid && a->sid <= e->sids[i].last)
            return true;
    for (uint32_t i = 0; i < e->class_count; i++)
        if (strcasecmp(e->classes[i], a->class_name) == 0)
            return true;
    return false;
}

static const struct address *who_is(enum policy_who who, const struct policy_alert *a)
{
    switch (who) {
    case POLICY_SOURCE:
        return &a->source;
    case POLICY_DESTINATION:
        return &a->destination;
    case POLICY_ATTACKER:
        return a->source_target ? &a->destination : &a->source;
    default:
        return a->source_target && !a->destination_target ? &a->source : &a->destination;
    }
}

static void decide_flow(const struct policy *p, const struct policy_alert *a, struct policy_part *flow)
{
    if (!p->every_alert && !a->drops)
        return;
    *flow = (struct policy_part){.wanted = true, .duration_ns = p->flow_ns};
    if (!a->has_flow)
        flow->refused = POLICY_NO_PORTS;
    else if (a->in_tunnel)
        flow->refused = POLICY_IN_TUNNEL;
    else if (listed(&p->never, &a->source) || listed(&p->never, &a->destination))
        flow->refused = POLICY_NEVER_BLOCK;
}

/* The first entry that is about the alert decides. */
void policy_decide(const struct policy *p, const struct policy_alert *a, struct policy_decision *d)
{
    *d = (struct policy_decision){0};
    decide_flow(p, a, &d->flow);
    for (uint32_t i = 0; i < p->host_count && !d->host.wanted; i++) {
        const struct host_entry *e = &p->hosts[i];
        const struct address *host = who_is(e->who, a);
        if (!host->version || !is_about(e, a))
            continue;
        d->address = blocked_for(p, host);
        d->host = (struct policy_part){.wanted = true, .duration_ns = e->duration_ns};
        if (a->in_tunnel)
            d->host.refused = POLICY_IN_TUNNEL;
        else if (listed(&p->never, host) || listed(&p->own, host))
            d->host.refused = POLICY_NEVER_BLOCK;
    }
}

const char *policy_refusal_name(enum policy_refusal refusal)
{
    static const char *const names[] = {[POLICY_REFUSED_NOT] = "",
                                        [POLICY_NEVER_BLOCK] = "never-block",
                                        [POLICY_NO_PORTS] = "protocol",
                                        [POLICY_IN_TUNNEL] = "tunnel"};
    return names[refusal];
}

/* Each block costs its share of a second; the bucket holds one second and drains as time goes. */
bool policy_rate_take(struct policy_rate *r, uint32_t most, uint64_t now_ns)
{
    if (!most)
        return true;
    uint64_t cost = ns_per_s / most, passed = now_ns > r->at_ns ? now_ns - r->at_ns : 0;
    r->spent_ns -= passed < r->spent_ns ? passed : r->spent_ns;
    r->at_ns = now_ns > r->at_ns ? now_ns : r->at_ns;
    if (r->spent_ns + cost > ns_per_s)
        return false;
    r->spent_ns += cost;
    return true;
}
