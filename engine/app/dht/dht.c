#include "app/dht/dht.h"

#include "app/session.h"

/* As in Suricata what does not begin like a message passes in silence. */
static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    struct dht_message message;
    taken->bytes = in->bytes.n;
    if (!dht_message_read(in->bytes, &message))
        return PARSE_OK;
    struct dht_tx *tx = (struct dht_tx *)app_tx_new(s);
    if (!tx)
        return PARSE_GIVE_UP;
    app_memory_append(s, &tx->bytes, in->bytes); /* the record shows nothing */
    if (tx->bytes.n)
        dht_message_read(buf_slice(&tx->bytes), &tx->message);
    if (!message.kind || !message.transaction.p)
        app_tx_event(s, &tx->tx, in->direction, APP_EVENT_BITTORRENT_DHT_MALFORMED_PACKET);
    app_tx_one_sided(s, &tx->tx, in->direction);
    app_tx_complete(s, &tx->tx, in->direction);
    return PARSE_OK;
}

static void tx_free(struct app_session *s, struct app_tx *tx)
{
    struct dht_tx *dht = (struct dht_tx *)tx;
    app_memory_give(s, dht->bytes.n);
    buf_fini(&dht->bytes);
}

const struct app_parser bittorrent_dht_parser = {
    .proto = APP_BITTORRENT_DHT,
    .tx_size = sizeof(struct dht_tx),
    .parse = parse,
    .tx_free = tx_free,
};
