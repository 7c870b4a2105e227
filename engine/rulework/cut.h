/*
 * Packets chosen out of captures: those of a flow, of a conversation between two ends, of the alerts of a
 * rule, or by number. Which packet is of which flow is what a replay says, since the same pipeline is asked.
 * One thread.
 */
#ifndef SLUICE_RULEWORK_CUT_H
#define SLUICE_RULEWORK_CUT_H

#include <stdatomic.h>

#include "base/buf.h"
#include "packet/frame.h"
#include "run/rules.h"

enum { CUT_PACKETS_MOST = 1 << 24, CUT_BYTES_MOST = 1 << 30 };

struct cut_end {
    struct address address; /* version 0: any */
    uint16_t port;          /* 0: any */
};

struct cut_config { /* one of flow_id, community, has_ends, last, sid */
    const struct settings *settings;
    const char *const *captures, *const *rule_paths;
    size_t capture_count, rule_path_count;
    uint64_t flow_id;      /* EVE's */
    const char *community; /* its community id */
    bool has_ends;
    struct cut_end ends[2]; /* in either order */
    uint64_t first, last;   /* numbers of packets, from 1 */
    uint32_t sid;           /* of a rule of rule_paths: the flows in which it alerts */
    int64_t context;        /* of each alert: only so many packets of its flow before and after; -1: all */
    const struct log *log;
    rule_refused_fn refused; /* may be NULL */
    void *ctx;
    atomic_bool *stop;
};

struct cut { /* owns the bytes */
    struct frame *frames;
    uint32_t count, capacity;
    struct buf bytes;
};

/* 0, or a negative errno with *err (a capture, a rule file, a cap); call cut_fini either way. Nothing found
 * is an empty cut. */
int cut_packets(const struct cut_config *config, struct cut *out, struct err *err);
void cut_fini(struct cut *cut);

#endif
