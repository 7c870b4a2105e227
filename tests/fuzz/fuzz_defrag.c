/*
 * Fragments: the first byte picks the policy; then each record is a byte of flags (bit 0: more follow, bit 1:
 * IPv6, bits 2 and 3: identification), two of offset in units, one of length in units, one of fill, and two
 * of seconds that pass.
 */
#include <stdlib.h>
#include <string.h>

#include "packet/host_policy.h"
#include "support/frames.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORD = 7 };

static void put_fragment(struct frame_bytes *f, const uint8_t *record)
{
    unsigned offset = (record[1] << 8 | record[2]) & 0x1fff, id = record[0] >> 2 & 3;
    size_t length = record[3] * 5U; /* not always whole units */
    bool more = (record[0] & 1) != 0;
    if ((record[0] & 2) != 0) {
        put_ethernet(f, 0x86dd);
        put_ipv6(f, 44, 1, 2, 8 + length);
        put_u16(f, 17 << 8);
        put_u16(f, offset << 3 | more);
        put_u32(f, id);
    } else {
        put_ethernet(f, 0x0800);
        put_ipv4_fragment(f, id, offset * 8, more, length);
    }
    for (size_t i = 0; i < length; i++)
        put_u8(f, record[4]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const policies[] = {"windows", "bsd",   "bsd-right", "linux",
                                           "solaris", "first", "last"};
    struct err err;
    struct host_policies *hosts = host_policies_new();
    struct packet *out = calloc(DECODE_PACKETS, sizeof *out);
    if (size < 1 || hosts == NULL || out == NULL)
        goto done;
    if (host_policies_add(hosts, policies[data[0] % 7], "0.0.0.0/0", &err) != 0)
        goto done;
    struct decode_config config = {
        .checksums = CHECKSUM_ON, .hosts = hosts, .defrag_memory = 1 << 16, .defrag_trackers = 3};
    struct decoder *decoder = decoder_new(&config);
    unsigned second = 1;
    for (size_t at = 1; decoder != NULL && size - at >= RECORD; at += RECORD) {
        struct frame_bytes f = {.n = 0};
        uint8_t *copy;
        second += (unsigned)(data[at + 5] << 8 | data[at + 6]) % 40;
        put_fragment(&f, data + at);
        unsigned count = test_decode(decoder, &f, 1, second, out, &copy);
        if (count > 1 && out[1].source != PACKET_DEFRAGMENTED)
            abort();
        free(copy);
        decoder_release(decoder);
    }
    decoder_free(decoder);
done:
    free(out);
    host_policies_free(hosts);
    return 0;
}
