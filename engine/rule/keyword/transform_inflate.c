/* gunzip and zlib_deflate: a buffer that is compressed, as RFC 1952 and RFC 1950 have it; capped by max-size.
 */
#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "rule/keyword/byte_source.h"
#include "rule/keyword/transform_option.h"

enum { SIZE_DEFAULT = 1024, SIZE_MOST = 16 << 20, BITS = 15, GZIP = 16 };

struct inflate {
    uint32_t most; /* bytes to put out */
};

/*
 * As in Suricata what is cut short gives what it holds; what is damaged, nothing, unless it is gzip's
 * trailer.
 */
static int apply(const void *data, struct slice in, struct buf *out, int bits)
{
    const struct inflate *want = data;
    Bytef none;
    z_stream z = {.next_in = (Bytef *)(uintptr_t)in.p, .avail_in = (uInt)in.n, .next_out = &none};
    if (in.n > UINT32_MAX || inflateInit2(&z, bits) != Z_OK)
        return -ENOMEM;
    int rc = inflate(&z, Z_BLOCK); /* the header alone */
    if (rc == Z_OK && bits > BITS)
        inflateValidate(&z, 0);
    while (rc == Z_OK && out->n < want->most) {
        size_t room = want->most - out->n < 4096 ? want->most - out->n : 4096;
        if (buf_reserve(out, room)) {
            inflateEnd(&z);
            return -ENOMEM;
        }
        z.next_out = out->p + out->n;
        z.avail_out = (uInt)room;
        rc = inflate(&z, Z_NO_FLUSH);
        out->n += room - z.avail_out;
    }
    inflateEnd(&z);
    if (rc == Z_DATA_ERROR)
        buf_clear(out);
    return 0;
}

static int apply_gunzip(const void *data, struct slice in, struct buf *out)
{
    return apply(data, in, out, GZIP + BITS);
}

static int apply_zlib(const void *data, struct slice in, struct buf *out)
{
    return apply(data, in, out, BITS);
}

static const struct transform_ops gunzip_ops = {"gunzip", apply_gunzip, NULL, NULL};
static const struct transform_ops zlib_ops = {"zlib_deflate", apply_zlib, NULL, NULL};

static int parse_size(struct slice text, uint32_t *most, struct err *err)
{
    uint64_t n;
    if (!text.n)
        return 0;
    if (!byte_word(text, "max-size", &text) || !text_uint_unit(text, SIZE_MOST, &n) || !n || text.p[0] == '0')
        return err_set(err, -EINVAL, "expected max-size and a number of bytes from 1 to %d", SIZE_MOST);
    *most = (uint32_t)n;
    return 0;
}

int parse_inflate(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct inflate *want = malloc(sizeof *want);
    if (!want)
        return err_set(err, -ENOMEM, "out of memory");
    want->most = SIZE_DEFAULT;
    int rc = parse_size(option->value, &want->most, err);
    if (rc) {
        free(want);
        return rc;
    }
    bool gunzip = slice_equal(option->name, slice_str("gunzip"));
    return transform_add(b, gunzip ? &gunzip_ops : &zlib_ops, want, err);
}
