/* What happens to a run as a whole, for a service manager. */
#ifndef SLUICE_RUN_LIVE_EVENT_H
#define SLUICE_RUN_LIVE_EVENT_H

/* LIVE_ALIVE comes about once a second, traffic or none. */
enum live_event { LIVE_READY, LIVE_RELOADING, LIVE_RELOADED, LIVE_ALIVE, LIVE_STOPPING };

#endif
