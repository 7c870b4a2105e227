#include "verdict/steering.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_port(const struct steering *s, enum steering_transport t, unsigned port)
{
    return s->ports[t][port / 64] >> (port % 64) & 1;
}

static void set_bit(uint64_t *words, unsigned bit, bool on)
{
    if (on)
        words[bit / 64] |= 1ull << (bit % 64);
    else
        words[bit / 64] &= ~(1ull << (bit % 64));
}

/* A number up to `most` at *at, which moves behind it. */
static bool number(const char **at, unsigned most, unsigned *out)
{
    const char *p = *at;
    unsigned value = 0;
    if (*p < '0' || *p > '9')
        return false;
    for (; *p >= '0' && *p <= '9'; p++) {
        value = value * 10 + (unsigned)(*p - '0');
        if (value > most)
            return false;
    }
    *at = p;
    *out = value;
    return true;
}

static int port_range(struct steering *s, enum steering_transport t, const char **at, bool add)
{
    unsigned first, last;
    if (!number(at, 65535, &first))
        return -EINVAL;
    last = first;
    if (**at == '-' || **at == ':') {
        ++*at;
        if (!number(at, 65535, &last) || last < first)
            return -EINVAL;
    }
    for (unsigned port = first; port <= last; port++)
        set_bit(s->ports[t], port, add);
    return 0;
}

int steering_ports(struct steering *s, enum steering_transport t, const char *text, bool add, struct err *err)
{
    bool all = strcmp(text, "all") == 0 || strcmp(text, "any") == 0;
    if (strcmp(text, "none") == 0 || (all && !add)) {
        memset(s->ports[t], 0, sizeof s->ports[t]);
        s->all[t] = false;
        return 0;
    }
    if (all) {
        s->all[t] = true;
        return 0;
    }
    if (s->all[t] && !add) { /* all but these */
        memset(s->ports[t], 0xff, sizeof s->ports[t]);
        s->all[t] = false;
    }
    const char *at = text;
    do {
        if (port_range(s, t, &at, add) || (*at && *at != ',')) {
            err_fill(err, "\"%.60s\" is not a list of ports", text);
            err_hint(err, "for example 80,443,8000-8999; or all, or none");
            return -EINVAL;
        }
    } while (*at++ == ',');
    return 0;
}

static int protocol_number(const char *name)
{
    unsigned value;
    const char *at = name;
    if (number(&at, 255, &value) && !*at)
        return (int)value;
    static const struct {
        const char *name;
        int number;
    } names[] = {{"icmp", IPPROTO_ICMP},     {"tcp", IPPROTO_TCP},   {"udp", IPPROTO_UDP},
                 {"icmpv6", IPPROTO_ICMPV6}, {"gre", IPPROTO_GRE},   {"esp", IPPROTO_ESP},
                 {"ah", IPPROTO_AH},         {"sctp", IPPROTO_SCTP}, {"igmp", IPPROTO_IGMP},
                 {"ipip", IPPROTO_IPIP}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].number;
    struct protoent *entry = getprotobyname(name);
    return entry && entry->p_proto >= 0 && entry->p_proto < 256 ? entry->p_proto : -EINVAL;
}

static void set_protocol(struct steering *s, unsigned protocol, bool add)
{
    enum steering_transport t = protocol == IPPROTO_UDP ? STEERING_UDP : STEERING_TCP;
    if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) {
        set_bit(s->protocols, protocol, add);
        return;
    }
    memset(s->ports[t], 0, sizeof s->ports[t]);
    s->all[t] = add;
}

int steering_protocols(struct steering *s, const char *text, bool add, struct err *err)
{
    if (strcmp(text, "none") == 0) {
        memset(s->protocols, 0, sizeof s->protocols);
        return 0;
    }
    while (*text) {
        char name[32];
        size_t n = strcspn(text, ",");
        snprintf(name, sizeof name, "%.*s", (int)(n < sizeof name ? n : sizeof name - 1), text);
        int protocol = n < sizeof name ? protocol_number(name) : -EINVAL;
        if (protocol < 0) {
            err_fill(err, "there is no IP protocol \"%s\"", name);
            err_hint(err, "names such as icmp, icmpv6, gre, sctp, or numbers up to 255, with commas between");
            return -EINVAL;
        }
        set_protocol(s, (unsigned)protocol, add);
        text += n + (text[n] == ',');
    }
    return 0;
}

