/* QUIC in EVE: a record for each packet that told something, as Suricata's quic records have it. */
#include <stdio.h>

#include "app/quic/quic.h"
#include "output/eve_app.h"

enum { /* IANA's TLS ExtensionType values, of those that are shown with what is in them */
       EXTENSION_SERVER_NAME = 0,
       EXTENSION_SIGNATURE_ALGORITHMS = 13,
       EXTENSION_ALPN = 16,
       EXTENSION_SUPPORTED_VERSIONS = 43,
};

static const struct extension {
    uint16_t type;
    const char *name;
} extensions[] = {
#define EXTENSION(type, name) {type, name},
#include "output/tls_extension_list.h"
#undef EXTENSION
};

static const char *extension_name(uint16_t type)
{
    for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++)
        if (extensions[i].type == type)
            return extensions[i].name;
    return NULL;
}

static void put_version(struct json_line *l, uint16_t version)
{
    static const char *const names[] = {"Ssl30", "Tls10", "Tls11", "Tls12", "Tls13"};
    char text[40];
    snprintf(text, sizeof text, "TlsVersion(%u / %#x)", version, version);
    line_text(l, NULL, version >= 0x300 && version <= 0x304 ? names[version - 0x300] : text);
}

static void put_versions(struct json_line *l, const struct tls_hello *tls)
{
    if (!tls->client)
        put_version(l, tls->selected_version);
    for (unsigned i = 0; tls->client && i < tls->supported_versions.count; i++)
        put_version(l, tls->supported_versions.values[i]);
}

static void put_algorithms(struct json_line *l, const struct tls_hello *tls)
{
    char text[8];
    for (unsigned i = 0; i < tls->signature_algorithms.count; i++) {
        snprintf(text, sizeof text, "%u", tls->signature_algorithms.values[i]);
        line_text(l, NULL, text);
    }
}

static void put_values(struct json_line *l, const struct tls_hello *tls, uint16_t type)
{
    struct line_mark mark = line_mark(l);
    line_open_list(l, "values");
    switch (type) {
    case EXTENSION_SERVER_NAME:
        if (tls->server_name.p)
            line_bytes(l, NULL, tls->server_name);
        break;
    case EXTENSION_SIGNATURE_ALGORITHMS:
        put_algorithms(l, tls);
        break;
    case EXTENSION_ALPN:
        for (unsigned i = 0; i < tls->alpn_count; i++)
            line_bytes(l, NULL, tls->alpn[i]);
        break;
    case EXTENSION_SUPPORTED_VERSIONS:
        put_versions(l, tls);
        break;
    default:
        break;
    }
    line_close_filled(l, mark);
}

static bool is_grease(uint16_t value) /* RFC 8701 */
{
    return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

static void put_extensions(struct json_line *l, const struct tls_hello *tls)
{
    enum { GREASE_SHOWN = 0xfafa }; /* whichever it was: they are random */
    if (!tls->extensions.count)
        return;
    line_open_list(l, "extensions");
    for (unsigned i = 0; i < tls->extensions.count; i++) {
        uint16_t type = tls->extensions.values[i];
        const char *name = extension_name(type);
        line_open(l, NULL);
        if (name)
            line_text(l, "name", name);
        line_uint(l, "type", is_grease(type) ? GREASE_SHOWN : type);
        put_values(l, tls, type);
        line_close(l);
    }
    line_close_list(l);
}

static void put_fingerprint(struct json_line *l, const char *key, const char *hash, const struct buf *string)
{
    line_open(l, key);
    line_text(l, "hash", hash);
    line_bytes(l, "string", buf_slice(string));
    line_close(l);
}

static void put_cyu(struct json_line *l, const struct quic_tx *tx)
{
    if (!tx->cyu_count)
        return;
    line_open_list(l, "cyu");
    for (unsigned i = 0; i < tx->cyu_count; i++)
        put_fingerprint(l, NULL, tx->cyu[i].hash, &tx->cyu[i].string);
    line_close_list(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *app_tx, bool alert)
{
    (void)session;
    (void)alert;
    const struct quic_tx *tx = (const struct quic_tx *)app_tx;
    line_open(l, "quic");
    char version[QUIC_VERSION_TEXT];
    struct slice name;
    quic_version_text(tx->version, version);
    line_text(l, "version", version);
    if (quic_tx_server_name(tx, &name))
        line_bytes(l, "sni", name);
    if (tx->has_user_agent)
        line_bytes(l, "ua", buf_slice(&tx->user_agent));
    put_cyu(l, tx);
    if (quic_tx_fingerprints(tx)) {
        bool client = tx->direction == TO_SERVER;
        put_fingerprint(l, client ? "ja3" : "ja3s", tx->hello->ja3_hash, &tx->hello->ja3);
        if (client)
            line_text(l, "ja4", tx->hello->ja4);
        put_extensions(l, &tx->hello->tls);
    }
    line_close(l);
    return true;
}

const struct eve_app eve_app_quic = {.record = RECORD_QUIC, .no_tx_id = true, .put = put};
