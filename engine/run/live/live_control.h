/*
 * The commands of a run's control socket (docs/control.md). Most are answered in the socket's own thread;
 * what belongs to the run is asked of it and answered between two batches, by live_control_serve.
 */
#ifndef SLUICE_RUN_LIVE_CONTROL_H
#define SLUICE_RUN_LIVE_CONTROL_H

#include <jansson.h>
#include <stdatomic.h>

#include "base/err.h"

struct live_settings;
struct privileges;
struct log;
struct reload;
struct shared_maps;

enum live_question { LIVE_ASK_STATUS, LIVE_ASK_STATS, LIVE_ASK_FLOWS };

struct live_control_config {
    const struct live_settings *settings;
    const struct log *log;
    struct reload *reload;
    const struct shared_maps *maps; /* NULL: there is no XDP program */
    atomic_bool *stop, *rotate;
    /* In the run's thread, from live_control_serve; number: of flows. NULL when memory is short. */
    json_t *(*answer)(void *ctx, enum live_question question, unsigned number);
    void *ctx;
};

struct live_control;

/*
 * run.control of the settings: a path, or "no". NULL in *out for "no", and when the default path is another
 * run's, which is told. 0 or a negative errno with *err.
 */
int live_control_open(struct live_control **out, const struct live_control_config *config, struct err *err);

/* Takes NULL. live_control_serve is not called any more. */
void live_control_close(struct live_control *control);

/* Between two batches; cheap when nobody asks. Takes NULL. */
void live_control_serve(struct live_control *control);

#endif
