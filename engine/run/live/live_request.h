/* What requests of the control socket ask for, as values. Clients are not trusted. Pure; any thread. */
#ifndef SLUICE_RUN_LIVE_REQUEST_H
#define SLUICE_RUN_LIVE_REQUEST_H

#include <jansson.h>

#include "verdict/blocks.h"
#include "verdict/steering.h"

enum { FLOWS_ASKED = 20, FLOWS_ASKED_MOST = 1000 };

struct block_request {
    struct block_target target;
    uint64_t duration_ns; /* an hour unless it is said */
    uint32_t sid;
};

/* Each 0, or -EINVAL with *err. "blocks" with "add", and its "target" alone, as "remove" has it; */
int block_request_parse(const json_t *request, struct block_request *out, struct err *err);
int target_request_parse(const json_t *request, struct block_target *target, struct err *err);

/* "steering" with "set": all of it, into what is zeroed; */
int steering_request_parse(const json_t *request, struct steering *steering, struct err *err);

/* "flows". */
int flows_request_parse(const json_t *request, unsigned *number, struct err *err);

#endif
