/*
 * The whole engine in one call, for tests: rules as text and frames in, alerts out. One thread, no files, no
 * cache.
 */
#ifndef TESTS_SUPPORT_ENGINE_H
#define TESTS_SUPPORT_ENGINE_H

#include "inspect/inspect.h"
#include "packet/decode.h"

struct found_alert {
    uint32_t sid;
    uint64_t number; /* pcap_cnt; 0 at a flow's end */
    uint64_t flow_id;
    enum direction direction;
    bool blocked, dropped; /* as judged */
};

struct found {
    struct found_alert *list;
    uint32_t count, capacity;
    uint32_t rules, refused;
    bool dropped[256];  /* inline: by the frame's number */
    bool out_of_memory; /* an allocation failed somewhere on the way, and was survived */
};

struct engine_options {
    bool no_prefilter;
    enum checksum_mode checksums;
    bool rewrites; /* the frames are changed by `replace` */
    struct tcp_config tcp;
    bool every_protocol; /* those that are off by default, too */
    uint32_t idle_s;     /* of flows; not 0: time advances before each frame, not at the end only */
    struct judgement (*judge)(void *ctx, const struct alert_record *record); /* ctx: what was found */
    void (*flow)(void *ctx, const struct flow *flow);
    const struct bypass_ops *bypass;
    struct exception_policies exceptions; /* unset: what cannot be followed is ignored */
    void (*dropped)(void *ctx, const struct drop_record *record); /* ctx: what was found */
    /* Of what the rules cost; not NULL: it is counted. */
    void (*profile)(void *ctx, const struct match_profile *profile);
    void *profile_ctx;
    const struct match_probe *probe;
    void (*wait_turn)(void *ctx); /* as if there were other workers */
    void *wait_ctx;
    const char
        *next_rules; /* take the place of the first ones before each frame of `renew_at` (bits by index) */
    uint64_t renew_at;
};

/* 0; -ENOMEM (or what the rules' reader said) when it could not start. The caller frees what was found either
 * way. */
int engine_run(const char *rules, const struct frame *frames, unsigned count,
               const struct engine_options *options, struct found *found);

void found_fini(struct found *found);

/* Whether both have the same alerts of the same packets in the same order; if not, both are printed. */
bool found_same(const struct found *with, const struct found *without);

/* How many alerts of this sid there are; -1 for any. */
unsigned found_count(const struct found *found, int64_t sid);

#endif
