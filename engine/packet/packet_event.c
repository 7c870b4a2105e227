#include "packet/packet_event.h"

static const char *const event_names[EVENT_COUNT] = {
    [EVENT_NONE] = "",
#define PACKET_EVENT(id, name) [EVENT_##id] = name,
#include "packet/packet_event_list.h"
#undef PACKET_EVENT
};

/* A few events answer to a second name in rules. */
static const struct {
    const char *name;
    enum packet_event event;
} event_aliases[] = {
    {"stream.3whs_synack_resend_with_diff_ack", EVENT_STREAM_3WHS_SYNACK_RESEND_WITH_DIFFERENT_ACK},
    {"stream.est_synack_resend_with_diff_ack", EVENT_STREAM_EST_SYNACK_RESEND_WITH_DIFFERENT_ACK},
};

void packet_event_add(struct packet_events *events, enum packet_event event)
{
    if (event == EVENT_NONE || packet_event_has(events, event))
        return;
    if (events->count < PACKET_EVENTS)
        events->list[events->count++] = (uint16_t)event;
    else if (events->lost < UINT8_MAX)
        events->lost++;
}

const char *packet_event_name(enum packet_event event)
{
    return event < EVENT_COUNT ? event_names[event] : "";
}

enum packet_event packet_event_by_name(struct slice name)
{
    for (unsigned i = EVENT_NONE + 1; i < EVENT_COUNT; i++)
        if (slice_equal(name, slice_str(event_names[i])))
            return (enum packet_event)i;
    for (size_t i = 0; i < sizeof event_aliases / sizeof event_aliases[0]; i++)
        if (slice_equal(name, slice_str(event_aliases[i].name)))
            return event_aliases[i].event;
    return EVENT_NONE;
}
