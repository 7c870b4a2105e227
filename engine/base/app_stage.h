/*
 * The stages of app_stage_list.h: how far a direction of a transaction has come, by name and by number.
 * Constants only; any thread.
 */
#ifndef SLUICE_BASE_APP_STAGE_H
#define SLUICE_BASE_APP_STAGE_H

#include "base/app_proto.h"
#include "base/slice.h"

enum { APP_STAGE_LAST = 255 }; /* of http, which is http1 or http2: the last one, whatever its number */

struct app_stage {
    uint8_t side;   /* BUFFER_TO_SERVER or BUFFER_TO_CLIENT */
    uint8_t number; /* from 0 on, within its protocol and direction */
};

/* What a rule asks of the stage. */
enum stage_compare {
    STAGE_ANY,
    STAGE_AT /* it is at this stage, or has gone through it just now */,
    STAGE_BEFORE,
    STAGE_AFTER
};

struct rule_stage {
    uint8_t compare; /* enum stage_compare; STAGE_ANY: asks nothing */
    struct app_stage stage;
};

/* The stage of that name; request_started, request_complete, response_started and response_complete are the
 * first and the last of every protocol. False when there is none. */
bool app_stage_find(enum app_proto proto, struct slice name, struct app_stage *out);

/* The same, among the names that are the protocol's own. */
bool app_stage_find_own(enum app_proto proto, struct slice name, struct app_stage *out);

/* Never NULL. */
const char *app_stage_name(enum app_proto proto, struct app_stage stage);

/* The number of the last stage of a direction (BUFFER_TO_SERVER or BUFFER_TO_CLIENT). */
uint8_t app_stage_last(enum app_proto proto, unsigned side);

#endif
