/* What people write to `sluice xdp`: ports, protocols, prefixes, blocks, durations. What is taken prints and
 * parses again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "verdict/blocks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void ports(struct steering *s, const char *text)
{
    struct err err;
    struct buf out = {0};
    static struct steering again;
    if (steering_ports(s, STEERING_TCP, text, true, &err) || steering_print_ports(s, STEERING_TCP, &out) ||
        buf_append_byte(&out, 0)) {
        buf_fini(&out);
        return;
    }
    memset(&again, 0, sizeof again);
    if (steering_ports(&again, STEERING_TCP, (char *)out.p, true, &err) ||
        (!s->all[STEERING_TCP] && memcmp(again.ports, s->ports, sizeof again.ports) != 0))
        abort();
    buf_fini(&out);
}

static void block(char *text)
{
    struct err err;
    struct block_target target, again;
    const char *words[4];
    int count = 0;
    for (char *word = strtok(text, " "); word && count < 4; word = strtok(NULL, " "))
        words[count++] = word;
    if (!count || count > 3 || block_target_parse(&target, count, words, &err))
        return;
    char printed[BLOCK_TARGET_TEXT];
    block_target_print(&target, printed);
    count = 0;
    for (char *word = strtok(printed, " "); word && count < 3; word = strtok(NULL, " "))
        words[count++] = word;
    if (block_target_parse(&again, count, words, &err) || again.source_port != target.source_port ||
        again.protocol != target.protocol || !address_equal(&again.source, &target.source) ||
        !address_equal(&again.host.address, &target.host.address))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct steering s;
    struct err err;
    uint64_t ns;
    if (n < 1 || n > 4096)
        return 0;
    char *text = strndup((const char *)data + 1, n - 1);
    if (!text)
        return 0;
    memset(&s, 0, sizeof s);
    switch (data[0] % 5) {
    case 0:
        ports(&s, text);
        break;
    case 1:
        steering_protocols(&s, text, true, &err);
        break;
    case 2:
        if (steering_prefix_add(&s, text, true, &err) == 0 && steering_prefix_remove(&s, text, &err))
            abort();
        break;
    case 3:
        block(text);
        break;
    default:
        if (block_duration_parse(text, &ns) == 0 && ns % 1000000000)
            abort();
    }
    free(text);
    return 0;
}
