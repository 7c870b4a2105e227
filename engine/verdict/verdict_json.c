#include "verdict/verdict_json.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <stdio.h>

#include "verdict/counters.h"
#include "verdict/map_address.h"

enum { SECOND = 1000000000 };

json_t *block_json(const struct block *b, uint64_t now)
{
    char text[BLOCK_TARGET_TEXT];
    block_target_print(&b->target, text);
    json_t *o = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:s}", "kind", b->target.is_host ? "host" : "flow",
                          "target", text, "sid", (json_int_t)b->sid, "packets", (json_int_t)b->packets,
                          "bytes", (json_int_t)b->bytes, "age", (json_int_t)((now - b->since_ns) / SECOND),
                          "by", b->is_static ? "hand" : "engine");
    json_object_set_new(o, "expires_in",
                        b->expires_ns == UINT64_MAX
                            ? json_null()
                            : json_integer((json_int_t)((b->expires_ns - now) / SECOND)));
    return o;
}

static json_t *text_of(const struct buf *b)
{
    return json_stringn((const char *)b->p, b->n);
}

json_t *steering_json(const struct steering *s)
{
    struct buf tcp = {0}, udp = {0}, protocols = {0};
    json_t *out = NULL, *include = json_array(), *exclude = json_array();
    int failed = steering_print_ports(s, STEERING_TCP, &tcp) || steering_print_ports(s, STEERING_UDP, &udp) ||
                 steering_print_protocols(s, &protocols);
    for (unsigned i = 0; i < s->prefix_count; i++) {
        char prefix[PREFIX_TEXT];
        prefix_print(&s->prefixes[i].prefix, prefix);
        failed |= json_array_append_new(s->prefixes[i].include ? include : exclude, json_string(prefix));
    }
    if (!failed)
        out = json_pack("{s:o, s:o, s:o, s:O, s:O}", "tcp", text_of(&tcp), "udp", text_of(&udp), "protocols",
                        text_of(&protocols), "include", include, "exclude", exclude);
    json_decref(include);
    json_decref(exclude);
    buf_fini(&tcp);
    buf_fini(&udp);
    buf_fini(&protocols);
    return out;
}

static json_t *count_json(const struct sluice_count *count)
{
    return json_pack("{s:I, s:I}", "packets", (json_int_t)count->packets, "bytes", (json_int_t)count->bytes);
}

json_t *counts_json(const char *total_name, const struct sluice_count counts[SLUICE_STATS])
{
    struct sluice_count total = counters_total(counts);
    json_t *ways = json_object(), *notes = json_object();
    for (unsigned i = 0; i < SLUICE_STATS; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s", counter_names[i].name);
        for (char *p = name; *p; p++)
            *p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
        json_object_set_new(i < SLUICE_WAYS ? ways : notes, name, count_json(&counts[i]));
    }
    return json_pack("{s:o, s:o, s:o}", total_name, count_json(&total), "ways", ways, "notes", notes);
}

json_t *bypass_json(int map, size_t most, uint64_t now)
{
    struct sluice_flow_key key, *before = NULL;
    struct sluice_bypass value;
    json_t *list = json_array();
    while (list && json_array_size(list) < most && bpf_map_get_next_key(map, before, &key) == 0) {
        before = &key;
        if (bpf_map_lookup_elem(map, &key, &value) || !value.since_ns)
            continue; /* gone meanwhile, or ended by a new connection */
        struct block_target flow = {
            .source = address_of_map(key.low),
            .destination = address_of_map(key.high),
            .source_port = ntohs(key.low_port),
            .destination_port = ntohs(key.high_port),
            .protocol = key.protocol,
        };
        char text[BLOCK_TARGET_TEXT];
        block_target_print(&flow, text);
        uint64_t since = now > value.since_ns ? now - value.since_ns : 0;
        json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:I}", "target", text, "packets",
                                              (json_int_t)(value.packets[0] + value.packets[1]), "bytes",
                                              (json_int_t)(value.bytes[0] + value.bytes[1]), "age",
                                              (json_int_t)(since / SECOND)));
    }
    return list;
}
