/*
 * The pinned maps that all interfaces share, opened. Descriptors belong to the struct; one thread.
 */
#ifndef SLUICE_VERDICT_SHARED_MAPS_H
#define SLUICE_VERDICT_SHARED_MAPS_H

#include "base/err.h"
#include "verdict/pins.h"
#include "verdict/steering.h"

struct xdp_object;

struct shared_maps {
    int flow_blocks, host_blocks, flow_bypass, heartbeat, host_ring;
    struct steering_maps steering;
};

/* 0, or a negative errno with nothing left open. */
int shared_maps_open(struct shared_maps *maps, const struct pins *pins, struct err *err);
void shared_maps_close(struct shared_maps *maps);

/* A map of one interface; the caller closes it. Negative errno. `path`: its directory, as pins_each_port
 * gives it. */
int port_map_open(const char *path, const char *name);

/* An object's own, which stay the object's. */
struct steering_maps steering_maps_of(const struct xdp_object *o);

#endif
