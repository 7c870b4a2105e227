/* TLS in EVE: the extended form of Suricata's tls records. */
#include <stdio.h>
#include <time.h>

#include "app/config.h"
#include "app/tls.h"
#include "output/eve_app.h"

enum { TLS13 = 0x0304 };

static void put_buf(struct json_writer *w, json_t *object, const char *key, const struct buf *text)
{
    if (text->n)
        json_put_bytes(w, object, key, buf_slice(text));
}

static void put_date(struct json_writer *w, json_t *object, const char *key, int64_t seconds)
{
    time_t time = (time_t)seconds;
    struct tm tm;
    char text[40];
    if (gmtime_r(&time, &tm) && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm))
        json_put_text(w, object, key, text);
}

static void put_certificate(struct json_writer *w, json_t *object, const struct tls_certificate *c)
{
    if (!c->parsed)
        return;
    json_put_bytes(w, object, "subject", buf_slice(&c->subject));
    json_put_bytes(w, object, "issuerdn", buf_slice(&c->issuer));
    if (c->name_count) {
        json_t *names = json_array();
        for (uint32_t i = 0; i < c->name_count; i++)
            json_append(w, names, json_bytes(slice_of(c->names.p + c->name_spans[i].at, c->name_spans[i].n)));
        json_put(w, object, "subjectaltname", names);
    }
    put_buf(w, object, "serial", &c->serial);
    put_buf(w, object, "fingerprint", &c->fingerprint);
}

static void put_alpn(struct json_writer *w, json_t *object, const char *key, const struct tls_side *side)
{
    json_t *names = json_array();
    struct slice name;
    for (unsigned i = 0; (name = tls_alpn(side, i)).p; i++)
        json_append(w, names, json_bytes(name));
    if (json_array_size(names))
        json_put(w, object, key, names);
    else
        json_decref(names);
}

static void put_ja3(struct json_writer *w, json_t *object, const char *key, const struct tls_side *side)
{
    if (!side->ja_hash[0])
        return;
    json_t *ja3 = json_object();
    json_put_text(w, ja3, "hash", side->ja_hash);
    json_put_bytes(w, ja3, "string", buf_slice(&side->ja_string));
    json_put(w, object, key, ja3);
}

static bool put(struct json_writer *w, json_t *object, struct app_session *session, struct app_tx *tx,
                bool alert)
{
    struct tls_tx *tls = (struct tls_tx *)tx;
    const struct tls_side *client = &tls->sides[TO_SERVER], *server = &tls->sides[TO_CLIENT];
    uint16_t version = server->version ? server->version : client->version;
    if (!alert && !version)
        return false;
    json_t *body = json_object();
    if (!alert && !server->certificate.parsed && version && version < TLS13)
        json_put(w, body, "session_resumed", json_true());
    put_certificate(w, body, &server->certificate);
    put_buf(w, body, "sni", &tls->server_name);
    char text[TLS_VERSION_TEXT];
    tls_version_text(version, text);
    json_put_text(w, body, "version", version ? text : "UNDETERMINED");
    if (server->certificate.parsed) {
        put_date(w, body, "notbefore", server->certificate.not_before);
        put_date(w, body, "notafter", server->certificate.not_after);
    }
    if (tls_ja3_wanted(session)) {
        put_ja3(w, body, "ja3", client);
        put_ja3(w, body, "ja3s", server);
    }
    if (tls_tx_ja4(tls)[0])
        json_put_text(w, body, "ja4", tls->ja4);
    put_alpn(w, body, "client_alpns", client);
    put_alpn(w, body, "server_alpns", server);
    json_put(w, object, "tls", body);
    return true;
}

const struct eve_app eve_app_tls = {
    .record = RECORD_TLS, .no_tx_id = true, .of_flow = true, .upper_events = true, .put = put};
