#include "app/quic/gquic.h"

#include <errno.h>
#include <stdio.h>

#include "app/quic/quic_header.h"
#include "base/digest.h"

enum { TAG_BYTES = 4, ENTRY_BYTES = 8 };

static bool tag_is(struct slice tag, const char name[TAG_BYTES + 1])
{
    return memcmp(tag.p, name, TAG_BYTES) == 0;
}

static bool little_endian(struct cursor *c, size_t bytes, uint32_t *value)
{
    struct slice s;
    if (!cursor_bytes(c, bytes, &s))
        return false;
    *value = 0;
    for (size_t i = bytes; i-- > 0;)
        *value = *value << 8 | s.p[i];
    return true;
}

/* "CHLO", the number of entries, two bytes of nothing; entries of a tag and where its value ends; values. */
int gquic_hello_parse(struct slice message, struct gquic_hello *out)
{
    struct cursor c = cursor_of(message);
    struct slice tag;
    uint32_t entries, end, begin = 0;
    *out = (struct gquic_hello){0};
    if (!cursor_bytes(&c, TAG_BYTES, &tag) || !tag_is(tag, "CHLO") || !little_endian(&c, 2, &entries) ||
        !cursor_skip(&c, 2) || !cursor_bytes(&c, (size_t)entries * ENTRY_BYTES, &out->index))
        return -EBADMSG;
    struct slice values = slice_from(message, c.at);
    struct cursor index = cursor_of(out->index);
    out->tags = entries;
    for (uint32_t i = 0; i < entries; i++, begin = end) {
        if (!cursor_bytes(&index, TAG_BYTES, &tag) || !little_endian(&index, 4, &end) || end < begin ||
            end > values.n)
            return -EBADMSG;
        struct slice value = slice_of(values.n ? values.p + begin : message.p, end - begin);
        if (tag_is(tag, "SNI\0"))
            out->server_name = value;
        else if (tag_is(tag, "UAID"))
            out->user_agent = value;
    }
    return 0;
}

static const char *cyu_version(uint32_t version)
{
    switch (version) {
    case QUIC_Q043:
        return "43";
    case QUIC_Q044:
    case QUIC_Q045:
        return "44";
    case QUIC_Q046:
        return "46";
    default:
        return NULL;
    }
}

static int md5_text(struct slice s, char text[GQUIC_HASH_TEXT])
{
    uint8_t hash[DIGEST_MOST];
    size_t n = digest_of(DIGEST_MD5, s, hash);
    if (!n)
        return -ENOMEM;
    for (size_t i = 0; i < n && 2 * i + 2 < GQUIC_HASH_TEXT; i++)
        snprintf(text + 2 * i, 3, "%02x", hash[i]);
    return 0;
}

int gquic_cyu(const struct gquic_hello *hello, uint32_t version, struct buf *string,
              char hash[GQUIC_HASH_TEXT])
{
    const char *number = cyu_version(version);
    if (!number)
        return -ENOTSUP;
    size_t begin = string->n;
    int rc = buf_append(string, slice_str(number));
    struct cursor index = cursor_of(hello->index);
    struct slice tag;
    for (bool first = true; !rc && cursor_bytes(&index, TAG_BYTES, &tag); first = false) {
        while (tag.n && !tag.p[tag.n - 1])
            tag.n--;
        rc = buf_append_byte(string, first ? ',' : '-');
        if (!rc)
            rc = buf_append(string, tag);
        cursor_skip(&index, ENTRY_BYTES - TAG_BYTES);
    }
    return rc ? rc : md5_text(slice_from(buf_slice(string), begin), hash);
}
