/* One frame: the first byte picks the link type, the rest is what was on the link. */
#include <stdlib.h>
#include <string.h>

#include "packet/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t links[] = {1, 0, 9, 12, 50, 101, 104, 105, 108, 113, 127, 228, 229, 276, 14, 147};
    if (size < 1)
        return 0;
    struct decode_config config = {.checksums = CHECKSUM_ON, .hash_seed = 1};
    struct decoder *decoder = decoder_new(&config);
    struct packet *out = calloc(DECODE_PACKETS, sizeof *out);
    uint8_t *copy = malloc(size);
    if (decoder != NULL && out != NULL && copy != NULL) {
        memcpy(copy, data + 1, size - 1);
        struct frame frame = {.bytes = slice_of(copy, size - 1), .link_type = links[data[0] % 16]};
        decode_frame(decoder, &frame, out);
        decoder_release(decoder);
    }
    free(copy);
    free(out);
    decoder_free(decoder);
    return 0;
}
