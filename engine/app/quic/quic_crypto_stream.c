#include "app/quic/quic_crypto_stream.h"

#include <errno.h>
#include <stdlib.h>

enum { MESSAGE_HEADER = 4 };

struct quic_page {
    uint8_t bytes[QUIC_PAGE];
    uint8_t present[QUIC_PAGE / 8]; /* a bit for each */
};

static bool is_present(const struct quic_crypto_stream *s, uint32_t at)
{
    if (at >= QUIC_PAGE * QUIC_PAGES)
        return false;
    const struct quic_page *page = s->pages[at / QUIC_PAGE];
    return page && page->present[at % QUIC_PAGE / 8] >> at % 8 & 1;
}

static uint8_t byte_at(const struct quic_crypto_stream *s, uint32_t at)
{
    return s->pages[at / QUIC_PAGE]->bytes[at % QUIC_PAGE];
}

static struct quic_page *page_of(struct app_session *session, struct quic_crypto_stream *s, uint32_t at)
{
    struct quic_page **page = &s->pages[at / QUIC_PAGE];
    if (*page || !app_memory_take(session, sizeof **page))
        return *page;
    *page = calloc(1, sizeof **page);
    if (!*page)
        app_memory_give(session, sizeof **page);
    return *page;
}

static void put_in_page(struct quic_page *page, uint32_t at, struct slice data)
{
    memcpy(page->bytes + at, data.p, data.n);
    for (size_t i = at; i < at + data.n; i++)
        page->present[i / 8] |= (uint8_t)(1u << i % 8);
}

int quic_crypto_put(struct app_session *session, struct quic_crypto_stream *s, uint64_t offset,
                    struct slice data)
{
    if (offset > QUIC_CRYPTO_MOST || data.n > QUIC_CRYPTO_MOST - offset)
        return -EMSGSIZE;
    uint32_t at = (uint32_t)offset;
    while (data.n) {
        struct quic_page *page = page_of(session, s, at);
        if (!page)
            return -ENOMEM;
        struct slice part = slice_first(data, QUIC_PAGE - at % QUIC_PAGE);
        put_in_page(page, at % QUIC_PAGE, part);
        s->changed = true;
        at += (uint32_t)part.n;
        data = slice_from(data, part.n);
    }
    while (is_present(s, s->whole))
        s->whole++;
    return 0;
}

int quic_crypto_message(struct quic_crypto_stream *s, struct buf *out)
{
    if (!s->changed || s->whole < MESSAGE_HEADER)
        return -EAGAIN;
    uint32_t n = (uint32_t)byte_at(s, 1) << 16 | (uint32_t)byte_at(s, 2) << 8 | byte_at(s, 3);
    n += MESSAGE_HEADER;
    if (n > s->whole)
        return -EAGAIN;
    s->changed = false;
    if (buf_reserve(out, n))
        return -ENOMEM;
    for (uint32_t at = 0; at < n;) {
        uint32_t in_page = QUIC_PAGE - at % QUIC_PAGE, bytes = n - at < in_page ? n - at : in_page;
        buf_append(out, slice_of(s->pages[at / QUIC_PAGE]->bytes + at % QUIC_PAGE, bytes));
        at += bytes;
    }
    return 0;
}

void quic_crypto_reset(struct app_session *session, struct quic_crypto_stream *s)
{
    for (unsigned i = 0; i < QUIC_PAGES; i++)
        if (s->pages[i]) {
            free(s->pages[i]);
            app_memory_give(session, sizeof *s->pages[i]);
        }
    *s = (struct quic_crypto_stream){0};
}
