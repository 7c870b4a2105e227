#include "run/tls_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "app/file/file_store.h"
#include "app/tls/tls.h"
#include "base/pem.h"
#include "flow/flow.h"
#include "inspect/inspect.h"

enum { NAME = 96 };

static int put_chain(const struct tls_certificate *certificate, struct buf *out)
{
    int rc = 0;
    for (uint32_t i = 0; !rc && i < certificate->kept; i++)
        rc = pem_certificate(tls_certificate_der(certificate, i), out);
    return rc;
}

/* Names come from the network: none of them begins a line of its own. */
static int put_text(const char *what, struct slice text, struct buf *out)
{
    int rc = buf_printf(out, "%-19s", what);
    for (size_t i = 0; !rc && i < text.n; i++) {
        uint8_t byte = text.p[i];
        rc = byte < ' ' || byte == 0x7f ? buf_printf(out, "\\x%02X", byte) : buf_append_byte(out, byte);
    }
    return rc ? rc : buf_append_byte(out, '\n');
}

static int put_time(uint64_t time_ns, struct buf *out)
{
    time_t seconds = (time_t)(time_ns / 1000000000);
    struct tm tm;
    char text[32] = "";
    if (gmtime_r(&seconds, &tm))
        strftime(text, sizeof text, "%m/%d/%Y-%H:%M:%S", &tm);
    return buf_printf(out, "%-19s%s.%06" PRIu64 "\n", "TIME:", text, time_ns / 1000 % 1000000);
}

/* From the client to the server, whoever sent the packet. */
static int put_connection(const struct transaction_record *record, struct buf *out)
{
    const struct flow *flow = record->flow;
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    address_print(&flow->client, client);
    address_print(&flow->server, server);
    int rc = put_time(record->time_ns, out);
    if (!rc && record->packet->number && record->packet->source != PACKET_FLOW_END)
        rc = buf_printf(out, "%-19s%" PRIu64 "\n", "PCAP PKT NUM:", record->packet->number);
    if (!rc)
        rc = buf_printf(out, "%-19s%s\n%-19s%s\n%-19s%u\n", "SRC IP:", client, "DST IP:", server,
                        "PROTO:", flow->protocol);
    return rc ? rc
              : buf_printf(out, "%-19s%u\n%-19s%u\n", "SRC PORT:", flow->client_port,
                           "DST PORT:", flow->server_port);
}

static int put_meta(const struct transaction_record *record, struct tls_certificate *certificate,
                    struct buf *out)
{
    int rc = put_connection(record, out);
    if (!rc)
        rc = put_text("TLS SUBJECT:", buf_slice(&certificate->subject), out);
    if (!rc)
        rc = put_text("TLS ISSUERDN:", buf_slice(&certificate->issuer), out);
    return rc ? rc : put_text("TLS FINGERPRINT:", tls_certificate_fingerprint(certificate), out);
}

static void make_name(const struct transaction_record *record, enum direction side, const char *ending,
                      char name[NAME])
{
    snprintf(name, NAME, "%s%" PRIu64 ".%" PRIu64 "-%" PRIu64 ".%s", side == TO_SERVER ? "client-" : "",
             record->time_ns / 1000000000, record->time_ns / 1000 % 1000000, record->flow->id, ending);
}

/* Short memory only means that less is stored. */
static void store_chain(struct file_store *store, const struct transaction_record *record,
                        enum direction side, struct tls_certificate *certificate)
{
    struct buf pem = {0}, meta = {0};
    char name[NAME];
    int rc = put_chain(certificate, &pem);
    if (!rc)
        rc = put_meta(record, certificate, &meta);
    make_name(record, side, "pem", name);
    if (!rc)
        rc = file_store_put(store, name, buf_slice(&pem));
    make_name(record, side, "meta", name);
    if (!rc)
        file_store_record(store, name, buf_slice(&meta));
    buf_fini(&pem);
    buf_fini(&meta);
}

void tls_store_chains(struct file_store *store, const struct transaction_record *record)
{
    if (record->session->parser->proto != APP_TLS)
        return;
    struct tls_tx *tx = (struct tls_tx *)record->tx;
    for (int d = 0; d < DIRECTIONS; d++) {
        struct tls_side *side = &tx->sides[d];
        if (!(record->session->store_certificates >> d & 1) || side->chain_stored ||
            !tls_certificate_there(side))
            continue;
        side->chain_stored = true;
        store_chain(store, record, (enum direction)d, side->certificate);
    }
}
