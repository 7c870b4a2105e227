/*
 * At which stage of its transaction (base/app_stage.h) a buffer can be looked into: a rule whose header names
 * a stage may only look into what belongs to it, as in Suricata. Constants only; any thread.
 */
#ifndef SLUICE_RULE_BUFFER_STAGE_H
#define SLUICE_RULE_BUFFER_STAGE_H

#include "base/app_stage.h"
#include "base/buffer_id.h"

/* The name of the buffer's stage in that direction; NULL: it belongs to none, or to all. */
const char *buffer_stage(enum buffer_id buffer, unsigned side);

#endif
