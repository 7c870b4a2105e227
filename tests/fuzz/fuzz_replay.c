/*
 * Rules and packets end to end. The input is rule text, a line "--", then frames: two bytes of length (big
 * endian), one of link type (0: Ethernet, 1: raw IP), then the bytes. Time advances by 50 ms a frame.
 */
#include <stdlib.h>

#include "base/grow.h"
#include "base/cursor.h"
#include "support/conversation.h"
#include "support/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FRAMES = 400, RULE_BYTES = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *cut = memmem(data, size, "\n--\n", 4);
    if (!cut || (size_t)(cut - data) > RULE_BYTES)
        return 0;
    char *rules = strndup((const char *)data, (size_t)(cut - data));
    if (!rules)
        return 0;
    struct frame *frames = calloc(FRAMES, sizeof *frames);
    unsigned count = 0;
    struct cursor c = cursor_of(slice_from(slice_of(data, size), (size_t)(cut - data) + 4));
    uint16_t length;
    uint8_t link;
    while (frames && count < FRAMES && cursor_be16(&c, &length) && cursor_u8(&c, &link)) {
        struct slice bytes;
        size_t n = length < cursor_left(&c) ? length : cursor_left(&c);
        cursor_bytes(&c, n, &bytes);
        frames[count] = (struct frame){
            .bytes = bytes,
            .wire_length = (uint32_t)n,
            .time_ns = 1000000000000 + count * 50000000ull,
            .number = count + 1,
            .link_type = link & 1 ? 101 : 1,
        };
        count++;
    }
    struct engine_options options = {.checksums = CHECKSUM_OFF, .tcp = {.midstream = size & 1}};
    struct found found;
    if (frames)
        engine_run(rules, frames, count, &options, &found);
    if (frames)
        found_fini(&found);
    free(frames);
    free(rules);
    return 0;
}
