/*
 * What `verdict:` of the settings says, made ready for use and exchanged while a run goes on. The policy
 * belongs to its settings; live_verdict.h carries it out.
 */
#ifndef SLUICE_RUN_LIVE_POLICY_H
#define SLUICE_RUN_LIVE_POLICY_H

#include "base/err.h"

struct settings;

/* Once for each settings, any thread: the policy is checked, and the addresses that this machine has now will
 * not be blocked as hosts. 0 or a negative errno with *err. */
int live_policy_prepare(struct settings *settings, struct err *err);

/*
 * What was in use for what was prepared: which alerts block what and for how long, which never, the cap, dry
 * run. In the thread that runs the pipeline, while nothing is in flight (pipeline_pause): workers read it.
 */
void live_policy_exchange(struct settings *in_use, struct settings *prepared);

#endif
