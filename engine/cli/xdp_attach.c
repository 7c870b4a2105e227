/* sluice xdp attach, detach. */
#include <errno.h>
#include <net/if.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/xdp_cli.h"
#include "run/live/interface_setup.h"
#include "verdict/attach.h"
#include "verdict/shared_maps.h"

static const struct option_spec attach_specs[] = {
    {"mode", 0, "MODE", "span, inline or host (host)", NULL, NULL},
    {"peer", 0, "INTERFACE", "inline: where traffic goes on to", NULL, NULL},
    STEERING_OPTIONS,
    {"fail", 0, "HOW", "open or closed: selected traffic without an engine (open)", NULL, NULL},
    {"odd", 0, "HOW", "pass, inspect or drop: what cannot be parsed (pass)", NULL, NULL},
    {"tunnels", 0, "LIST", "look into gre,vxlan,geneve (none)", NULL, NULL},
    {"engine-timeout", 0, "MS", "an engine silent for so long is dead (1000)", NULL, NULL},
    {"attach", 0, "WAY", "auto, dispatcher, native or generic (auto)", NULL, NULL},
    {"priority", 0, "N", "in libxdp's dispatcher, lower runs earlier (50)", NULL, NULL},
    {"chain", 0, "FILE", "a BPF object of yours, whose program runs first", NULL, NULL},
    {"chain-program", 0, "NAME", "which program of it (the first)", NULL, NULL},
    {"flow-blocks", 0, "N", "size of the flow block map (65536)", NULL, NULL},
    {"host-blocks", 0, "N", "size of the host block map (16384)", NULL, NULL},
    {"bypass", 0, "N", "size of the bypass map (65536)", NULL, NULL},
    {"plain", 0, NULL, "not in the form for frames in several buffers", NULL, NULL},
    XDP_OPTIONS,
};

/* The index of `text` in the words, which end with NULL; -1 after saying which there are. */
static int word(const struct parsed *parsed, const char *option, const char *const *words, int otherwise)
{
    const char *text = xdp_option(parsed, option);
    if (!text)
        return otherwise;
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    fprintf(stderr, "sluice: --%s is one of", option);
    for (int i = 0; words[i]; i++)
        fprintf(stderr, "%s %s", i ? "," : "", words[i]);
    fprintf(stderr, "; not \"%.40s\"\n", text);
    return -1;
}

static const char *const modes[] = {"span", "inline", "host", NULL};
static const char *const fails[] = {"open", "closed", NULL};
static const char *const odds[] = {"pass", "inspect", "drop", NULL};
static const char *const ways[] = {"auto", "dispatcher", "native", "generic", NULL};
static const char *const tunnels[] = {"gre", "vxlan", "geneve", NULL};

/* Bits of enum sluice_tunnel, or -1. */
static int tunnel_bits(const char *text)
{
    int bits = 0;
    while (text && *text && strcmp(text, "none") != 0) {
        size_t n = strcspn(text, ",");
        int bit = -1;
        for (int i = 0; tunnels[i]; i++)
            if (strlen(tunnels[i]) == n && memcmp(tunnels[i], text, n) == 0)
                bit = 1 << i;
        if (bit < 0) {
            fprintf(stderr, "sluice: --tunnels is a list of gre, vxlan, geneve; not \"%.40s\"\n", text);
            return -1;
        }
        bits |= bit;
        text += n + (text[n] == ',');
    }
    return bits;
}

static bool size_option(const struct parsed *parsed, const char *option, uint32_t *size)
{
    const char *text = xdp_option(parsed, option);
    unsigned long value;
    if (!text)
        return true;
    if (!options_number(option, text, 1, 1 << 24, &value))
        return false;
    *size = (uint32_t)value;
    return true;
}

static void set_owner(struct sluice_port *port)
{
    const struct passwd *user = getpwuid(getuid());
    const char *sudo = getenv("SUDO_USER");
    snprintf(port->owner, sizeof port->owner, "%.20s pid %d",
             sudo   ? sudo
             : user ? user->pw_name
                    : "?",
             (int)getpid());
}

