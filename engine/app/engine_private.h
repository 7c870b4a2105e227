/* The inside of an application engine, shared by session.c and engine.c only (and their tests). One worker's.
 */
#ifndef SLUICE_APP_ENGINE_PRIVATE_H
#define SLUICE_APP_ENGINE_PRIVATE_H

#include "app/engine.h"
#include "app/file/file_private.h"
#include "app/spare.h"

struct app_engine {
    struct app_config config;
    uint64_t unparsed; /* app_config_unparsed */
    struct app_hooks hooks;
    struct app_counters counters;
    struct file_tools files;
    uint64_t memory, memory_most;
    struct spares spares;
    void *common[APP_PROTO_COUNT];         /* app_common */
    struct expectations *own_expectations; /* without those of a run */
    bool flow_ends;                        /* what is parsed is the rest of a flow that has no packet */
};

/* Opens a session with that parser. NULL when memory is short (counted). */
struct app_session *app_session_open(struct app_engine *engine, struct flow *flow,
                                     const struct app_parser *parser);

/* ... that finds `handed` there, which it takes over: what the parser before has left. */
struct app_session *app_session_open_handed(struct app_engine *engine, struct flow *flow,
                                            const struct app_parser *parser, struct buf *handed);

/* After the rules have come to look at what there is: when they are to look next, packets or not. `looked`:
 * because of app_full. */
void app_look_later(struct app_session *session, bool looked);

/* The rules never look at that direction of it (any more). */
void app_tx_hide(struct app_tx *tx, enum direction direction);

/* Takes it out of its session and frees it. */
void app_tx_free(struct app_session *session, struct app_tx *tx);

#endif
