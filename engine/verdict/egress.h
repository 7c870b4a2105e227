/*
 * Host mode's other direction: the tc program on an interface's egress, on the pinned maps of the XDP program
 * there. Its filter has a priority of its own; filters of other people stay. Hold pins' lock; one thread.
 */
#ifndef SLUICE_VERDICT_EGRESS_H
#define SLUICE_VERDICT_EGRESS_H

#include <stdint.h>

#include "base/err.h"

struct bpf_object;
struct pins;

enum { EGRESS_PRIORITY = 0x51ce };

/* A descriptor of the map of that name, which the caller of the finder closes; negative: none. */
typedef int egress_map_finder(void *ctx, const char *name);

/* Loads the program on the maps that are found; the caller closes the object. 0 or a negative errno. */
int egress_load(struct bpf_object **out, egress_map_finder *find, void *ctx, struct err *err);
int egress_program(const struct bpf_object *object);

/* The port's XDP program must be attached and pinned. 0, also when it is there already, or a negative errno:
 * -EBUSY when a filter of somebody else's has the priority. */
int egress_attach(const struct pins *pins, unsigned ifindex, struct err *err);

/* 0, also when nothing of ours is there, or a negative errno. Takes the queueing discipline that the filter
 * needed away when egress_attach made it and nobody else uses it. */
int egress_detach(const struct pins *pins, unsigned ifindex);

/* The id of our program on the interface's egress; 0: none. */
uint32_t egress_look(const struct pins *pins, unsigned ifindex);

#endif
