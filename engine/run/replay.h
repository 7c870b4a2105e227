/* A replay (sluice.h) as the commands of this program see it, beyond the public interface. */
#ifndef SLUICE_RUN_REPLAY_H
#define SLUICE_RUN_REPLAY_H

#include "run/observer.h"
#include "run/stats.h"
#include "sluice.h"

struct match_profile;

/* Before the run. Borrowed until the replay is freed; its calls come with numbers of workers below the
 * threads that were asked for. */
void replay_observe(struct sluice_replay *replay, const struct run_observer *observer);

/* After the run; good until the replay is freed. */
const struct run_counters *replay_counters(const struct sluice_replay *replay);

/* Of a worker, when the observer asked for it; else NULL. As above. */
const struct match_profile *replay_profile(const struct sluice_replay *replay, unsigned worker);

/* Instead of sluice_replay_free by a process that is about to end: the rules are left to the kernel (a build
 * with assertions, as for the sanitizers, frees them all the same). NULL is nothing. */
void replay_leave(struct sluice_replay *replay);

/* The name of a capture, folders resolved; NULL from the number of captures on. After the run. */
const char *replay_capture_name(const struct sluice_replay *replay, size_t index);

#endif
