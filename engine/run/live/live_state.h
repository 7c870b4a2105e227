/*
 * Inside live.h: what a live run consists of, for live.c, which puts it together and takes it apart, and
 * live_loop.c, which is what goes on in between.
 */
#ifndef SLUICE_RUN_LIVE_STATE_H
#define SLUICE_RUN_LIVE_STATE_H

#include "run/cpus.h"
#include "run/live/live.h"
#include "run/live/live_control.h"
#include "run/live/live_inline.h"
#include "run/live/live_source.h"
#include "run/live/live_stats.h"
#include "run/live/live_verdict.h"
#include "run/live/live_watch.h"
#include "run/privileges.h"
#include "run/live/reload.h"
#include "run/stores.h"
#include "verdict/shared_maps.h"

struct live {
    const struct live_config *config;
    struct settings *settings;
    struct loaded_rules rules;
    struct shared_state *shared;
    struct shared_maps maps;
    struct input *input;
    struct pipeline *pipeline;
    struct sink *sink;
    struct reload *reload;
    struct live_control *control;
    uint64_t alive_ns;
    struct live_source source;
    struct live_watch watch;
    struct cpu_list cpus;
    struct stores stores;
    struct live_verdict verdict;
    struct bypass_ops bypass;
    struct live_stats stats;
    struct buf notes; /* records of the run's own, on their way */
    struct privileges privileges;
    struct live_inline inlined;
    bool mapped;
    uint64_t leaving_ns, leaving_wall_ns; /* when it was noticed that the run is to end; 0: it is not */
};

#endif