/* False after saying what is wrong. */
static bool read_config(const struct parsed *parsed, struct attach_config *c)
{
    int mode = word(parsed, "mode", modes, SLUICE_HOST), fail = word(parsed, "fail", fails, SLUICE_FAIL_OPEN);
    int odd = word(parsed, "odd", odds, SLUICE_ODD_PASS), way = word(parsed, "attach", ways, ATTACH_AUTO);
    int bits = tunnel_bits(xdp_option(parsed, "tunnels"));
    const char *timeout = xdp_option(parsed, "engine-timeout"), *priority = xdp_option(parsed, "priority");
    unsigned long ms = 1000, place = 0;
    if (mode < 0 || fail < 0 || odd < 0 || way < 0 || bits < 0)
        return false;
    if (timeout && !options_number("engine-timeout", timeout, 1, 3600000, &ms))
        return false;
    if (priority && !options_number("priority", priority, 1, 65535, &place))
        return false;
    if (!size_option(parsed, "flow-blocks", &c->sizes.flow_blocks) ||
        !size_option(parsed, "host-blocks", &c->sizes.host_blocks) ||
        !size_option(parsed, "bypass", &c->sizes.flow_bypass))
        return false;
    c->port = (struct sluice_port){.mode = (uint8_t)mode,
                                   .fail = (uint8_t)fail,
                                   .odd = (uint8_t)odd,
                                   .tunnels = (uint8_t)bits,
                                   .heartbeat_age_ns = ms * 1000000ull};
    c->given = (xdp_option(parsed, "mode") ? ATTACH_MODE : 0u) |
               (xdp_option(parsed, "fail") ? ATTACH_FAIL : 0u) |
               (xdp_option(parsed, "odd") ? ATTACH_ODD : 0u) |
               (xdp_option(parsed, "tunnels") ? ATTACH_TUNNELS : 0u) | (timeout ? ATTACH_TIMEOUT : 0u);
    set_owner(&c->port);
    c->way = (enum attach_way)way;
    c->priority = (unsigned)place;
    c->plain = xdp_option(parsed, "plain") != NULL;
    c->chain = xdp_option(parsed, "chain");
    c->chain_program = xdp_option(parsed, "chain-program");
    c->peer = xdp_option(parsed, "peer");
    return true;
}

static void print_attached(const struct attach_config *c, const struct attach_result *r, bool none)
{
    if (r->updated)
        printf("%s: settings changed; the program and its counters go on\n", c->interface);
    else
        printf("%s: attached (%s, %s, program %u) in %s mode\n", c->interface, attach_way_name(r->way),
               r->form == XDP_FORM_FRAGS ? "multi-buffer" : "single buffer", r->program_id, modes[r->mode]);
    if (r->way == ATTACH_GENERIC)
        puts("the driver has no native XDP: this is generic mode, which is slower");
    if (none)
        puts("nothing is selected for inspection yet: sluice xdp steering set --tcp 80,443");
}

/* Steering as asked for, on top of nothing; without options what is there stays. */
static int set_steering(const struct pins *pins, const struct steering *wanted, bool given, bool *none)
{
    struct shared_maps maps;
    struct err err = {0};
    struct steering *now = malloc(sizeof *now);
    int result = now ? shared_maps_open(&maps, pins, &err) : -ENOMEM;
    if (result == 0) {
        result = given ? steering_write(wanted, &maps.steering, &err) : 0;
        if (result == 0)
            result = steering_read(now, &maps.steering, &err);
        shared_maps_close(&maps);
    }
    if (result == 0)
        *none = steering_is_none(now);
    free(now);
    return result ? xdp_error(&err) : 0;
}

static int attach(const struct parsed *parsed, const struct attach_config *c, const struct steering *wanted,
                  bool given)
{
    struct pins pins;
    struct err err = {0};
    struct attach_result r = {0};
    struct buf log = {0};
    bool none = false;
    int result = pins_open(&pins, xdp_option(parsed, "pins"), true, &err);
    if (result == 0)
        result = attach_port(&pins, c, &r, &log, &err);
    int code = result == 0 ? set_steering(&pins, wanted, given, &none) : xdp_error(&err);
    if (result && log.n)
        fprintf(stderr, "the verifier's log:\n%.*s", (int)log.n, (const char *)log.p);
    if (result)
        pins_remove_if_idle(&pins);
    buf_fini(&log);
    pins_close(&pins);
    if (code)
        return code;
    if (!xdp_option(parsed, "json")) {
        print_attached(c, &r, none);
        return EXIT_RAN;
    }
    return xdp_print_json(json_pack("{s:s, s:s, s:s, s:b, s:I, s:b}", "interface", c->interface, "mode",
                                    modes[r.mode], "way", attach_way_name(r.way), "multi_buffer",
                                    r.form == XDP_FORM_FRAGS, "program", (json_int_t)r.program_id, "updated",
                                    r.updated));
}

