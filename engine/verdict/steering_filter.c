#include "verdict/steering_filter.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "verdict/steering.h"

/* "80,8000-8999", as steering_print_ports has it. */
static int print_ports(struct buf *out, const char *text)
{
    int failed = 0;
    for (const char *at = text; *at && !failed; at += *at == ',') {
        char *end;
        unsigned long first = strtoul(at, &end, 10), last = *end == '-' ? strtoul(end + 1, &end, 10) : first;
        const char *joint = at == text ? "" : " or ";
        failed = first == last ? buf_printf(out, "%sport %lu", joint, first)
                               : buf_printf(out, "%sportrange %lu-%lu", joint, first, last);
        at = end;
    }
    return failed;
}

/* Fragments but the first have no ports: all of them are taken, as by the program. */
static int print_transport(const struct steering *s, enum steering_transport t, struct buf *out)
{
    const char *name = t == STEERING_TCP ? "tcp" : "udp";
    if (s->all[t])
        return buf_printf(out, "%s or ", name);
    struct buf ports = {0};
    int failed = steering_print_ports(s, t, &ports);
    failed = failed ? failed : buf_append_byte(&ports, 0);
    if (!failed && ports.p[0] >= '0' && ports.p[0] <= '9') {
        failed = buf_printf(out, "(%s and (", name);
        failed = failed ? failed : print_ports(out, (const char *)ports.p);
        failed = failed ? failed
                        : buf_printf(out, ")) or (ip proto %d and ip[6:2] & 0x1fff != 0) or ",
                                     t == STEERING_TCP ? IPPROTO_TCP : IPPROTO_UDP);
    }
    buf_fini(&ports);
    return failed;
}

static int print_once(const struct steering *s, struct buf *out)
{
    int failed = print_transport(s, STEERING_TCP, out);
    failed = failed ? failed : print_transport(s, STEERING_UDP, out);
    for (unsigned i = 0; i < 256 && !failed; i++)
        if (s->protocols[i / 64] >> (i % 64) & 1)
            failed = buf_printf(out, "ip proto %u or ip6 proto %u or ", i, i);
    if (!failed)
        failed = buf_printf(out, "ip6 proto %d or ip6 proto %d or ip6 proto %d or ip6 proto %d",
                            IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_FRAGMENT, IPPROTO_DSTOPTS);
    return failed;
}

/* `vlan` moves all offsets behind it, whatever the brackets say. */
int steering_filter(const struct steering *s, struct buf *out)
{
    if (s->prefix_count)
        return -EOPNOTSUPP;
    int failed = print_once(s, out);
    for (int tags = 0; tags < 2 && !failed; tags++) {
        failed = buf_printf(out, " or (vlan and (");
        failed = failed ? failed : print_once(s, out);
    }
    static const char ends[] = "))))"; /* its NUL as well */
    return failed ? failed : buf_append(out, slice_of((const uint8_t *)ends, sizeof ends));
}
