/* sluice xdp status: what is attached where, by whom, and what it counts. */
#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/xdp_cli.h"
#include "verdict/attach.h"
#include "verdict/blocks.h"
#include "verdict/counters.h"
#include "verdict/egress.h"
#include "verdict/shared_maps.h"
#include "verdict/verdict_json.h"

static const struct option_spec specs[] = {
    {"counters", 0, NULL, "every counter, zero or not", NULL, NULL},
    XDP_OPTIONS,
};

static const char *const modes[] = {"span", "inline", "host"};

struct status {
    struct pins *pins; /* NULL: nothing is pinned */
    bool everything;
    json_t *interfaces; /* NULL: print */
    unsigned shown;
};

struct port_view {
    struct sluice_port port;
    struct sluice_count counts[SLUICE_STATS], sent[SLUICE_STATS];
    uint32_t egress; /* id of the program there; 0: none */
    bool ours;
};

static bool read_port(const char *path, struct port_view *v)
{
    uint32_t zero = 0;
    struct err err;
    int port = port_map_open(path, "port"), stats = port_map_open(path, "stats");
    v->ours = port >= 0 && stats >= 0 && bpf_map_lookup_elem(port, &zero, &v->port) == 0 &&
              v->port.mode <= SLUICE_HOST && counters_read(stats, v->counts, &err) == 0;
    if (port >= 0)
        close(port);
    if (stats >= 0)
        close(stats);
    stats = port_map_open(path, "egress_stats");
    v->ours = v->ours && stats >= 0 && counters_read(stats, v->sent, &err) == 0;
    if (stats >= 0)
        close(stats);
    return v->ours;
}

static void print_counts(const char *title, const struct sluice_count counts[SLUICE_STATS], bool everything)
{
    struct sluice_count total = counters_total(counts);
    printf("  %-48s %14llu packets %16llu bytes\n", title, (unsigned long long)total.packets,
           (unsigned long long)total.bytes);
    for (unsigned i = 0; i < SLUICE_STATS; i++)
        if (counts[i].packets || everything)
            printf("  %s%-*s %14llu packets %16llu bytes\n", i < SLUICE_WAYS ? "- " : "+ ", 46,
                   counter_names[i].text, (unsigned long long)counts[i].packets,
                   (unsigned long long)counts[i].bytes);
}

static void print_one(struct status *s, const char *name, const struct attached *seen,
                      const struct port_view *v)
{
    printf("%s%s: %s\n", s->shown++ ? "\n" : "", name,
           seen->count ? attach_way_name(seen->way) : "nothing attached");
    for (unsigned i = 0; i < seen->count; i++)
        printf("  %u. %s (id %u)%s\n", i + 1, seen->programs[i].name, seen->programs[i].id,
               seen->programs[i].ours ? ", ours" : ", foreign");
    if (v->egress)
        printf("  on egress: sluice_egress (id %u), ours\n", v->egress);
    if (!v->ours)
        return;
    char peer[IF_NAMESIZE] = "?";
    if (v->port.peer_ifindex && !if_indextoname(v->port.peer_ifindex, peer))
        snprintf(peer, sizeof peer, "#%u, gone", v->port.peer_ifindex);
    printf("  mode %s%s%s, fail %s, by %.32s\n", modes[v->port.mode], v->port.peer_ifindex ? " to " : "",
           v->port.peer_ifindex ? peer : "", v->port.fail == SLUICE_FAIL_CLOSED ? "closed" : "open",
           v->port.owner);
    print_counts("received", v->counts, s->everything);
    if (v->egress)
        print_counts("sent", v->sent, s->everything);
}

static void add_one(struct status *s, const char *name, unsigned ifindex, const struct attached *seen,
                    const struct port_view *v)
{
    json_t *programs = json_array();
    for (unsigned i = 0; i < seen->count; i++)
        json_array_append_new(programs,
                              json_pack("{s:s, s:I, s:b}", "name", seen->programs[i].name, "id",
                                        (json_int_t)seen->programs[i].id, "ours", seen->programs[i].ours));
    json_t *o = json_pack("{s:s, s:I, s:s*, s:o}", "interface", name, "ifindex", (json_int_t)ifindex, "way",
                          seen->count ? attach_way_name(seen->way) : NULL, "programs", programs);
    if (v->ours) {
        char peer[IF_NAMESIZE];
        bool named = v->port.peer_ifindex && if_indextoname(v->port.peer_ifindex, peer);
        json_object_set_new(o, "settings",
                            json_pack("{s:s, s:s*, s:s, s:I, s:s}", "mode", modes[v->port.mode], "peer",
                                      named ? peer : NULL, "fail", v->port.fail ? "closed" : "open",
                                      "engine_timeout_ms", (json_int_t)(v->port.heartbeat_age_ns / 1000000),
                                      "by", v->port.owner));
        json_object_set_new(o, "counters", counts_json("received", v->counts));
        if (v->egress)
            json_object_set_new(o, "egress",
                                json_pack("{s:I, s:o}", "program", (json_int_t)v->egress, "counters",
                                          counts_json("sent", v->sent)));
    }
    json_array_append_new(s->interfaces, o);
}

