/* From inside the library to the callbacks of sluice.h, for every kind of run. Any thread, one at a time. */
#ifndef SLUICE_RUN_CALLBACKS_H
#define SLUICE_RUN_CALLBACKS_H

#include "base/log.h"
#include "sluice.h"

struct rule_refusal;

void callbacks_message(const struct sluice_callbacks *callbacks, enum log_level level, const char *message);
void callbacks_refused(const struct sluice_callbacks *callbacks, const struct rule_refusal *refusal);

#endif
