#include "app/http/http_message.h"
#include "app/http/http_body.h"

#include <strings.h>

#include "app/http/http_frame.h"
#include "base/hex_text.h"

enum { TRANSACTIONS_MOST = 512 /* alive; Suricata's max-tx */ };

struct http_tx *http_tx_start(struct app_session *s)
{
    struct http *http = s->state;
    http->refused = true;
    if (s->alive >= TRANSACTIONS_MOST || !app_memory_take(s, sizeof(struct http_tx)))
        return NULL;
    struct http_tx *tx = (struct http_tx *)app_tx_new(s);
    if (!tx) {
        app_memory_give(s, sizeof(struct http_tx));
        return NULL;
    }
    for (int d = 0; d < DIRECTIONS; d++) {
        tx->sides[d].length = -1;
        tx->sides[d].version = HTTP_VERSION_NONE;
    }
    if (!http->next_answered)
        http->next_answered = tx;
    http->refused = false;
    return tx;
}

void http_remark(struct app_session *s, enum app_event event)
{
    struct http *http = s->state;
    struct http_tx *tx = http->ways[http->parsing].tx;
    if (tx)
        app_tx_event(s, &tx->tx, http->parsing, event);
}

enum http_step http_read_failed(struct app_session *s, enum direction direction, enum http_read read)
{
    if (read == HTTP_READ_TOO_LONG)
        http_remark(s, direction == TO_SERVER ? APP_EVENT_HTTP_REQUEST_FIELD_TOO_LONG
                                              : APP_EVENT_HTTP_RESPONSE_FIELD_TOO_LONG);
    return STEP_ERROR;
}

enum http_step http_keep_line(struct app_session *s, enum direction direction, struct slice line)
{
    struct http *http = s->state;
    struct http_way *way = &http->ways[direction];
    struct http_side *side = &way->tx->sides[direction];
    way->field_open = way->field_folded = way->field_shown = false;
    way->line_end = LINE_END_CRLF;
    http_head_empty(s, &side->head);
    if (!http_head_append(s, &side->head, line))
        return STEP_ERROR;
    side->head.fields_from = side->head.fields_end = (uint32_t)line.n;
    side->line = (struct http_part){0, (uint32_t)http_without_line_end(line).n};
    return STEP_ON;
}

void http_headers_came(struct app_session *s, enum direction direction)
{
    struct http *http = s->state;
    struct http_tx *tx = http->ways[direction].tx;
    struct http_side *side = &tx->sides[direction];
    side->headers = true;
    side->trailer = side->coding == HTTP_CODING_CHUNKED;
    http_body_begin(s, tx, direction);
    app_tx_changed(s, &tx->tx, direction);
}

void http_body_came(struct app_session *s, enum direction direction, struct slice bytes)
{
    struct http *http = s->state;
    struct http_tx *tx = http->ways[direction].tx;
    if (bytes.n)
        http_body_data(s, tx, direction, bytes);
}

void http_message_came(struct app_session *s, enum direction direction)
{
    struct http *http = s->state;
    struct http_tx *tx = http->ways[direction].tx;
    struct http_side *side = &tx->sides[direction];
    side->came = true;
    side->line_read = side->headers = direction == TO_SERVER || !tx->interim;
    http_body_end(s, tx, direction, true);
    http_frame_end(s, tx, direction);
    app_tx_complete(s, &tx->tx, direction);
    app_raw_wanted(s, direction);
    http->ways[direction].tx = NULL;
}

enum http_step http_read_body(struct app_session *s, enum direction direction)
{
    struct http *http = s->state;
    struct http_way *way = &http->ways[direction];
    while (way->left) {
        struct slice bytes = http_reader_bytes(&way->reader, way->left);
        if (!bytes.n)
            return STEP_WAIT;
        way->left -= bytes.n;
        if (direction == TO_CLIENT)
            way->tx->answered += bytes.n;
        http_body_came(s, direction, bytes);
    }
    return STEP_ON;
}

int64_t http_length_read(struct slice value)
{
    size_t at = 0;
    while (at < value.n && (value.p[at] < '0' || value.p[at] > '9'))
        at++;
    if (at == value.n)
        return -1;
    int64_t length = 0;
    for (; at < value.n && value.p[at] >= '0' && value.p[at] <= '9'; at++) {
        int64_t digit = value.p[at] - '0';
        if (length > (INT64_MAX - digit) / 10)
            return -1;
        length = length * 10 + digit;
    }
    return length;
}

int64_t http_chunk_size_read(struct slice line)
{
    size_t at = 0;
    while (at < line.n && http_is_space(line.p[at]))
        at++;
    if (at == line.n)
        return HTTP_CHUNK_EMPTY;
    int64_t size = 0;
    size_t first = at;
    for (; at < line.n && hex_digit(line.p[at]) >= 0; at++) {
        size = size << 4 | hex_digit(line.p[at]);
        if (size > INT32_MAX)
            return HTTP_CHUNK_BAD;
    }
    return at > first ? size : HTTP_CHUNK_BAD;
}

bool http_names(struct slice value, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= value.n; i++)
        if (strncasecmp((const char *)value.p + i, word, n) == 0)
            return true;
    return false;
}