static int run_attach(const struct parsed *parsed)
{
    struct attach_config config = {.interface = xdp_argument(parsed, 0)};
    if (xdp_argument_count(parsed) != 1)
        return xdp_usage("attach", "name one interface");
    if (!read_config(parsed, &config))
        return EXIT_USAGE;
    struct steering *steering = calloc(1, sizeof *steering);
    bool given;
    int code = steering ? xdp_apply_steering(parsed, steering, true, &given) : EXIT_FAILED;
    if (code == 0)
        code = attach(parsed, &config, steering, given);
    free(steering);
    return code;
}

const struct command_part xdp_attach_part = {
    "attach",
    "attach INTERFACE [OPTIONS]",
    "load the program onto an interface, or change its settings",
    "Modes: span drops what nobody inspects (a copy of traffic); inline forwards it to the peer port (attach "
    "both\n"
    "ports, each with the other as its peer); host passes it to the network stack. Blocks are enforced in "
    "all three.\n"
    "Steering that is not given stays as it is; on an interface that is attached already, so do the "
    "settings.",
    attach_specs,
    run_attach,
};

static const struct option_spec detach_specs[] = {
    {"all", 0, NULL, "every interface of this network namespace", NULL, NULL},
    {"keep", 0, NULL, "keep steering and blocks when nothing is attached any more", NULL, NULL},
    XDP_OPTIONS,
};

struct detach {
    struct pins *pins;
    json_t *names;
    int code;
    bool quiet;
};

/* What a killed run has changed of its settings. */
static void set_back(struct detach *d, const char *name)
{
    int result = interface_restore_left(name);
    if (result < 0) {
        fprintf(stderr, "sluice: %s: its settings cannot be set back: %s\n", name, strerror(-result));
        d->code = EXIT_FAILED;
    } else if (result && !d->quiet) {
        printf("%s: its offloads are set back to what they were before a run that was killed\n", name);
    }
}

static void detach_one(struct detach *d, unsigned ifindex, const char *name)
{
    struct err err = {0};
    if (detach_port(d->pins, ifindex, &err)) {
        fprintf(stderr, "sluice: %s: %s\n", name, err.message);
        d->code = EXIT_FAILED;
        return;
    }
    json_array_append_new(d->names, json_string(name));
    if (!d->quiet)
        printf("%s: detached\n", name);
    set_back(d, name);
}

enum { PORTS_MOST = 256 };

struct port_list {
    unsigned count, ifindex[PORTS_MOST];
};

/* Collected first: detaching removes what is being listed. */
static int collect(void *ctx, bool here, unsigned ifindex, const char *path)
{
    struct port_list *list = ctx;
    (void)path;
    if (here && list->count < PORTS_MOST)
        list->ifindex[list->count++] = ifindex;
    return 0;
}

static void detach_all(struct detach *d)
{
    struct port_list list = {0};
    pins_each_port(d->pins, collect, &list);
    for (unsigned i = 0; i < list.count; i++) {
        char name[IF_NAMESIZE];
        if (!if_indextoname(list.ifindex[i], name))
            snprintf(name, sizeof name, "#%u", list.ifindex[i]);
        detach_one(d, list.ifindex[i], name);
    }
}

static int run_detach(const struct parsed *parsed)
{
    struct pins pins;
    struct err err = {0};
    bool all = xdp_option(parsed, "all") != NULL, json = xdp_option(parsed, "json") != NULL;
    if (!all == !xdp_argument_count(parsed))
        return xdp_usage("detach", "name interfaces, or --all");
    if (pins_open(&pins, xdp_option(parsed, "pins"), false, &err))
        return xdp_error(&err);
    struct detach d = {.pins = &pins, .names = json_array(), .quiet = json};
    if (all)
        detach_all(&d);
    for (unsigned i = 0; xdp_argument(parsed, i); i++) {
        const char *name = xdp_argument(parsed, i);
        unsigned ifindex = if_nametoindex(name);
        if (ifindex)
            detach_one(&d, ifindex, name);
        else {
            fprintf(stderr, "sluice: there is no interface \"%.40s\"\n", name);
            d.code = EXIT_FAILED;
        }
    }
    bool removed = !xdp_option(parsed, "keep") && pins_remove_if_idle(&pins);
    pins_close(&pins);
    if (json)
        return xdp_print_json(json_pack("{s:o, s:b}", "detached", d.names, "removed", removed)) ? EXIT_FAILED
                                                                                                : d.code;
    json_decref(d.names);
    return d.code;
}

const struct command_part xdp_detach_part = {
    "detach",
    "detach INTERFACE... | --all [OPTIONS]",
    "take the program off; other people's programs stay",
    "When nothing is attached any more, steering and blocks go too, unless --keep.",
    detach_specs,
    run_detach,
};
