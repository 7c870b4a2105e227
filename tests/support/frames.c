#include "support/frames.h"

#include <stdlib.h>
#include <string.h>

#include "packet/checksum.h"

void put_bytes(struct frame_bytes *f, const void *p, size_t n)
{
    if (n > FRAME_ROOM - f->n)
        n = FRAME_ROOM - f->n;
    memcpy(f->b + f->n, p, n);
    f->n += n;
}

void put_text(struct frame_bytes *f, const char *text)
{
    put_bytes(f, text, strlen(text));
}

void put_u8(struct frame_bytes *f, unsigned v)
{
    uint8_t b = (uint8_t)v;
    put_bytes(f, &b, 1);
}

void put_u16(struct frame_bytes *f, unsigned v)
{
    put_u8(f, v >> 8);
    put_u8(f, v);
}

void put_u32(struct frame_bytes *f, uint32_t v)
{
    put_u16(f, v >> 16);
    put_u16(f, v & 0xffff);
}

void put_ethernet(struct frame_bytes *f, unsigned type)
{
    put_bytes(f, "\x02\0\0\0\0\x02\x02\0\0\0\0\x01", 12);
    put_u16(f, type);
}

static void put_ipv4_header(struct frame_bytes *f, unsigned protocol, unsigned source, unsigned destination,
                            unsigned identification, unsigned fragment, size_t payload)
{
    size_t at = f->n;
    put_u16(f, 0x4500);
    put_u16(f, (unsigned)(20 + payload));
    put_u16(f, identification);
    put_u16(f, fragment);
    put_u8(f, 64);
    put_u8(f, protocol);
    put_u16(f, 0);
    put_u32(f, 0x0a000000 + source);
    put_u32(f, 0x0a000000 + destination);
    uint16_t sum = checksum_finish(checksum_add(slice_of(f->b + at, 20), 0));
    f->b[at + 10] = (uint8_t)(sum >> 8);
    f->b[at + 11] = (uint8_t)sum;
}

void put_ipv4(struct frame_bytes *f, unsigned protocol, unsigned source, unsigned destination, size_t payload)
{
    put_ipv4_header(f, protocol, source, destination, 7, 0, payload);
}

void put_ipv4_fragment(struct frame_bytes *f, unsigned identification, unsigned offset, bool more,
                       size_t payload)
{
    put_ipv4_header(f, 17, 1, 2, identification, offset / 8 | (more ? 0x2000 : 0), payload);
}

void put_ipv6(struct frame_bytes *f, unsigned next, unsigned source, unsigned destination, size_t payload)
{
    static const uint8_t prefix[12] = {0x20, 0x01, 0x0d, 0xb8};
    put_u32(f, 0x60000000);
    put_u16(f, (unsigned)payload);
    put_u8(f, next);
    put_u8(f, 64);
    put_bytes(f, prefix, sizeof prefix);
    put_u32(f, source);
    put_bytes(f, prefix, sizeof prefix);
    put_u32(f, destination);
}

void put_udp(struct frame_bytes *f, unsigned source, unsigned destination, size_t payload)
{
    put_u16(f, source);
    put_u16(f, destination);
    put_u16(f, (unsigned)(8 + payload));
    put_u16(f, 0);
}

void put_tcp(struct frame_bytes *f, unsigned source, unsigned destination, unsigned flags, size_t options)
{
    put_u16(f, source);
    put_u16(f, destination);
    put_u32(f, 1000);
    put_u32(f, 2000);
    put_u8(f, (unsigned)((20 + options) / 4 << 4));
    put_u8(f, flags);
    put_u16(f, 8192);
    put_u32(f, 0);
}

struct decoder *test_decoder(enum checksum_mode checksums)
{
    struct decode_config config = {.checksums = checksums, .hash_seed = 42};
    return decoder_new(&config);
}

unsigned test_decode(struct decoder *decoder, const struct frame_bytes *f, unsigned link_type,
                     unsigned second, struct packet *out, uint8_t **copy)
{
    *copy = malloc(f->n > 0 ? f->n : 1);
    if (*copy == NULL)
        abort();
    memcpy(*copy, f->b, f->n);
    struct frame frame = {.bytes = slice_of(*copy, f->n),
                          .wire_length = (uint32_t)f->n,
                          .time_ns = second * UINT64_C(1000000000),
                          .number = 1,
                          .link_type = (uint16_t)link_type};
    return decode_frame(decoder, &frame, out);
}
