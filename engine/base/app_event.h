/* The ids of app_event_list.h, and their names. Constants only. */
#ifndef SLUICE_BASE_APP_EVENT_H
#define SLUICE_BASE_APP_EVENT_H

#include "base/slice.h"

enum app_event {
    APP_EVENT_NONE,
#define APP_EVENT(id, name) APP_EVENT_##id,
#include "base/app_event_list.h"
#undef APP_EVENT
    APP_EVENT_COUNT
};

/* "dns.malformed_data"; never NULL. */
const char *app_event_name(enum app_event event);

/* By its whole name, case-sensitive; APP_EVENT_NONE for a name that is not in the list. */
enum app_event app_event_by_name(struct slice name);

#endif
