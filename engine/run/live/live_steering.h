/* What run.steering of the settings selects, as a value. Any thread. */
#ifndef SLUICE_RUN_LIVE_STEERING_H
#define SLUICE_RUN_LIVE_STEERING_H

#include "run/settings/settings.h"
#include "verdict/steering.h"

struct shared_maps;

/* 0, or -EINVAL with *err: a slip, or nothing is selected. */
int live_steering(const struct live_settings *settings, struct steering *steering, struct err *err);

/* Into the maps while a run goes on: takes and gives back the lock of the pins. 0 or a negative errno. */
int live_steering_write(const struct steering *steering, const struct shared_maps *maps, struct err *err);

#endif