static int show(struct status *s, const char *name, unsigned ifindex, bool asked)
{
    struct attached seen;
    struct port_view v = {0};
    struct err err = {0};
    char path[PINS_PATH];
    if (attach_look(s->pins, ifindex, &seen, &err)) {
        fprintf(stderr, "sluice: %s: %s\n", name, err.message);
        return EXIT_FAILED;
    }
    if (s->pins && pins_port_path(s->pins, ifindex, NULL, path) == 0)
        read_port(path, &v);
    if (s->pins)
        v.egress = egress_look(s->pins, ifindex);
    if (!seen.count && !v.ours && !asked)
        return 0;
    if (s->interfaces)
        add_one(s, name, ifindex, &seen, &v);
    else
        print_one(s, name, &seen, &v);
    return 0;
}

/* Ports whose interface is gone, or lies in another network namespace. */
static int show_pinned(void *ctx, bool here, unsigned ifindex, const char *path)
{
    struct status *s = ctx;
    struct port_view v = {0};
    char name[IF_NAMESIZE];
    if ((here && if_indextoname(ifindex, name)) || !read_port(path, &v))
        return 0;
    struct attached none = {0};
    char text[64];
    snprintf(text, sizeof text, "%.15s (%s)", v.port.name,
             here ? "interface gone" : "in another network namespace");
    if (s->interfaces)
        add_one(s, text, ifindex, &none, &v);
    else
        print_one(s, text, &none, &v);
    return 0;
}

static int show_all(struct status *s, const struct parsed *parsed)
{
    int code = 0;
    for (unsigned i = 0; xdp_argument(parsed, i); i++) {
        const char *name = xdp_argument(parsed, i);
        unsigned ifindex = if_nametoindex(name);
        if (!ifindex)
            fprintf(stderr, "sluice: there is no interface \"%.40s\"\n", name);
        code |= ifindex ? show(s, name, ifindex, true) : EXIT_FAILED;
    }
    struct if_nameindex *all = xdp_argument_count(parsed) ? NULL : if_nameindex();
    for (struct if_nameindex *i = all; i && i->if_index; i++)
        code |= show(s, i->if_name, i->if_index, false);
    if (all)
        if_freenameindex(all);
    if (!xdp_argument_count(parsed) && s->pins)
        pins_each_port(s->pins, show_pinned, s);
    return code;
}

static int count_block(void *ctx, const struct block *b)
{
    unsigned long *n = ctx;
    n[!b->target.is_host]++;
    return 0;
}

/* Steering and blocks belong to all interfaces. */
static int show_shared(const struct status *s, json_t *out)
{
    struct shared_maps maps;
    struct blocks *blocks;
    struct err err = {0};
    unsigned long counts[2] = {0};
    struct steering *steering = calloc(1, sizeof *steering);
    if (!steering || !s->pins || shared_maps_open(&maps, s->pins, &err)) {
        free(steering);
        return 0;
    }
    int result = steering_read(steering, &maps.steering, &err);
    if (result == 0)
        result = blocks_open(&blocks, maps.flow_blocks, maps.host_blocks, &err);
    if (result == 0) {
        blocks_each(blocks, count_block, counts);
        blocks_close(blocks);
        if (out) {
            json_object_set_new(out, "steering", steering_json(steering));
            json_object_set_new(
                out, "blocks",
                json_pack("{s:I, s:I}", "hosts", (json_int_t)counts[0], "flows", (json_int_t)counts[1]));
        } else {
            puts("\nsteering (all interfaces)");
            xdp_print_steering(steering, "  ");
            printf("blocks: %lu hosts, %lu flows\n", counts[0], counts[1]);
        }
    }
    free(steering);
    shared_maps_close(&maps);
    return result ? xdp_error(&err) : 0;
}

static int run_status(const struct parsed *parsed)
{
    struct pins pins;
    struct err err = {0};
    struct status s = {.everything = xdp_option(parsed, "counters") != NULL};
    bool json = xdp_option(parsed, "json") != NULL;
    int opened = pins_open(&pins, xdp_option(parsed, "pins"), false, &err);
    if (opened && opened != -ENOENT)
        return xdp_error(&err);
    s.pins = opened ? NULL : &pins;
    if (json)
        s.interfaces = json_array();
    int code = show_all(&s, parsed);
    json_t *out = json ? json_pack("{s:o}", "interfaces", s.interfaces) : NULL;
    if (!json && !s.shown)
        puts("no XDP program on any interface");
    if (s.shown || json)
        code |= show_shared(&s, out);
    pins_close(&pins);
    if (json && xdp_print_json(out))
        return EXIT_FAILED;
    return code ? EXIT_FAILED : EXIT_RAN;
}

const struct command_part xdp_status_part = {
    "status",
    "status [INTERFACE...] [OPTIONS]",
    "show what is attached where, by whom, and what it counts",
    "Foreign programs are shown by name. The ways out (\"-\") sum to what the interface received; what has a "
    "\"+\"\n"
    "was seen on the way, any number of them a packet.",
    specs,
    run_status,
};
