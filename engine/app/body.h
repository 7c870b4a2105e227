/*
 * A message body as the rules look at it: nothing until enough of it is there (or it is complete), then a
 * window that moves on. Bytes past the limit are counted and not kept.
 *
 * Owned by its transaction; memory is accounted to the session.
 */
#ifndef SLUICE_APP_BODY_H
#define SLUICE_APP_BODY_H

#include "app/session.h"
#include "base/buf.h"

struct app_body {
    struct buf bytes;
    uint64_t start;    /* offset of bytes.p[0] in the body */
    uint64_t kept;     /* bytes appended and not past the limit */
    uint64_t seen;     /* offset up to which the rules have looked */
    uint64_t total;    /* bytes of the body, those past the limit included */
    uint64_t expected; /* so many may come: room is made for them at once, in proportion to what has come */
    bool complete, looked_at_end;
};

struct app_body_limits {
    uint64_t limit;  /* bytes that are kept in all */
    uint32_t least;  /* so many before the first look, unless it is complete */
    uint32_t window; /* bytes before the new ones that are looked at again */
};

void app_body_append(struct app_session *session, struct app_body *body, struct slice bytes,
                     const struct app_body_limits *limits);

/* BUFFER_LATER when there is nothing new yet. */
enum buffer_answer app_body_view(const struct app_body *body, unsigned index,
                                 const struct app_body_limits *limits, struct view_buffer *out);

/* The rules have looked. */
void app_body_seen(struct app_session *session, struct app_body *body, const struct app_body_limits *limits);
void app_body_fini(struct app_session *session, struct app_body *body);

#endif
