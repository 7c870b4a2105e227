#include "verdict/bypass_map.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "verdict/map_address.h"
#include "xdp/flow.h"

/* True when the client is the key's high end. */
static bool key_of(const struct bypass_flow *flow, struct sluice_flow_key *key)
{
    uint32_t client[4], server[4];
    memset(key, 0, sizeof *key);
    map_address(&flow->client, client);
    map_address(&flow->server, server);
    return flow_key(key, client, htons(flow->client_port), server, htons(flow->server_port), flow->protocol);
}

static struct bypass_traffic traffic_of(const struct sluice_bypass *value, bool client_high)
{
    return (struct bypass_traffic){.packets_there = value->packets[client_high],
                                   .bytes_there = value->bytes[client_high],
                                   .packets_back = value->packets[!client_high],
                                   .bytes_back = value->bytes[!client_high],
                                   .since_ns = value->since_ns,
                                   .last_ns = value->last_ns};
}

static int capacity(int map, uint32_t *entries)
{
    struct bpf_map_info info = {0};
    uint32_t n = sizeof info;
    *entries = 0;
    if (bpf_obj_get_info_by_fd(map, &info, &n))
        return -errno;
    *entries = info.max_entries;
    return info.key_size == sizeof(struct sluice_flow_key) && info.value_size == sizeof(struct sluice_bypass)
               ? 0
               : -EPROTO;
}

int bypass_map_reset(int map, struct err *err)
{
    uint32_t entries;
    int result = capacity(map, &entries);
    if (result)
        return err_set(err, result, "the bypass map cannot be read: %s", strerror(-result));
    struct sluice_flow_key key;
    for (uint32_t i = 0; i < entries && bpf_map_get_next_key(map, NULL, &key) == 0; i++)
        if (bpf_map_delete_elem(map, &key) && errno != ENOENT)
            return err_set(err, -errno, "the bypass map cannot be emptied: %s", strerror(errno));
    return 0;
}

int bypass_map_add(int map, const struct bypass_flow *flow, uint64_t now_ns)
{
    struct sluice_flow_key key;
    struct sluice_bypass value = {.since_ns = now_ns};
    key_of(flow, &key);
    return bpf_map_update_elem(map, &key, &value, BPF_NOEXIST) ? -errno : 0;
}

int bypass_map_take(int map, const struct bypass_flow *flow, struct bypass_traffic *traffic)
{
    struct sluice_flow_key key;
    struct sluice_bypass value;
    bool client_high = key_of(flow, &key);
    if (bpf_map_lookup_and_delete_elem(map, &key, &value))
        return -errno;
    *traffic = traffic_of(&value, client_high);
    return 0;
}
