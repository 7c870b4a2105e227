/*
 * Sessions and transactions between uses: what one flow gives back the next one takes, without malloc in the
 * steady state. Belongs to the application engine; one worker's. Internal to engine.c and session.c.
 */
#ifndef SLUICE_APP_SPARE_H
#define SLUICE_APP_SPARE_H

#include "app/parser.h"
#include "base/pool.h"

struct spares {
    struct pool sessions[APP_PROTO_COUNT];
    struct app_tx *transactions[APP_PROTO_COUNT]; /* linked by next */
    uint32_t count[APP_PROTO_COUNT];
};

void spares_init(struct spares *spares);
void spares_fini(struct spares *spares);

/* Zeroed, its `parser` and `state` set. NULL when memory is short. */
struct app_session *spare_session_get(struct spares *spares, const struct app_parser *parser);
void spare_session_put(struct spares *spares, struct app_session *session);

/* As parser.h says of tx_size and tx_reuse. NULL when memory is short. */
struct app_tx *spare_tx_get(struct spares *spares, const struct app_parser *parser);

/* A transaction that owns nothing but what tx_reuse or tx_free deals with. */
void spare_tx_put(struct spares *spares, struct app_session *session, struct app_tx *tx);

#endif
