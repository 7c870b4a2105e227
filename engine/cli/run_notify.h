/* What a run tells the service manager: sd_notify(3)'s datagrams, to the socket of NOTIFY_SOCKET. Any thread.
 */
#ifndef SLUICE_CLI_RUN_NOTIFY_H
#define SLUICE_CLI_RUN_NOTIFY_H

#include "run/live/live_event.h"

/* Without that socket nothing happens. */
void run_notify(enum live_event event);

#endif
