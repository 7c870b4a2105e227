/* sluice xdp count: what would be steered, as a table that refreshes. Nothing is held up: every packet
 * passes. */
#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/xdp_cli.h"
#include "verdict/attach.h"
#include "verdict/counters.h"
#include "verdict/shared_maps.h"

static const struct option_spec specs[] = {
    STEERING_OPTIONS,
    {"interval", 0, "SECONDS", "between two tables (1)", NULL, NULL},
    {"seconds", 0, "N", "end after so long (until interrupted)", NULL, NULL},
    {"top", 0, "N", "how many services to show (15)", NULL, NULL},
    {"attach", 0, "WAY", "native or generic (native, else generic)", NULL, NULL},
    XDP_OPTIONS,
};

enum { SERVICES = 1024 };

/* The one thing that a signal handler must reach. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

struct counting {
    struct xdp_object *object;
    const char *interface;
    unsigned ifindex;
    enum attach_way way;
    unsigned long interval, seconds, top;
    bool json, redraw;
};

static const char *protocol_text(const struct sluice_service *s, char text[24])
{
    const char *name = s->protocol == 6    ? "tcp"
                       : s->protocol == 17 ? "udp"
                       : s->protocol == 1  ? "icmp"
                       : s->protocol == 58 ? "icmpv6"
                                           : NULL;
    if (s->port)
        snprintf(text, 24, name ? "%s/%u" : "%s%u", name ? name : "protocol ", name ? s->port : s->protocol);
    else if (name)
        snprintf(text, 24, "%s", name);
    else
        snprintf(text, 24, "protocol %u", s->protocol);
    return text;
}

static void print_table(const struct counting *c, double elapsed,
                        const struct sluice_count counts[SLUICE_STATS], const struct service_count *services,
                        int n)
{
    struct sluice_count total = counters_total(counts), steered = counts[SLUICE_WAY_WOULD_STEER];
    char a[XDP_AMOUNT], b[XDP_AMOUNT];
    if (c->redraw)
        fputs("\033[H\033[J", stdout);
    printf("%s: %.0f s, received %s packets, %sB; would be steered %.1f %% of packets, %.1f %% of bytes\n\n",
           c->interface, elapsed, xdp_amount(total.packets, a), xdp_amount(total.bytes, b),
           total.packets ? 100.0 * (double)steered.packets / (double)total.packets : 0.0,
           total.bytes ? 100.0 * (double)steered.bytes / (double)total.bytes : 0.0);
    printf("%-20s %12s %12s  %s\n", "SERVICE", "PACKETS", "BYTES", "STEERED");
    for (int i = 0; i < n && i < (int)c->top; i++) {
        char name[24];
        printf("%-20s %12s %11sB  %s\n", protocol_text(&services[i].service, name),
               xdp_amount(services[i].count.packets, a), xdp_amount(services[i].count.bytes, b),
               services[i].service.selected ? "yes" : "-");
    }
    for (unsigned i = 0; i < SLUICE_STATS; i++)
        if (counts[i].packets && i >= SLUICE_WAYS)
            printf("%-20s %12s %11sB\n", counter_names[i].text, xdp_amount(counts[i].packets, a),
                   xdp_amount(counts[i].bytes, b));
    fflush(stdout);
}

static json_t *table_json(const struct counting *c, double elapsed,
                          const struct sluice_count counts[SLUICE_STATS],
                          const struct service_count *services, int n)
{
    struct sluice_count total = counters_total(counts), steered = counts[SLUICE_WAY_WOULD_STEER];
    json_t *list = json_array();
    for (int i = 0; i < n && i < (int)c->top; i++)
        json_array_append_new(list, json_pack("{s:i, s:i, s:b, s:I, s:I}", "protocol",
                                              services[i].service.protocol, "port", services[i].service.port,
                                              "steered", services[i].service.selected, "packets",
                                              (json_int_t)services[i].count.packets, "bytes",
                                              (json_int_t)services[i].count.bytes));
    return json_pack("{s:s, s:f, s:{s:I, s:I}, s:{s:I, s:I}, s:o}", "interface", c->interface, "seconds",
                     elapsed, "received", "packets", (json_int_t)total.packets, "bytes",
                     (json_int_t)total.bytes, "steered", "packets", (json_int_t)steered.packets, "bytes",
                     (json_int_t)steered.bytes, "services", list);
}

static int show(const struct counting *c, double elapsed)
{
    struct sluice_count counts[SLUICE_STATS];
    struct err err = {0};
    struct service_count *services = calloc(SERVICES, sizeof *services);
    if (!services || counters_read(xdp_object_map(c->object, "stats"), counts, &err)) {
        free(services);
        return xdp_error(&err);
    }
    int n = counters_services(xdp_object_map(c->object, "services"), services, SERVICES), code = EXIT_RAN;
    if (c->json)
        code = xdp_print_json(table_json(c, elapsed, counts, services, n));
    else
        print_table(c, elapsed, counts, services, n);
    free(services);
    return code;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int loop(const struct counting *c)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    double start = now(), shown = -1;
    int code = EXIT_RAN;
    for (unsigned long round = 1; code == EXIT_RAN && !interrupted; round++) {
        double until = start + (double)(round * c->interval);
        if (c->seconds && until > start + (double)c->seconds)
            until = start + (double)c->seconds;
        for (double left; !interrupted && (left = until - now()) > 0;)
            usleep((useconds_t)((left < 0.2 ? left : 0.2) * 1e6) + 1);
        bool last = interrupted || (c->seconds && now() - start >= (double)c->seconds);
        if (c->redraw || c->json || last) {
            shown = now() - start;
            code = show(c, shown);
        }
        if (last)
            break;
    }
    return code;
}

static int start(struct counting *c, const struct steering *steering, struct err *err)
{
    struct attach_config config = {.interface = c->interface, .way = c->way};
    struct attach_result r;
    struct sluice_port port = {
        .version = SLUICE_XDP_VERSION, .ifindex = c->ifindex, .mode = SLUICE_HOST, .flags = SLUICE_DRY_RUN};
    struct xdp_sizes small = {.flow_blocks = 1, .host_blocks = 1, .flow_bypass = 64};
    int result = xdp_object_open(&c->object, XDP_FORM_FRAGS, &small, NULL, 0, err);
    if (result == 0)
        result = attach_object(c->object, c->ifindex, &config, &r, err);
    if (result == -EOPNOTSUPP && c->way == ATTACH_AUTO) {
        xdp_object_free(c->object);
        config.way = ATTACH_GENERIC;
        result = xdp_object_open(&c->object, XDP_FORM_FRAGS, &small, NULL, 0, err);
        result = result ? result : attach_object(c->object, c->ifindex, &config, &r, err);
    }
    if (result)
        return result;
    c->way = r.way;
    struct steering_maps maps = steering_maps_of(c->object);
    result = steering_write(steering, &maps, err);
    return result ? result : xdp_object_set_port(c->object, &port);
}

/* Without options of its own, what is set for the interfaces that are attached. */
static int find_steering(const struct parsed *parsed, struct steering *s)
{
    bool any;
    struct pins pins;
    struct shared_maps maps;
    struct err err;
    int code = xdp_apply_steering(parsed, s, true, &any);
    if (code || any || pins_open(&pins, xdp_option(parsed, "pins"), false, &err))
        return code;
    if (shared_maps_open(&maps, &pins, &err) == 0) {
        steering_read(s, &maps.steering, &err);
        shared_maps_close(&maps);
    }
    pins_close(&pins);
    return 0;
}

