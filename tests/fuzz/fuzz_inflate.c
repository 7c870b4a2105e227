/* Our inflate beside zlib's: the same output, end and refusal. The first byte says how the rest is cut. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define ZLIB_CONST
#include <zlib.h>

#include "app/inflate.h"

enum { OUT_MOST = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct result {
    enum inflate_status said;
    size_t left, made; /* bytes of the input that are left, of the output */
};

static struct result run_ours(struct slice bytes, size_t cut, uint8_t *made)
{
    struct result result = {.left = bytes.n};
    struct inflate *inflate = malloc(inflate_size());
    if (!inflate)
        return result;
    inflate_begin(inflate);
    while (result.left && result.said == INFLATE_MORE && result.made < OUT_MOST) {
        struct slice in = slice_first(slice_from(bytes, bytes.n - result.left), cut), out;
        size_t before;
        do {
            before = in.n;
            result.said = inflate_run(inflate, &in, &out);
            result.left -= before - in.n;
            if (out.n)
                memcpy(made + result.made, out.p, out.n);
            result.made += out.n;
        } while (result.said == INFLATE_MORE && (out.n || in.n != before) && result.made < OUT_MOST);
    }
    free(inflate);
    return result;
}

static struct result run_zlib(struct slice bytes, size_t most, uint8_t *made)
{
    z_stream z = {.next_in = bytes.p, .avail_in = (unsigned)bytes.n, .next_out = made};
    if (inflateInit2(&z, -15) != Z_OK)
        abort();
    z.avail_out = (unsigned)most;
    int said = inflate(&z, Z_SYNC_FLUSH);
    struct result result = {.said = said == Z_STREAM_END                  ? INFLATE_END
                                    : said == Z_OK || said == Z_BUF_ERROR ? INFLATE_MORE
                                                                          : INFLATE_BAD,
                            .left = z.avail_in,
                            .made = most - z.avail_out};
    inflateEnd(&z);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t ours[OUT_MOST + INFLATE_PIECE], zlibs[OUT_MOST + INFLATE_PIECE];
    if (size < 2)
        return 0;
    struct slice bytes = slice_of(data + 1, size - 1);
    struct result a = run_ours(bytes, 1 + (size_t)data[0], ours);
    struct result b = run_zlib(bytes, a.made < OUT_MOST ? sizeof zlibs : a.made, zlibs);
    if (a.made != b.made || memcmp(ours, zlibs, a.made) != 0)
        abort();
    if (a.made < OUT_MOST && (a.said != b.said || a.left != b.left))
        abort();
    return 0;
}
