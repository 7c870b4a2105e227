/*
 * What became of a block: put, refused, expired, evicted. Values; what is borrowed lives for the
 * call. Who decides is run/live/live_verdict.h, who writes it down output/eve_verdict.c.
 */
#ifndef SLUICE_OUTPUT_VERDICT_RECORD_H
#define SLUICE_OUTPUT_VERDICT_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/address.h"

struct buf;
struct output_options;

enum verdict_event { VERDICT_BLOCKED, VERDICT_REFUSED, VERDICT_EXPIRED, VERDICT_EVICTED };

struct verdict_record {
    enum verdict_event event;
    const char *reason;  /* VERDICT_REFUSED; NULL else */
    uint64_t time_ns;    /* since 1970, as all times here */
    uint64_t flow_id;    /* of the flow that alerted; 0: not known */
    uint32_t gid, sid;   /* of the alert; gid 0: not known; both 0: by hand */
    bool enforced;       /* the kernel drops; else others are to, by this record */
    bool dry_run;        /* nothing was done, it would have been */
    bool is_host;        /* else a flow */
    struct address host; /* with its prefix */
    uint8_t host_length;
    struct address source, destination; /* of a flow: the source is charged; of a host: of the packet */
    uint16_t source_port, destination_port;
    uint8_t protocol;              /* 0: not known, and no addresses (a host that has expired) */
    uint64_t since_ns, expires_ns; /* expires_ns 0: never; since_ns 0: now */
    uint64_t packets, bytes;       /* dropped by it; VERDICT_EXPIRED, _EVICTED */
};

int eve_verdict(struct buf *out, const struct verdict_record *record, const struct output_options *options);

#endif
