#include "base/app_event.h"

static const char *const names[APP_EVENT_COUNT] = {
    [APP_EVENT_NONE] = "none",
#define APP_EVENT(id, name) [APP_EVENT_##id] = name,
#include "base/app_event_list.h"
#undef APP_EVENT
};

const char *app_event_name(enum app_event event)
{
    return (unsigned)event < APP_EVENT_COUNT ? names[event] : "unknown";
}

enum app_event app_event_by_name(struct slice name)
{
    for (unsigned i = APP_EVENT_NONE + 1; i < APP_EVENT_COUNT; i++)
        if (slice_equal(name, slice_str(names[i])))
            return (enum app_event)i;
    return APP_EVENT_NONE;
}
