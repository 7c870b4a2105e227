/*
 * The report of a replay as one HTML page that needs nothing else: sluice replay --report.
 *
 * It listens to the run (run/observer.h) and keeps what the page tells; afterwards it writes the page. Made
 * before the run, by one thread; freed before the replay is.
 */
#ifndef SLUICE_REPORT_REPLAY_REPORT_H
#define SLUICE_REPORT_REPLAY_REPORT_H

#include "base/buf.h"
#include "report/refusals.h"
#include "run/replay.h"

struct replay_report;

/* For so many workers. NULL when memory is short. */
struct replay_report *replay_report_new(unsigned workers);
void replay_report_free(struct replay_report *report);

/* Whom the replay tells: replay_observe. */
const struct run_observer *replay_report_observer(const struct replay_report *report);

/*
 * After the run, once: appends the page. `refusals` (sorted) were told by the run's callbacks; `made_s` is
 * the time that the page gives as its own, in seconds since 1970. `repeatable`: without times of this
 * machine, so that another run gives the same page. 0 or -ENOMEM.
 */
int replay_report_write(struct replay_report *report, const struct sluice_replay *replay,
                        const struct refusals *refusals, uint64_t made_s, bool repeatable, struct buf *out);

#endif
