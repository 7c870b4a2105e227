/* One request on one line. Pure; any thread. */
#ifndef SLUICE_CONTROL_CLIENT_H
#define SLUICE_CONTROL_CLIENT_H

#include "base/buf.h"
#include "base/slice.h"
#include "control/server.h"

/* Answers a request with one line, appended to `out`, its newline included. 0 or -ENOMEM. */
int control_answer(const struct control_config *config, struct slice line, struct buf *out);

#endif
