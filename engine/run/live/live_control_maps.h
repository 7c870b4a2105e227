/*
 * The commands of the control socket that are about the maps alone: like `sluice xdp` they open what they
 * need, under the pins' lock, beside the run. See live_control.h; one thread.
 */
#ifndef SLUICE_RUN_LIVE_CONTROL_MAPS_H
#define SLUICE_RUN_LIVE_CONTROL_MAPS_H

#include <jansson.h>

#include "base/err.h"

struct shared_maps;

/* 0 with *result, or a negative errno with *err. */
int live_control_blocks(const struct shared_maps *maps, const json_t *request, json_t **result,
                        struct err *err);
int live_control_bypass(const struct shared_maps *maps, const json_t *request, json_t **result,
                        struct err *err);
int live_control_steering(const struct shared_maps *maps, const json_t *request, json_t **result,
                          struct err *err);

/* Adds "interfaces" to the object: what the program on each has counted. */
int live_control_interfaces(json_t *stats, struct err *err);

#endif
