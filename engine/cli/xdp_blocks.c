/* sluice xdp blocks: what the kernel drops, by hand. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/xdp_cli.h"
#include "verdict/blocks.h"
#include "verdict/shared_maps.h"
#include "verdict/verdict_json.h"

static const struct option_spec specs[] = {
    {"for", 0, "TIME", "how long: 90s, 15m, 2h, 7d, forever (1h)", NULL, NULL},
    {"sid", 0, "N", "the signature that it is for (0)", NULL, NULL},
    XDP_OPTIONS,
};

enum { SECOND = 1000000000 };

struct listing {
    json_t *array; /* NULL: print */
    uint64_t now;
    unsigned count;
};

static int list_one(void *ctx, const struct block *b)
{
    struct listing *l = ctx;
    if (l->array)
        return json_array_append_new(l->array, block_json(b, l->now));
    char text[BLOCK_TARGET_TEXT], left[24] = "never";
    block_target_print(&b->target, text);
    if (b->expires_ns != UINT64_MAX)
        snprintf(left, sizeof left, "%llu s", (unsigned long long)((b->expires_ns - l->now) / SECOND));
    if (l->count++ == 0)
        printf("%-52s %10s %9s %12s %14s  %s\n", "TARGET", "EXPIRES IN", "SID", "PACKETS", "BYTES", "BY");
    printf("%-52s %10s %9u %12llu %14llu  %s\n", text, left, b->sid, (unsigned long long)b->packets,
           (unsigned long long)b->bytes, b->is_static ? "hand" : "engine");
    return 0;
}

static int list(struct blocks *blocks, bool json)
{
    struct listing l = {.array = json ? json_array() : NULL, .now = blocks_now()};
    int result = blocks_each(blocks, list_one, &l);
    if (json)
        return xdp_print_json(l.array);
    if (result == 0 && !l.count)
        puts("no blocks");
    return result ? EXIT_FAILED : EXIT_RAN;
}

static int target_of(const struct parsed *parsed, struct block_target *target)
{
    const char *words[4];
    struct err err = {0};
    unsigned n = xdp_argument_count(parsed) - 1;
    for (unsigned i = 0; i < n && i < 4; i++)
        words[i] = xdp_argument(parsed, i + 1);
    if (n <= 3 && block_target_parse(target, (int)n, words, &err) == 0)
        return 0;
    if (n > 3)
        err_fill(&err, "too many arguments");
    xdp_error(&err);
    return EXIT_USAGE;
}

static int add(const struct parsed *parsed, struct blocks *blocks, bool json)
{
    struct block_target target;
    struct block evicted;
    struct err err = {0};
    bool was_evicted;
    uint64_t duration = 3600ull * SECOND;
    unsigned long sid = 0;
    const char *time = xdp_option(parsed, "for"), *number = xdp_option(parsed, "sid");
    if (time && block_duration_parse(time, &duration))
        return xdp_usage("blocks", "--for needs a time such as 90s, 15m, 2h, 7d or forever");
    if (number && !options_number("sid", number, 0, UINT32_MAX, &sid))
        return EXIT_USAGE;
    int code = target_of(parsed, &target);
    if (code)
        return code;
    if (blocks_add(blocks, &target, duration, (uint32_t)sid, true, &evicted, &was_evicted, &err))
        return xdp_error(&err);
    char text[BLOCK_TARGET_TEXT], gone[BLOCK_TARGET_TEXT] = "";
    block_target_print(&target, text);
    if (was_evicted)
        block_target_print(&evicted.target, gone);
    if (json)
        return xdp_print_json(
            json_pack("{s:s, s:s*}", "blocked", text, "evicted", was_evicted ? gone : NULL));
    printf("blocked %s\n", text);
    if (was_evicted)
        printf("the map was full: %s, the soonest to expire, gave way\n", gone);
    return EXIT_RAN;
}

static int remove_block(const struct parsed *parsed, struct blocks *blocks, bool json)
{
    struct block_target target;
    struct err err = {0};
    int code = target_of(parsed, &target);
    if (code)
        return code;
    if (blocks_remove(blocks, &target, &err))
        return xdp_error(&err);
    char text[BLOCK_TARGET_TEXT];
    block_target_print(&target, text);
    if (json)
        return xdp_print_json(json_pack("{s:s}", "removed", text));
    printf("no longer blocked: %s\n", text);
    return EXIT_RAN;
}

static int act(const struct parsed *parsed, const char *verb, struct blocks *blocks)
{
    bool json = xdp_option(parsed, "json") != NULL;
    blocks_expire(blocks, NULL, NULL);
    if (strcmp(verb, "add") == 0)
        return add(parsed, blocks, json);
    if (strcmp(verb, "remove") == 0)
        return remove_block(parsed, blocks, json);
    if (strcmp(verb, "list") == 0 && xdp_argument_count(parsed) <= 1)
        return list(blocks, json);
    return xdp_usage("blocks", "say list, add or remove");
}

static int run_blocks(const struct parsed *parsed)
{
    struct pins pins;
    struct shared_maps maps;
    struct blocks *blocks;
    struct err err = {0};
    const char *verb = xdp_argument(parsed, 0);
    if (pins_open(&pins, xdp_option(parsed, "pins"), false, &err) || shared_maps_open(&maps, &pins, &err)) {
        pins_close(&pins);
        return xdp_error(&err);
    }
    int code = blocks_open(&blocks, maps.flow_blocks, maps.host_blocks, &err)
                   ? xdp_error(&err)
                   : act(parsed, verb ? verb : "list", blocks);
    blocks_close(blocks);
    shared_maps_close(&maps);
    pins_close(&pins);
    return code;
}

const struct command_part xdp_blocks_part = {
    "blocks",
    "blocks [list | add TARGET | remove TARGET] [OPTIONS]",
    "list, add and remove what the kernel drops",
    "TARGET is an address or prefix, or a flow: tcp|udp ADDRESS:PORT ADDRESS:PORT ([ADDRESS]:PORT for IPv6). "
    "A flow\n"
    "is blocked in both directions. When the map is full the soonest to expire gives way; blocks made here "
    "do not\n"
    "give way to those of the engine.",
    specs,
    run_blocks,
};
