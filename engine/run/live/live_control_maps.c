#include "run/live/live_control_maps.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/live/live_request.h"
#include "run/live/live_steering.h"
#include "verdict/counters.h"
#include "verdict/shared_maps.h"
#include "verdict/verdict_json.h"

enum { LISTED_MOST = 100000 };

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
    struct block_request asked;
    struct block evicted;
    bool was_evicted;
    int failed = block_request_parse(request, &asked, err);
    if (!failed)
        failed = blocks_add(blocks, &asked.target, asked.duration_ns, asked.sid, true, &evicted, &was_evicted,
                            err);
    if (failed)
        return failed;
    char blocked[BLOCK_TARGET_TEXT], gone[BLOCK_TARGET_TEXT];
    block_target_print(&asked.target, blocked);
    if (was_evicted)
        block_target_print(&evicted.target, gone);
    *result = json_pack("{s:s, s:s*}", "blocked", blocked, "evicted", was_evicted ? gone : NULL);
    return 0;
}

static int remove_one(struct blocks *blocks, const json_t *request, json_t **result, struct err *err)
{
    struct block_target target;
    int failed = target_request_parse(request, &target, err);
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
    const char *action = json_string_value(json_object_get(request, "action"));
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

int live_control_steering(const struct shared_maps *maps, const json_t *request, json_t **result,
                          struct err *err)
{
    const char *action = json_string_value(json_object_get(request, "action"));
    struct steering *s = calloc(1, sizeof *s);
    int failed = s ? 0 : err_set(err, -ENOMEM, "out of memory");
    if (!failed && action && strcmp(action, "set") == 0) {
        failed = steering_request_parse(request, s, err);
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
