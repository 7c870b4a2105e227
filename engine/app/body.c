#include "app/body.h"

/*
 * Several times as much room as is in use, as far as so much is expected, or may come when more has come than
 * that: what is not filled costs addresses, each growth a copy. A failure is the append's to tell.
 */
static void make_room(struct app_body *body, size_t n, uint64_t room)
{
    enum { TIMES = 16, UNEXPECTED = 64 << 10 };
    struct buf *bytes = &body->bytes;
    uint64_t most = (uint64_t)TIMES * (bytes->n + n);
    uint64_t rest = body->expected > body->kept ? body->expected - body->kept : 0;
    if (rest <= n && bytes->n)
        rest = UNEXPECTED;
    rest = rest < room ? rest : room;
    if (rest > n)
        (void)buf_reserve(bytes, (size_t)(rest < most ? rest : most));
}

void app_body_append(struct app_session *s, struct app_body *body, struct slice bytes,
                     const struct app_body_limits *limits)
{
    body->total += bytes.n;
    uint64_t room = limits->limit > body->kept ? limits->limit - body->kept : 0;
    bytes = slice_first(bytes, room < bytes.n ? (size_t)room : bytes.n);
    if (!bytes.n || !app_memory_take(s, bytes.n))
        return;
    if (bytes.n > body->bytes.cap - body->bytes.n)
        make_room(body, bytes.n, room);
    if (buf_append(&body->bytes, bytes)) {
        app_memory_give(s, bytes.n);
        return;
    }
    body->kept += bytes.n;
}

static bool worth_a_look(const struct app_body *body, const struct app_body_limits *limits)
{
    if (body->complete)
        return body->kept > 0;
    return body->kept > body->seen && (body->kept >= limits->least || body->kept >= limits->limit);
}

enum buffer_answer app_body_view(const struct app_body *body, unsigned index,
                                 const struct app_body_limits *limits, struct view_buffer *out)
{
    if (index || !worth_a_look(body, limits))
        return body->complete ? BUFFER_NONE : BUFFER_LATER;
    uint64_t from = body->seen > limits->window ? body->seen - limits->window : 0;
    if (from < body->start)
        from = body->start;
    *out = (struct view_buffer){
        .bytes = slice_from(buf_slice(&body->bytes), (size_t)(from - body->start)),
        .offset = from,
        .scanned_to = (size_t)(body->seen - from),
        .first = from == 0,
        .last = body->complete,
    };
    return BUFFER_HERE;
}

void app_body_seen(struct app_session *s, struct app_body *body, const struct app_body_limits *limits)
{
    if (body->complete || !worth_a_look(body, limits))
        return;
    body->seen = body->kept;
    uint64_t keep = body->seen > limits->window ? body->seen - limits->window : 0;
    if (keep <= body->start)
        return;
    size_t gone = (size_t)(keep - body->start);
    if (gone < body->bytes.n - gone)
        return; /* later: each byte is moved once at most */
    memmove(body->bytes.p, body->bytes.p + gone, body->bytes.n - gone);
    body->bytes.n -= gone;
    body->start = keep;
    app_memory_give(s, gone);
}

void app_body_fini(struct app_session *s, struct app_body *body)
{
    app_memory_give(s, body->bytes.n);
    buf_fini(&body->bytes);
}
