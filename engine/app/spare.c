#include "app/parser_list.h"
#include "app/spare.h"

#include <stdlib.h>

#include "app/session.h"

enum { SPARE_MOST = 256 }; /* transactions of one protocol */

static size_t head_size(void)
{
    return (sizeof(struct app_session) + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
}

void spares_init(struct spares *spares)
{
    *spares = (struct spares){0};
    for (int i = 0; i < APP_PROTO_COUNT; i++) {
        const struct app_parser *parser = app_parser_find((enum app_proto)i);
        if (parser)
            pool_init(&spares->sessions[i], head_size() + parser->state_size, SIZE_MAX / 2);
    }
}

void spares_fini(struct spares *spares)
{
    for (int i = 0; i < APP_PROTO_COUNT; i++) {
        const struct app_parser *parser = app_parser_find((enum app_proto)i);
        while (spares->transactions[i]) {
            struct app_tx *tx = spares->transactions[i];
            spares->transactions[i] = tx->next;
            if (parser->tx_reuse && parser->tx_free)
                parser->tx_free(NULL, tx);
            free(tx);
        }
        pool_fini(&spares->sessions[i]);
    }
}

/* Tests bring parsers of their own, under the name of one that is built. */
static bool is_built(const struct app_parser *parser)
{
    return app_parser_find(parser->proto) == parser;
}

struct app_session *spare_session_get(struct spares *spares, const struct app_parser *parser)
{
    size_t size = head_size() + parser->state_size;
    struct app_session *session =
        is_built(parser) ? pool_get(&spares->sessions[parser->proto]) : malloc(size);
    if (!session)
        return NULL;
    memset(session, 0, size);
    session->parser = parser;
    session->state = (char *)session + head_size();
    return session;
}

void spare_session_put(struct spares *spares, struct app_session *session)
{
    if (is_built(session->parser))
        pool_put(&spares->sessions[session->parser->proto], session);
    else
        free(session);
}

struct app_tx *spare_tx_get(struct spares *spares, const struct app_parser *parser)
{
    struct app_tx *tx = is_built(parser) ? spares->transactions[parser->proto] : NULL;
    if (!tx)
        return calloc(1, parser->tx_size);
    spares->transactions[parser->proto] = tx->next;
    spares->count[parser->proto]--;
    memset(tx, 0, parser->tx_reuse ? sizeof *tx : parser->tx_size);
    return tx;
}

void spare_tx_put(struct spares *spares, struct app_session *session, struct app_tx *tx)
{
    const struct app_parser *parser = session->parser;
    bool kept = is_built(parser) && spares->count[parser->proto] < SPARE_MOST;
    if (kept && parser->tx_reuse)
        parser->tx_reuse(session, tx);
    else if (parser->tx_free)
        parser->tx_free(session, tx);
    if (!kept) {
        free(tx);
        return;
    }
    tx->next = spares->transactions[parser->proto];
    spares->transactions[parser->proto] = tx;
    spares->count[parser->proto]++;
}
