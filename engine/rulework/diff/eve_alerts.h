/*
 * The alerts of an EVE file, of this engine or another: what tells one from the other and where it was.
 *
 * The list owns its texts. Lines that are no alerts are passed over; what is no JSON object is an error. One
 * thread.
 */
#ifndef SLUICE_RULEWORK_EVE_ALERTS_H
#define SLUICE_RULEWORK_EVE_ALERTS_H

#include <stdint.h>
#include <stdio.h>

struct err;

enum { EVE_ALERTS_MOST = 1 << 22, EVE_LINE_MOST = 16 << 20 };

struct eve_alert {
    uint32_t gid, sid, rev, severity;
    uint64_t packet; /* pcap_cnt; 0: a flow's end, or not told */
    uint64_t line;   /* of the file */
    const char *time;
    const char *ends; /* "TCP 10.0.0.1:40000 -> 10.0.0.2:80", as the packet went */
    const char *flow; /* the same whichever way it went */
    const char *message, *category, *action;
};

struct arena;

struct eve_alerts {
    struct eve_alert *list; /* in the order of the file */
    uint32_t count, capacity;
    struct arena *texts;
};

/* 0, or a negative errno with *err (`name`, line, column); eve_alerts_fini either way. */
int eve_alerts_read(struct eve_alerts *out, FILE *file, const char *name, struct err *err);
void eve_alerts_fini(struct eve_alerts *alerts);

#endif
