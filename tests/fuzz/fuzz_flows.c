/* Any text as flows: it is refused with a place, or frames are made of it, and those are decoded. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "craft/flows_yaml.h"
#include "craft/make.h"
#include "packet/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FLOWS = 64, BYTES = 1 << 18 };

static bool is_small(const struct flows *flows)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < flows->count; i++)
        for (uint32_t k = 0; k < flows->list[i].step_count && bytes < BYTES; k++)
            bytes += 100 + flows->list[i].steps[k].bytes.n + 100 * flows->list[i].steps[k].piece_count;
    return flows->count <= FLOWS && bytes < BYTES;
}

static void decode(const struct craft_frames *frames)
{
    struct decode_config config = {.checksums = CHECKSUM_ON, .hash_seed = 1};
    struct decoder *decoder = decoder_new(&config);
    for (uint32_t i = 0; i < frames->count; i++) {
        struct packet packets[DECODE_PACKETS];
        decode_frame(decoder, &frames->list[i], packets);
        decoder_release(decoder);
    }
    decoder_free(decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct flows flows;
    struct craft_frames frames = {0};
    struct err err = {0};
    int rc = flows_parse(&flows, "fuzz", slice_of(data, size), &err);
    if (rc && !err.message[0])
        abort();
    if (!rc && is_small(&flows)) {
        rc = craft_make(flows.list, flows.count, flows.start_ns, &frames, &err);
        if (!rc)
            decode(&frames);
        else if (!err.message[0])
            abort();
    }
    craft_frames_fini(&frames);
    flows_fini(&flows);
    return 0;
}