static int read_options(const struct parsed *parsed, struct counting *c)
{
    const char *interval = xdp_option(parsed, "interval"), *seconds = xdp_option(parsed, "seconds");
    const char *top = xdp_option(parsed, "top"), *way = xdp_option(parsed, "attach");
    *c = (struct counting){.interface = xdp_argument(parsed, 0), .interval = 1, .top = 15};
    c->json = xdp_option(parsed, "json") != NULL;
    c->redraw = !c->json && isatty(STDOUT_FILENO);
    if (xdp_argument_count(parsed) != 1)
        return xdp_usage("count", "name one interface");
    if ((interval && !options_number("interval", interval, 1, 3600, &c->interval)) ||
        (seconds && !options_number("seconds", seconds, 1, 1000000, &c->seconds)) ||
        (top && !options_number("top", top, 1, SERVICES, &c->top)))
        return EXIT_USAGE;
    if (way && strcmp(way, "native") != 0 && strcmp(way, "generic") != 0)
        return xdp_usage("count", "--attach is native or generic");
    c->way = !way ? ATTACH_AUTO : way[0] == 'n' ? ATTACH_NATIVE : ATTACH_GENERIC;
    c->ifindex = if_nametoindex(c->interface);
    if (c->ifindex)
        return 0;
    fprintf(stderr, "sluice: there is no interface \"%.40s\"\n", c->interface);
    return EXIT_FAILED;
}

static int explain_busy(const char *interface, unsigned ifindex, struct err *err)
{
    struct attached seen;
    struct err ignored;
    if (attach_look(NULL, ifindex, &seen, &ignored) == 0 && seen.count) {
        err_fill(err, "%s has the XDP program \"%s\" (id %u) already, and stays so", interface,
                 seen.programs[0].name, seen.programs[0].id);
        if (strcmp(seen.programs[0].name, "sluice_xdp") == 0)
            err_hint(err, "it is ours: sluice xdp status shows its counters");
    }
    return xdp_error(err);
}

static int run_count(const struct parsed *parsed)
{
    struct counting c;
    struct err err = {0};
    int code = read_options(parsed, &c);
    if (code)
        return code;
    struct steering *s = calloc(1, sizeof *s);
    code = s ? find_steering(parsed, s) : EXIT_FAILED;
    if (code == 0) {
        int result = start(&c, s, &err);
        bool attached = c.object && xdp_object_program(c.object) >= 0;
        if (result)
            code = result == -EBUSY || result == -EEXIST ? explain_busy(c.interface, c.ifindex, &err)
                                                         : xdp_error(&err);
        else
            code = loop(&c);
        if (attached)
            detach_object(c.object, c.ifindex, c.way == ATTACH_GENERIC ? ATTACH_GENERIC : ATTACH_NATIVE);
        xdp_object_free(c.object);
    }
    free(s);
    return code;
}

const struct command_part xdp_count_part = {
    "count",
    "count INTERFACE [OPTIONS]",
    "show what would be steered, live; every packet passes",
    "Loads the program without effect for as long as it runs, and takes it off at the end. Without steering "
    "options\n"
    "it counts by the steering that is set, or by none. Services are named by their lower port.",
    specs,
    run_count,
};
