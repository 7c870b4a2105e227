/*
 * What the parts of `sluice xdp` share: their table, errors, options that several take, JSON. Prints; one
 * thread.
 */
#ifndef SLUICE_CLI_XDP_CLI_H
#define SLUICE_CLI_XDP_CLI_H

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "cli/parts.h"
#include "verdict/pins.h"
#include "verdict/steering.h"

extern const struct command_part xdp_attach_part, xdp_detach_part, xdp_status_part, xdp_steering_part,
    xdp_blocks_part, xdp_count_part;

/* The options of steering, as a piece of a table. */
#define STEERING_OPTIONS                                                                               \
    {"tcp", 0, "PORTS", "TCP ports to inspect, either side: 80,443,8000-8999, all, none", NULL, NULL}, \
        {"udp", 0, "PORTS", "UDP ports to inspect", NULL, NULL},                                       \
        {"protocols", 0, "LIST", "further IP protocols to inspect: icmp,gre,132", NULL, NULL},         \
        {"include", 0, "PREFIX", "only traffic from or to it (may be given again)", NULL, NULL},       \
    {                                                                                                  \
        "exclude", 0, "PREFIX", "no traffic from or to it (may be given again)", NULL, NULL            \
    }

#define XDP_OPTIONS                                                                   \
    {"json", 0, NULL, "print JSON", NULL, NULL},                                      \
        {"pins", 0, "DIR", "where maps are pinned (" PINS_DIRECTORY ")", NULL, NULL}, \
        {"help", 'h', NULL, "this text", NULL, NULL},                                 \
    {                                                                                 \
        0                                                                             \
    }

/* The last value of the option, "" when it takes none, NULL when it was not given. */
const char *xdp_option(const struct parsed *parsed, const char *name);

/* The n-th argument that is no option, or NULL. */
const char *xdp_argument(const struct parsed *parsed, unsigned n);
unsigned xdp_argument_count(const struct parsed *parsed);

/* Applies the steering options that were given. 0, or an exit code after saying what is wrong. */
int xdp_apply_steering(const struct parsed *parsed, struct steering *s, bool add, bool *any);

/* "tcp 80,443; udp none; ...", one line each with `indent`. */
void xdp_print_steering(const struct steering *s, const char *indent);

/* Prints the object on one line and frees it; EXIT_RAN or EXIT_FAILED. */
int xdp_print_json(json_t *object);

/* "sluice: MESSAGE" and the hint, to standard error; the exit code. */
int xdp_error(const struct err *err);
int xdp_usage(const char *part, const char *text);

/* "1.2 M", "345": counts and bytes for people. */
enum { XDP_AMOUNT = 16 };
const char *xdp_amount(unsigned long long n, char text[XDP_AMOUNT]);

#endif
