#include "lsp/frame.h"

#include <errno.h>
#include <strings.h>

#include "rule/option.h"

enum { KEEP = 1 << 20 }; /* bytes of memory that stay for the next message */

int frame_reader_feed(struct frame_reader *frames, struct slice bytes)
{
    return buf_append(&frames->bytes, bytes);
}

static void forget(struct frame_reader *frames)
{
    struct buf *b = &frames->bytes;
    if (!frames->taken)
        return;
    b->n -= frames->taken;
    memmove(b->p, b->p + frames->taken, b->n);
    frames->taken = 0;
    if (b->n == 0 && b->cap > KEEP)
        buf_fini(b);
}

/* One header, without its line end. Others than Content-Length mean nothing here. */
static int header(struct slice line, uint64_t *length)
{
    static const char name[] = "content-length";
    const uint8_t *colon = memchr(line.p, ':', line.n);
    if (!colon)
        return -EPROTO;
    struct slice key = text_trim(slice_first(line, (size_t)(colon - line.p)));
    struct slice value = text_trim(slice_from(line, (size_t)(colon - line.p) + 1));
    if (!text_equal(key, name))
        return 0;
    if (!text_uint(value, UINT64_MAX, length))
        return -EPROTO;
    return *length > FRAME_BODY_MOST ? -EFBIG : 0;
}

int frame_reader_next(struct frame_reader *frames, struct slice *body)
{
    forget(frames);
    struct slice all = buf_slice(&frames->bytes), rest = all;
    uint64_t length = UINT64_MAX;
    for (;;) {
        const uint8_t *end = rest.n ? memchr(rest.p, '\n', rest.n) : NULL;
        size_t n = end ? (size_t)(end - rest.p) : rest.n;
        if ((size_t)(rest.p - all.p) + n > FRAME_HEADER_MOST)
            return -EPROTO;
        if (!end)
            return 0;
        struct slice line = slice_first(rest, n && rest.p[n - 1] == '\r' ? n - 1 : n);
        rest = slice_of(rest.p + n + 1, rest.n - n - 1);
        if (!line.n)
            break;
        int rc = header(line, &length);
        if (rc)
            return rc;
    }
    if (length == UINT64_MAX)
        return -EPROTO;
    if (rest.n < length)
        return 0;
    *body = slice_first(rest, (size_t)length);
    frames->taken = (size_t)(rest.p - all.p) + (size_t)length;
    return 1;
}

int frame_write(struct slice body, struct buf *out)
{
    int rc = buf_printf(out, "Content-Length: %zu\r\n\r\n", body.n);
    return rc ? rc : buf_append(out, body);
}

void frame_reader_fini(struct frame_reader *frames)
{
    buf_fini(&frames->bytes);
}
