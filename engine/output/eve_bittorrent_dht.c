/* BitTorrent's DHT in EVE: one record a message. */
#include "app/dht/dht.h"
#include "output/eve_app.h"

#include <stdio.h>

enum { LIST_MOST = 256, IPV4 = 4, IPV6 = 16, IPV6_TEXT = 40 };

/* Where it is there. */
static void put_hex(struct json_line *l, const char *key, struct slice bytes)
{
    if (bytes.p)
        line_hex(l, key, bytes);
}

/* An address, all of its digits, and a port. */
static void put_peer(struct json_line *l, struct slice peer)
{
    struct cursor c = cursor_of(peer);
    struct slice address;
    uint16_t port;
    char text[IPV6_TEXT];
    size_t at = 0;
    bool version_6 = peer.n >= DHT_PEER6;
    if (!peer.p || !cursor_bytes(&c, version_6 ? IPV6 : IPV4, &address) || !cursor_be16(&c, &port))
        return;
    for (size_t i = 0; i < address.n; i++)
        if (version_6)
            at += (size_t)snprintf(text + at, sizeof text - at, i && i % 2 == 0 ? ":%02x" : "%02x",
                                   address.p[i]);
        else
            at += (size_t)snprintf(text + at, sizeof text - at, i ? ".%u" : "%u", address.p[i]);
    line_text(l, "ip", text);
    line_uint(l, "port", port);
}

/* Nodes of that many bytes: an ID and a peer. */
static void put_nodes(struct json_line *l, const char *key, struct slice nodes, size_t size)
{
    struct line_mark mark = line_mark(l);
    line_open_list(l, key);
    for (size_t i = 0; i < LIST_MOST && nodes.n >= size; i++, nodes = slice_from(nodes, size)) {
        line_open(l, NULL);
        put_hex(l, "id", slice_first(nodes, DHT_ID));
        put_peer(l, slice_from(slice_first(nodes, size), DHT_ID));
        line_close(l);
    }
    line_close_filled(l, mark);
}

static void put_values(struct json_line *l, struct slice values)
{
    struct line_mark mark = line_mark(l);
    struct cursor c = cursor_of(values);
    struct bencode_value peer;
    line_open_list(l, "values");
    for (size_t i = 0; i < LIST_MOST && bencode_item(&c, &peer); i++) {
        line_open(l, NULL);
        put_peer(l, peer.bytes);
        line_close(l);
    }
    line_close_filled(l, mark);
}

static void put_request(struct json_line *l, const struct dht_message *m)
{
    line_bytes(l, "request_type", m->type);
    if (!m->request.id.p)
        return;
    line_open(l, "request");
    put_hex(l, "id", m->request.id);
    put_hex(l, "target", m->request.target);
    put_hex(l, "info_hash", m->request.info_hash);
    put_hex(l, "token", m->request.token);
    if (m->request.has_implied_port)
        line_uint(l, "implied_port", m->request.implied_port);
    if (m->request.has_port)
        line_uint(l, "port", m->request.port);
    line_close(l);
}

static void put_response(struct json_line *l, const struct dht_message *m)
{
    line_open(l, "response");
    put_hex(l, "id", m->response.id);
    put_nodes(l, "nodes", m->response.nodes, DHT_NODE);
    put_nodes(l, "nodes6", m->response.nodes6, DHT_NODE6);
    put_values(l, m->response.values);
    put_hex(l, "token", m->response.token);
    line_close(l);
}

static void put_error(struct json_line *l, const struct dht_message *m)
{
    line_open(l, "error");
    line_uint(l, "num", m->error);
    line_bytes(l, "msg", m->text);
    line_close(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct dht_message *m = &((const struct dht_tx *)tx)->message;
    (void)session;
    (void)alert;
    line_open(l, "bittorrent_dht");
    if (m->transaction.p) {
        put_hex(l, "transaction_id", m->transaction);
        put_hex(l, "client_version", m->version);
    } else {
        line_text(l, "transaction_id", "");
    }
    if (m->kind == DHT_REQUEST)
        put_request(l, m);
    else if (m->kind == DHT_RESPONSE)
        put_response(l, m);
    else if (m->kind == DHT_ERROR)
        put_error(l, m);
    line_close(l);
    return true;
}

const struct eve_app eve_app_bittorrent_dht = {.record = RECORD_BITTORRENT_DHT, .no_tx_id = true, .put = put};
