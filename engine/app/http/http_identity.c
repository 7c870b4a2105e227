/* What the buffers of a message are made of: its first line, its head as it came, a body that is all there.
 */
#include "app/http/http.h"

enum {
    MOST = 440, /* bytes in all: longer ones hardly ever come again */
    PARTS = 4
};

/* With its length, so that no two lists of parts read the same. There is room for it. */
static bool add(struct buf *out, struct slice part)
{
    uint16_t n = (uint16_t)part.n;
    if (part.n + out->n > MOST)
        return false;
    memcpy(out->p + out->n, &n, sizeof n);
    if (n)
        memcpy(out->p + out->n + sizeof n, part.p, n);
    out->n += sizeof n + n;
    return true;
}

/* A head is one block: the first line with its end, the fields, the empty line. */
static bool add_head(const struct http_head *head, struct buf *out)
{
    return add(out, slice_of(&head->fields_from, sizeof head->fields_from)) &&
           add(out, buf_slice(&head->bytes));
}

/* Looked at as a whole or not there. Its file has a name of the request's line, or of the answer's head. */
static bool add_body(struct app_session *s, struct app_tx *tx, struct buf *out)
{
    struct view_buffer body;
    enum buffer_answer answer = http_buffer(s, tx, TO_CLIENT, BUFFER_HTTP_RESPONSE_BODY, 0, &body);
    if (answer == BUFFER_NONE)
        return true;
    return answer == BUFFER_HERE && body.first && body.last && !body.scanned_to && add(out, body.bytes);
}

/* A trailer shows the head twice; frames are pieces of what is not in the buffers asked for here. */
static bool is_plain(const struct http_tx *tx, enum direction direction)
{
    const struct http_side *side = &tx->sides[direction];
    return tx->tx.complete[direction] && !tx->tx.cut && tx->asked && side->headers && !side->trailer &&
           !side->unshown && !side->whole_hidden && !tx->frames;
}

bool http_identity(struct app_session *s, struct app_tx *tx, enum direction direction, struct buf *out)
{
    const struct http_tx *http = (const struct http_tx *)tx;
    const struct http_side *asks = &http->sides[TO_SERVER], *answers = &http->sides[TO_CLIENT];
    if (!is_plain(http, direction) || buf_reserve(out, MOST + PARTS * sizeof(uint16_t)))
        return false;
    if (direction == TO_SERVER)
        return !asks->body.total && !app_file_at(tx, TO_SERVER, 0) && add_head(&asks->head, out);
    return add(out, http_line_part(http, TO_SERVER, asks->line)) && add_head(&answers->head, out) &&
           add_body(s, tx, out);
}
