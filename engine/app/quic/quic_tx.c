/* A QUIC transaction's memory, and what rules see of it. */
#include "app/quic/quic_tx.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/quic/quic_header.h"

void quic_version_text(uint32_t version, char text[QUIC_VERSION_TEXT])
{
    switch (version) {
    case QUIC_VERSION_2:
        snprintf(text, QUIC_VERSION_TEXT, "v2");
        break;
    case QUIC_Q039:
    case QUIC_Q043:
    case QUIC_Q044:
    case QUIC_Q045:
    case QUIC_Q046:
        snprintf(text, QUIC_VERSION_TEXT, "Q0%c%c", (char)(version >> 8), (char)version);
        break;
    default:
        snprintf(text, QUIC_VERSION_TEXT, "%x", version);
    }
}

bool quic_tx_server_name(const struct quic_tx *tx, struct slice *out)
{
    if (tx->hello && tx->hello->tls.server_name.p)
        *out = tx->hello->tls.server_name;
    else if (tx->has_server_name)
        *out = buf_slice(&tx->server_name);
    else
        return false;
    return true;
}

bool quic_tx_fingerprints(const struct quic_tx *tx)
{
    struct quic_hello *hello = tx->hello;
    if (!hello)
        return false;
    if (!hello->made) {
        buf_clear(&hello->ja3);
        if (tls_ja3(&hello->tls, &hello->ja3, hello->ja3_hash))
            return false;
        tls_ja4(&hello->tls, true, hello->ja4);
        hello->made = true;
    }
    return true;
}

static int set_text(struct buf *to, bool *has, struct slice from)
{
    buf_clear(to);
    *has = from.p != NULL;
    return buf_append(to, from);
}

int quic_tx_add_google(struct quic_tx *tx, struct slice message)
{
    struct gquic_hello hello;
    if (gquic_hello_parse(message, &hello))
        return 0; /* another message, or a part of one */
    if (hello.server_name.p && set_text(&tx->server_name, &tx->has_server_name, hello.server_name))
        return -ENOMEM;
    if (hello.user_agent.p && set_text(&tx->user_agent, &tx->has_user_agent, hello.user_agent))
        return -ENOMEM;
    if (!tx->cyu)
        tx->cyu = calloc(QUIC_CYU_MOST, sizeof *tx->cyu);
    if (!tx->cyu)
        return -ENOMEM;
    if (tx->cyu_count == QUIC_CYU_MOST)
        return 0;
    struct quic_cyu *cyu = &tx->cyu[tx->cyu_count];
    buf_clear(&cyu->string);
    int rc = gquic_cyu(&hello, tx->version, &cyu->string, cyu->hash);
    if (!rc)
        tx->cyu_count++;
    return rc == -ENOMEM ? rc : 0;
}

static void hello_free(struct quic_hello *hello)
{
    if (!hello)
        return;
    buf_fini(&hello->message);
    buf_fini(&hello->ja3);
    free(hello);
}

int quic_tx_set_hello(struct quic_tx *tx, struct buf *message)
{
    enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, HEADER = 4 }; /* RFC 8446, 4 */
    uint8_t type = message->n >= HEADER ? message->p[0] : 0;
    if (type != CLIENT_HELLO && type != SERVER_HELLO)
        return -EBADMSG;
    struct quic_hello *hello = calloc(1, sizeof *hello);
    if (!hello)
        return -ENOMEM;
    hello->message = *message;
    *message = (struct buf){0};
    int rc =
        tls_hello_parse(slice_from(buf_slice(&hello->message), HEADER), type == CLIENT_HELLO, &hello->tls);
    if (rc) {
        hello_free(hello);
        return rc;
    }
    hello_free(tx->hello);
    tx->hello = hello;
    return 0;
}

void quic_tx_fini(struct quic_tx *tx)
{
    hello_free(tx->hello);
    buf_fini(&tx->server_name);
    buf_fini(&tx->user_agent);
    for (unsigned i = 0; tx->cyu && i < QUIC_CYU_MOST; i++)
        buf_fini(&tx->cyu[i].string);
    free(tx->cyu);
}

static enum buffer_answer answer(struct slice bytes, struct view_buffer *out)
{
    *out = (struct view_buffer){.bytes = bytes, .first = true, .last = true};
    return BUFFER_HERE;
}

static enum buffer_answer version_buffer(struct quic_tx *tx, struct view_buffer *out)
{
    if (!tx->long_header)
        return BUFFER_NONE;
    return answer(slice_of(tx->version_bytes, sizeof tx->version_bytes), out);
}

static enum buffer_answer name_buffer(const struct quic_tx *tx, enum buffer_id id, struct view_buffer *out)
{
    struct slice text;
    if (id == BUFFER_QUIC_SNI)
        return quic_tx_server_name(tx, &text) ? answer(text, out) : BUFFER_NONE;
    return tx->has_user_agent ? answer(buf_slice(&tx->user_agent), out) : BUFFER_NONE;
}

static enum buffer_answer fingerprint_buffer(const struct quic_tx *tx, enum buffer_id id,
                                             struct view_buffer *out)
{
    if (!quic_tx_fingerprints(tx))
        return BUFFER_NONE;
    const struct quic_hello *hello = tx->hello;
    switch (id) {
    case BUFFER_JA3_STRING:
    case BUFFER_JA3S_STRING:
        return answer(buf_slice(&hello->ja3), out);
    case BUFFER_JA4_HASH:
        return answer(slice_str(hello->ja4), out);
    default:
        return answer(slice_str(hello->ja3_hash), out);
    }
}

enum buffer_answer quic_tx_buffer(struct app_session *session, struct app_tx *app_tx,
                                  enum direction direction, enum buffer_id id, unsigned index,
                                  struct view_buffer *out)
{
    (void)session;
    struct quic_tx *tx = (struct quic_tx *)app_tx;
    if (direction != tx->direction)
        return BUFFER_NONE;
    if (id == BUFFER_QUIC_CYU_HASH || id == BUFFER_QUIC_CYU_STRING) {
        if (index >= tx->cyu_count)
            return BUFFER_NONE;
        const struct quic_cyu *cyu = &tx->cyu[index];
        return answer(id == BUFFER_QUIC_CYU_HASH ? slice_str(cyu->hash) : buf_slice(&cyu->string), out);
    }
    if (index)
        return BUFFER_NONE;
    switch (id) {
    case BUFFER_QUIC_VERSION:
        return version_buffer(tx, out);
    case BUFFER_QUIC_SNI:
    case BUFFER_QUIC_UA:
        return name_buffer(tx, id, out);
    case BUFFER_JA3_HASH:
    case BUFFER_JA3_STRING:
    case BUFFER_JA3S_HASH:
    case BUFFER_JA3S_STRING:
    case BUFFER_JA4_HASH:
        return fingerprint_buffer(tx, id, out);
    default:
        return BUFFER_NONE;
    }
}
