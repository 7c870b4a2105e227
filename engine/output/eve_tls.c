/* TLS in EVE: the extended form of Suricata's tls records. */
#include <stdio.h>
#include <time.h>

#include "app/config.h"
#include "app/tls/tls.h"
#include "output/eve_app.h"

enum { TLS13 = 0x0304 };

static void put_buf(struct json_line *l, const char *key, const struct buf *text)
{
    if (text->n)
        line_bytes(l, key, buf_slice(text));
}

static void put_date(struct json_line *l, const char *key, int64_t seconds)
{
    time_t time = (time_t)seconds;
    struct tm tm;
    char text[40];
    if (gmtime_r(&time, &tm) && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm))
        line_text(l, key, text);
}

static void put_certificate(struct json_line *l, struct tls_certificate *c)
{
    if (!c || !c->parsed)
        return;
    line_bytes(l, "subject", buf_slice(&c->subject));
    line_bytes(l, "issuerdn", buf_slice(&c->issuer));
    struct slice name = tls_certificate_name(c, 0), fingerprint = tls_certificate_fingerprint(c);
    if (name.p) {
        line_open_list(l, "subjectaltname");
        for (uint32_t i = 0; (name = tls_certificate_name(c, i)).p; i++)
            line_bytes(l, NULL, name);
        line_close_list(l);
    }
    put_buf(l, "serial", &c->serial);
    if (fingerprint.n)
        line_bytes(l, "fingerprint", fingerprint);
}

static void put_alpn(struct json_line *l, const char *key, const struct tls_side *side)
{
    struct line_mark mark = line_mark(l);
    struct slice name;
    line_open_list(l, key);
    for (unsigned i = 0; (name = tls_alpn(side, i)).p; i++)
        line_bytes(l, NULL, name);
    line_close_filled(l, mark);
}

static void put_ja3(struct json_line *l, const char *key, const struct tls_side *side)
{
    if (!side->ja3)
        return;
    line_open(l, key);
    line_text(l, "hash", side->ja3->hash);
    line_bytes(l, "string", slice_of(side->ja3->string, side->ja3->n));
    line_close(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    struct tls_tx *tls = (struct tls_tx *)tx;
    const struct tls_side *client = &tls->sides[TO_SERVER];
    struct tls_side *server = &tls->sides[TO_CLIENT];
    uint16_t version = server->version ? server->version : client->version;
    if (tls->is_frame || (!alert && !version))
        return false;
    line_open(l, "tls");
    if (!alert && !tls_certificate_there(server) && version && version < TLS13)
        line_bool(l, "session_resumed", true);
    put_certificate(l, server->certificate);
    put_buf(l, "sni", &tls->server_name);
    char text[TLS_VERSION_TEXT];
    tls_version_text(version, text);
    line_text(l, "version", version ? text : "UNDETERMINED");
    if (tls_certificate_there(server)) {
        put_date(l, "notbefore", server->certificate->not_before);
        put_date(l, "notafter", server->certificate->not_after);
    }
    if (tls_ja3_wanted(session)) {
        put_ja3(l, "ja3", client);
        put_ja3(l, "ja3s", server);
    }
    if (tls_tx_ja4(tls)[0])
        line_text(l, "ja4", tls->ja4);
    put_alpn(l, "client_alpns", client);
    put_alpn(l, "server_alpns", server);
    line_close(l);
    return true;
}

const struct eve_app eve_app_tls = {
    .record = RECORD_TLS, .no_tx_id = true, .of_flow = true, .upper_events = true, .put = put};
