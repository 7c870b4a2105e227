/*
 * Decode, defragmentation and stream events: the oddities that decode-event and stream-event rules name.
 *
 * packet_event_list.h names them all. A packet holds a small set of them; what no longer fits is counted.
 */
#ifndef SLUICE_PACKET_PACKET_EVENT_H
#define SLUICE_PACKET_PACKET_EVENT_H

#include "base/slice.h"

enum packet_event {
    EVENT_NONE,
#define PACKET_EVENT(id, name) EVENT_##id,
#include "packet/packet_event_list.h"
#undef PACKET_EVENT
    EVENT_COUNT
};

enum { PACKET_EVENTS = 15 }; /* as many as one packet keeps */

struct packet_events {
    uint8_t count;
    uint8_t lost; /* events that found no room, saturating */
    uint16_t list[PACKET_EVENTS];
};

/* Adds the event once. */
void packet_event_add(struct packet_events *events, enum packet_event event);

static inline bool packet_event_has(const struct packet_events *events, enum packet_event event)
{
    for (unsigned i = 0; i < events->count; i++)
        if (events->list[i] == event)
            return true;
    return false;
}

/* The name as rules write it after decode-event: (or after stream-event:, prefixed "stream."). */
const char *packet_event_name(enum packet_event event);

/* By that name; EVENT_NONE when there is none such. */
enum packet_event packet_event_by_name(struct slice name);

#endif
