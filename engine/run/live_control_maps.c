#include "run/live_control_maps.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/live_steering.h"
#include "verdict/counters.h"
#include "verdict/shared_maps.h"
#include "verdict/verdict_json.h"

enum { LISTED_MOST = 100000, TARGET_WORDS = 3 };

static const char *text(const json_t *request, const char *key)
{
    return json_string_value(json_object_get(request, key));
}

/* "target": ["192.0.2.1"], or ["tcp", "192.0.2.1:1000", "198.51.100.1:80"]. */
static int target_of(const json_t *request, struct block_target *target, struct err *err)
{
    const json_t *list = json_object_get(request, "target");
    const char *words[TARGET_WORDS];
    size_t n = json_array_size(list);
    if (n < 1 || n > TARGET_WORDS)
        return err_set(err, -EINVAL, "\"target\": expected an address, or protocol and two ends");
    for (size_t i = 0; i < n; i++) {
        words[i] = json_string_value(json_array_get(list, i));
        if (!words[i])
            return err_set(err, -EINVAL, "\"target\": expected texts");
    }
    return block_target_parse(target, (int)n, words, err);
}

struct listing {
    json_t *list;
    uint64_t now;
};

static int list_one(void *ctx, const struct block *block)
{
    struct listing *l = ctx;
    return json_array_size(l->list) == LISTED_MOST ||
           json_array_append_new(l->list, block_json(block, l->now));
}

static int add(struct blocks *blocks, const json_t *request, json_t **result, struct err *err)
{
    struct block_target target;
    struct block evicted;
    bool was_evicted;
    uint64_t duration = 3600ull * 1000000000;
    const char *time = text(request, "for");
    json_int_t sid = json_integer_value(json_object_get(request, "sid"));
    if (time && block_duration_parse(time, &duration))
        return err_set(err, -EINVAL, "\"for\": expected a time such as 90s, 15m, 2h, 7d or forever");
    if (sid < 0 || sid > UINT32_MAX)
        return err_set(err, -EINVAL, "\"sid\": expected 0 to 4294967295");
    int failed = target_of(request, &target, err);
    if (!failed)
        failed = blocks_add(blocks, &target, duration, (uint32_t)sid, true, &evicted, &was_evicted, err);
    if (failed)
        return failed;
    char blocked[BLOCK_TARGET_TEXT], gone[BLOCK_TARGET_TEXT];
    block_target_print(&target, blocked);
    if (was_evicted)
        block_target_print(&evicted.target, gone);
    *result = json_pack("{s:s, s:s*}", "blocked", blocked, "evicted", was_evicted ? gone : NULL);
    return 0;
}

static int remove_one(struct blocks *blocks, const json_t *request, json_t **result, struct err *err)
{
    struct block_target target;
    int failed = target_of(request, &target, err);
    if (!failed)
        failed = blocks_remove(blocks, &target, err);
    if (failed)
        return failed;
    char removed[BLOCK_TARGET_TEXT];
    block_target_print(&target, removed);
    *result = json_pack("{s:s}", "removed", removed);
    return 0;
}

static int act(struct blocks *blocks, const json_t *request, json_t **result, struct err *err)
{
    const char *action = text(request, "action");
    if (action && strcmp(action, "add") == 0)
        return add(blocks, request, result, err);
    if (action && strcmp(action, "remove") == 0)
        return remove_one(blocks, request, result, err);
    if (action && strcmp(action, "list") != 0)
        return err_set(err, -EINVAL, "\"action\": expected list, add or remove");
    struct listing l = {.list = json_array(), .now = blocks_now()};
    blocks_each(blocks, list_one, &l);
    *result = l.list;
    return 0;
}

int live_control_blocks(const struct shared_maps *maps, const json_t *request, json_t **result,
                        struct err *err)
{
    struct pins pins;
    struct blocks *blocks;
    int failed = pins_open(&pins, NULL, false, err);
    if (failed)
        return failed;
    failed = blocks_open(&blocks, maps->flow_blocks, maps->host_blocks, err);
    if (!failed) {
        failed = act(blocks, request, result, err);
        blocks_close(blocks);
    }
    pins_close(&pins);
    return failed;
}

int live_control_bypass(const struct shared_maps *maps, const json_t *request, json_t **result,
                        struct err *err)
{
    (void)request;
    *result = bypass_json(maps->flow_bypass, LISTED_MOST, blocks_now());
    return *result ? 0 : err_set(err, -ENOMEM, "out of memory");
}

/* "set" replaces all: {"tcp": "80,443", "udp": "53", "protocols": "icmp", "include": [...], "exclude":
 * [...]}. */
static int parse_steering(const json_t *request, struct steering *s, struct err *err)
{
    const char *tcp = text(request, "tcp"), *udp = text(request, "udp"),
               *protocols = text(request, "protocols");
    int failed = tcp ? steering_ports(s, STEERING_TCP, tcp, true, err) : 0;
    if (!failed && udp)
        failed = steering_ports(s, STEERING_UDP, udp, true, err);
    if (!failed && protocols && *protocols)
        failed = steering_protocols(s, protocols, true, err);
    for (int include = 0; include < 2; include++) {
        const json_t *list = json_object_get(request, include ? "include" : "exclude");
        for (size_t i = 0; i < json_array_size(list) && !failed; i++) {
            const char *prefix = json_string_value(json_array_get(list, i));
            failed = steering_prefix_add(s, prefix ? prefix : "", include, err);
        }
    }
    return failed;
}

int live_control_steering(const struct shared_maps *maps, const json_t *request, json_t **result,
                          struct err *err)
{
    const char *action = text(request, "action");
    struct steering *s = calloc(1, sizeof *s);
    int failed = s ? 0 : err_set(err, -ENOMEM, "out of memory");
    if (!failed && action && strcmp(action, "set") == 0) {
        failed = parse_steering(request, s, err);
        if (!failed)
            failed = live_steering_write(s, maps, err);
    } else if (!failed && action && strcmp(action, "show") != 0) {
        failed = err_set(err, -EINVAL, "\"action\": expected show or set");
    } else if (!failed) {
        failed = steering_read(s, &maps->steering, err);
    }
    if (!failed)
        *result = steering_json(s);
    free(s);
    return failed;
}

static int add_interface(void *ctx, bool here, unsigned ifindex, const char *path)
{
    char name[IF_NAMESIZE];
    struct sluice_count counts[SLUICE_STATS];
    struct err err;
    int map = here && if_indextoname(ifindex, name) ? port_map_open(path, "stats") : -1;
    if (map < 0)
        return 0;
    if (!counters_read(map, counts, &err))
        json_object_set_new(ctx, name, counts_json("received", counts));
    close(map);
    return 0;
}

int live_control_interfaces(json_t *stats, struct err *err)
{
    struct pins pins;
    json_t *interfaces = json_object();
    int failed = pins_open(&pins, NULL, false, err);
    if (!failed) {
        pins_each_port(&pins, add_interface, interfaces);
        pins_close(&pins);
    }
    json_object_set_new(stats, "interfaces", interfaces);
    return failed;
}
