/* QUIC in EVE: a record for each packet that told something, as Suricata's quic records have it. */
#include <stdio.h>

#include "app/quic.h"
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

static json_t *version_name(uint16_t version)
{
    static const char *const names[] = {"Ssl30", "Tls10", "Tls11", "Tls12", "Tls13"};
    char text[40];
    if (version >= 0x300 && version <= 0x304)
        return json_text(names[version - 0x300]);
    snprintf(text, sizeof text, "TlsVersion(%u / %#x)", version, version);
    return json_text(text);
}

static void put_versions(struct json_writer *w, json_t *values, const struct tls_hello *tls)
{
    if (!tls->client)
        json_append(w, values, version_name(tls->selected_version));
    for (unsigned i = 0; tls->client && i < tls->supported_versions.count; i++)
        json_append(w, values, version_name(tls->supported_versions.values[i]));
}

static void put_algorithms(struct json_writer *w, json_t *values, const struct tls_hello *tls)
{
    char text[8];
    for (unsigned i = 0; i < tls->signature_algorithms.count; i++) {
        snprintf(text, sizeof text, "%u", tls->signature_algorithms.values[i]);
        json_append(w, values, json_text(text));
    }
}

static json_t *extension_values(struct json_writer *w, const struct tls_hello *tls, uint16_t type)
{
    json_t *values = json_array();
    switch (type) {
    case EXTENSION_SERVER_NAME:
        if (tls->server_name.p)
            json_append(w, values, json_bytes(tls->server_name));
        break;
    case EXTENSION_SIGNATURE_ALGORITHMS:
        put_algorithms(w, values, tls);
        break;
    case EXTENSION_ALPN:
        for (unsigned i = 0; i < tls->alpn_count; i++)
            json_append(w, values, json_bytes(tls->alpn[i]));
        break;
    case EXTENSION_SUPPORTED_VERSIONS:
        put_versions(w, values, tls);
        break;
    default:
        break;
    }
    return values;
}

static bool is_grease(uint16_t value) /* RFC 8701 */
{
    return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

static void put_extensions(struct json_writer *w, json_t *body, const struct tls_hello *tls)
{
    enum { GREASE_SHOWN = 0xfafa }; /* whichever it was: they are random */
    if (!tls->extensions.count)
        return;
    json_t *list = json_array();
    for (unsigned i = 0; i < tls->extensions.count; i++) {
        uint16_t type = tls->extensions.values[i];
        const char *name = extension_name(type);
        json_t *extension = json_object(), *values = extension_values(w, tls, type);
        if (name)
            json_put_text(w, extension, "name", name);
        json_put_uint(w, extension, "type", is_grease(type) ? GREASE_SHOWN : type);
        if (json_array_size(values))
            json_put(w, extension, "values", values);
        else
            json_decref(values);
        json_append(w, list, extension);
    }
    json_put(w, body, "extensions", list);
}

static json_t *hash_and_string(struct json_writer *w, const char *hash, const struct buf *string)
{
    json_t *object = json_object();
    json_put_text(w, object, "hash", hash);
    json_put_bytes(w, object, "string", buf_slice(string));
    return object;
}

static void put_cyu(struct json_writer *w, json_t *body, const struct quic_tx *tx)
{
    if (!tx->cyu_count)
        return;
    json_t *list = json_array();
    for (unsigned i = 0; i < tx->cyu_count; i++)
        json_append(w, list, hash_and_string(w, tx->cyu[i].hash, &tx->cyu[i].string));
    json_put(w, body, "cyu", list);
}

static bool put(struct json_writer *w, json_t *object, struct app_session *session, struct app_tx *app_tx,
                bool alert)
{
    (void)session;
    (void)alert;
    const struct quic_tx *tx = (const struct quic_tx *)app_tx;
    json_t *body = json_object();
    char version[QUIC_VERSION_TEXT];
    struct slice name;
    quic_version_text(tx->version, version);
    json_put_text(w, body, "version", version);
    if (quic_tx_server_name(tx, &name))
        json_put_bytes(w, body, "sni", name);
    if (tx->has_user_agent)
        json_put_bytes(w, body, "ua", buf_slice(&tx->user_agent));
    put_cyu(w, body, tx);
    if (quic_tx_fingerprints(tx)) {
        bool client = tx->direction == TO_SERVER;
        json_put(w, body, client ? "ja3" : "ja3s", hash_and_string(w, tx->hello->ja3_hash, &tx->hello->ja3));
        if (client)
            json_put_text(w, body, "ja4", tx->hello->ja4);
        put_extensions(w, body, &tx->hello->tls);
    }
    json_put(w, object, "quic", body);
    return true;
}

const struct eve_app eve_app_quic = {.record = RECORD_QUIC, .no_tx_id = true, .put = put};