bool prefix_parse(const char *text, struct prefix *out)
{
    char address[ADDRESS_TEXT];
    size_t n = strcspn(text, "/");
    unsigned length = 0;
    if (n >= sizeof address)
        return false;
    memcpy(address, text, n);
    address[n] = 0;
    if (!address_parse(address, &out->address))
        return false;
    unsigned most = out->address.version == 4 ? 32 : 128;
    if (!text[n])
        length = most;
    else {
        const char *at = text + n + 1;
        if (!number(&at, most, &length) || *at)
            return false;
    }
    out->length = (uint8_t)length;
    for (unsigned bit = length; bit < 128; bit++)
        out->address.bytes[bit / 8] &= (uint8_t) ~(0x80u >> (bit % 8));
    return true;
}

static int find(const struct steering *s, const struct prefix *p)
{
    for (unsigned i = 0; i < s->prefix_count; i++)
        if (s->prefixes[i].prefix.length == p->length &&
            address_equal(&s->prefixes[i].prefix.address, &p->address))
            return (int)i;
    return -1;
}

static int parse(const char *text, struct prefix *p, struct err *err)
{
    if (prefix_parse(text, p))
        return 0;
    err_fill(err, "\"%.60s\" is neither an address nor a prefix", text);
    err_hint(err, "for example 192.0.2.0/24, 2001:db8::/32 or 192.0.2.7");
    return -EINVAL;
}

int steering_prefix_add(struct steering *s, const char *text, bool include, struct err *err)
{
    struct prefix p;
    int result = parse(text, &p, err);
    if (result)
        return result;
    int at = find(s, &p);
    if (at < 0 && s->prefix_count == STEERING_PREFIXES)
        return err_set(err, -ENOSPC, "there are %d prefixes already, which is the most", STEERING_PREFIXES);
    if (at < 0)
        at = (int)s->prefix_count++;
    s->prefixes[at] = (struct steering_prefix){.prefix = p, .include = include};
    return 0;
}

int steering_prefix_remove(struct steering *s, const char *text, struct err *err)
{
    struct prefix p;
    int result = parse(text, &p, err);
    if (result)
        return result;
    int at = find(s, &p);
    if (at < 0)
        return err_set(err, -ENOENT, "the prefix %.60s is not there", text);
    s->prefixes[at] = s->prefixes[--s->prefix_count];
    return 0;
}

static bool any(const uint64_t *words, unsigned n)
{
    uint64_t all = 0;
    for (unsigned i = 0; i < n; i++)
        all |= words[i];
    return all != 0;
}

bool steering_is_none(const struct steering *s)
{
    return !s->all[STEERING_TCP] && !s->all[STEERING_UDP] && !any(s->protocols, 4) &&
           !any(s->ports[0], 1024) && !any(s->ports[1], 1024);
}

int steering_print_ports(const struct steering *s, enum steering_transport t, struct buf *out)
{
    if (s->all[t])
        return buf_printf(out, "all");
    bool first = true;
    for (unsigned port = 0; port < 65536; port++) {
        if (!has_port(s, t, port))
            continue;
        unsigned last = port;
        while (last < 65535 && has_port(s, t, last + 1))
            last++;
        int result = last == port ? buf_printf(out, "%s%u", first ? "" : ",", port)
                                  : buf_printf(out, "%s%u-%u", first ? "" : ",", port, last);
        if (result)
            return result;
        first = false;
        port = last;
    }
    return first ? buf_printf(out, "none") : 0;
}

int steering_print_protocols(const struct steering *s, struct buf *out)
{
    bool first = true;
    for (unsigned p = 0; p < 256; p++) {
        if (!(s->protocols[p / 64] >> (p % 64) & 1))
            continue;
        static const char *const names[256] = {
            [IPPROTO_ICMP] = "icmp", [IPPROTO_IGMP] = "igmp", [IPPROTO_IPIP] = "ipip",
            [IPPROTO_GRE] = "gre",   [IPPROTO_ESP] = "esp",   [IPPROTO_ICMPV6] = "icmpv6",
            [IPPROTO_AH] = "ah",     [IPPROTO_SCTP] = "sctp"};
        int result = names[p] ? buf_printf(out, "%s%s", first ? "" : ",", names[p])
                              : buf_printf(out, "%s%u", first ? "" : ",", p);
        if (result)
            return result;
        first = false;
    }
    return first ? buf_printf(out, "none") : 0;
}
