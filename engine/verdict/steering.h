/*
 * Which traffic is inspected: as a value that can be parsed, changed and printed without a kernel, and its
 * way into the maps and back. A port matches on either side. The value belongs to the caller; one thread.
 */
#ifndef SLUICE_VERDICT_STEERING_H
#define SLUICE_VERDICT_STEERING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "packet/address.h"

enum { STEERING_PREFIXES = 4096 };
enum steering_transport { STEERING_TCP, STEERING_UDP };

struct prefix {
    struct address address;
    uint8_t length; /* bits of the address's own version */
};

struct steering_prefix {
    struct prefix prefix;
    bool include;
};

struct steering {
    uint64_t protocols[4];   /* a bit for each IP protocol but TCP and UDP, which have ports or `all` */
    uint64_t ports[2][1024]; /* by enum steering_transport */
    bool all[2];
    unsigned prefix_count;
    struct steering_prefix prefixes[STEERING_PREFIXES];
};

struct steering_maps { /* descriptors */
    int bank, steering, ports, prefixes;
};

/* "80,443,8000-8999", "all", "none"; adds them, or takes them away. 0 or -EINVAL with *err. */
int steering_ports(struct steering *s, enum steering_transport t, const char *text, bool add,
                   struct err *err);

/* "icmp,gre,47": names and numbers; TCP and UDP mean all of their ports. */
int steering_protocols(struct steering *s, const char *text, bool add, struct err *err);

/* Adds (replacing what was said of the same prefix) or takes away. 0, -EINVAL, -ENOSPC or -ENOENT. */
int steering_prefix_add(struct steering *s, const char *text, bool include, struct err *err);
int steering_prefix_remove(struct steering *s, const char *text, struct err *err);

/* Whether it selects nothing at all. */
bool steering_is_none(const struct steering *s);

/* As the options that would make it: "80,443,8000-8999", "all" or "none"; "icmp,gre". 0 or -ENOMEM. */
int steering_print_ports(const struct steering *s, enum steering_transport t, struct buf *out);
int steering_print_protocols(const struct steering *s, struct buf *out);

/* "10.0.0.0/8", "2001:db8::/32", or an address alone; what lies behind the length is cleared. */
bool prefix_parse(const char *text, struct prefix *out);
enum { PREFIX_TEXT = 52 };
void prefix_print(const struct prefix *p, char text[PREFIX_TEXT]);

/* Into the idle bank, then switched to: packets meet the old or the new, whole. 0 or a negative errno. Hold
 * pins' lock. */
int steering_write(const struct steering *s, const struct steering_maps *maps, struct err *err);
int steering_read(struct steering *s, const struct steering_maps *maps, struct err *err);

#endif
