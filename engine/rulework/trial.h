/*
 * Rules tried on a capture, in the pipeline that a replay has: which of them alert, and where. One worker, in
 * the calling thread; several trials may run at once, with a ruleset each or one for all.
 */
#ifndef SLUICE_RULEWORK_TRIAL_H
#define SLUICE_RULEWORK_TRIAL_H

#include <stdatomic.h>

#include "flow/direction.h"
#include "packet/address.h"
#include "run/rules.h"

enum { TRIAL_ALERTS_MOST = 65536 };

struct trial_alert {
    const struct rule *rule; /* of the ruleset */
    uint64_t packet;         /* its number; 0: at a flow's end */
    uint64_t flow_id;        /* 0: none */
    int64_t transaction;     /* -1: none */
    enum direction direction;
    struct address source, destination; /* of the packet */
    uint16_t source_port, destination_port;
    uint8_t protocol; /* over IP */
};

struct trial {
    struct trial_alert *list; /* in the order of the alerts; those past the cap are only counted */
    uint32_t count, capacity, lost;
    uint64_t packets, bad_checksums;
};

struct match_probe;

struct trial_config {
    const struct settings *settings;
    struct ruleset *ruleset;
    const struct frame *frames; /* a capture in memory, and */
    uint32_t frame_count;
    const char *const *captures; /* files and folders */
    size_t capture_count;
    uint32_t alerts_most;            /* that are kept; 0: TRIAL_ALERTS_MOST */
    const struct match_probe *probe; /* told of every evaluation; NULL */
    const struct log *log;
    atomic_bool *stop; /* may be NULL */
};

/* 0, or a negative errno with *err; call trial_fini either way. */
int trial_run(const struct trial_config *config, struct trial *out, struct err *err);
void trial_fini(struct trial *trial);

#endif
