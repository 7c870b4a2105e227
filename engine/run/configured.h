/* What the settings say of a run, whatever brings its frames. Pure; any thread. */
#ifndef SLUICE_RUN_CONFIGURED_H
#define SLUICE_RUN_CONFIGURED_H

#include "run/pipeline.h"
#include "run/settings/settings.h"

/*
 * A pipeline's configuration, but for where frames come from, where records go and who is told; it borrows
 * from all three. The stores (stores.h) are not part of it.
 */
struct pipeline_config pipeline_configured(const struct settings *settings, struct ruleset *ruleset,
                                           struct shared_state *shared);

#endif
