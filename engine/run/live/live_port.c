#include "run/live/live_port.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "run/live/ethtool.h"
#include "run/settings/settings.h"
#include "verdict/attach.h"

_Static_assert((int)LIVE_SPAN == SLUICE_SPAN && (int)LIVE_INLINE == SLUICE_INLINE &&
                   (int)LIVE_HOST == SLUICE_HOST,
               "modes are the program's");

static const char *const mode_names[] = {"span mode", "inline mode", "host mode"};
static const char run_owner[] = "sluice run pid ";

enum { LEAST_HEARTBEAT_MS = 200, MOST_HEARTBEAT_MS = 3600000, LEAST_RING = 256 << 10 };

/*
 * What another run, or a person with `sluice xdp attach`, has put there is theirs. What a run left behind
 * that was killed is taken over.
 */
static int check_free(const struct pins *pins, unsigned ifindex, const char *interface, struct err *err)
{
    char path[PINS_PATH];
    struct sluice_port port;
    uint32_t zero = 0;
    int map = pins_port_path(pins, ifindex, "port", path) ? -1 : bpf_obj_get(path);
    int found = map < 0 ? -1 : bpf_map_lookup_elem(map, &zero, &port);
    if (map >= 0)
        close(map);
    if (found)
        return 0; /* nothing of ours is there */
    long pid = 0;
    port.owner[sizeof port.owner - 1] = '\0';
    bool run = strncmp(port.owner, run_owner, sizeof run_owner - 1) == 0;
    if (run)
        pid = strtol(port.owner + sizeof run_owner - 1, NULL, 10);
    if (run && pid > 0 && kill((pid_t)pid, 0) && errno == ESRCH)
        return 0;
    err_fill(err, "%s is attached already, by %s", interface, port.owner);
    if (run)
        err_hint(err, "stop that one first");
    else
        err_hint(err, "sluice xdp detach %s", interface);
    return -EBUSY;
}

int live_port_check(const struct live_settings *s, struct err *err)
{
    uint32_t n = s->host_ring;
    if (s->mode == LIVE_HOST && (n < LEAST_RING || n & (n - 1)))
        return err_set(err, -EINVAL, "run.host-ring: expected a power of two from %d KiB on, not %u bytes",
                       LEAST_RING >> 10, n);
    if (s->heartbeat_ms < LEAST_HEARTBEAT_MS || s->heartbeat_ms > MOST_HEARTBEAT_MS)
        return err_set(err, -EINVAL, "run.heartbeat-ms: expected a number from %d to %d, not %u",
                       LEAST_HEARTBEAT_MS, MOST_HEARTBEAT_MS, s->heartbeat_ms);
    return xdp_programs_check(&s->programs, err);
}

int live_port_prepare(struct live_port *port, const struct log *log, struct err *err)
{
    port->ifindex = if_nametoindex(port->interface);
    if (!port->ifindex)
        return err_set(err, -ENODEV, "there is no interface %s", port->interface);
    if (port->settings->mode != LIVE_HOST) /* which leaves the host's settings alone */
        interface_setup(&port->setup, port->interface,
                        port->queues ? port->queues : ethtool_queues(port->interface), log);
    return 0;
}

int live_port_attach(struct live_port *port, const struct pins *pins, const struct log *log, struct err *err)
{
    struct attach_result attached;
    const struct live_settings *s = port->settings;
    const struct xdp_program_setting *first = xdp_programs_of(&s->programs, port->interface);
    struct attach_config config = {
        .interface = port->interface,
        .peer = port->peer,
        .port = {.mode = s->mode,
                 .fail = s->fail,
                 .odd = s->odd,
                 .tunnels = s->tunnels,
                 .heartbeat_age_ns = s->heartbeat_ms * 1000000ull},
        .sizes = {.host_ring = s->mode == LIVE_HOST ? s->host_ring : 0},
        .given = ATTACH_MODE | ATTACH_FAIL | ATTACH_TIMEOUT | ATTACH_ODD | ATTACH_TUNNELS,
        .chain = first ? first->object : NULL,
        .chain_program = first ? first->program : NULL,
    };
    snprintf(config.port.owner, sizeof config.port.owner, "%s%d", run_owner, (int)getpid());
    int result = check_free(pins, if_nametoindex(port->interface), port->interface, err);
    if (!result)
        result = live_port_prepare(port, log, err);
    if (!result && first) /* what a killed run has left cannot be given another program before it */
        detach_port(pins, port->ifindex, &(struct err){0});
    if (!result)
        result = attach_port(pins, &config, &attached, NULL, err);
    port->attached = result == 0;
    port->dispatcher = result == 0 && attached.way == ATTACH_DISPATCHER;
    if (result)
        return result;
    log_notice(log, "%s: %s (%s, %s)", port->interface, attached.updated ? "taken over" : "attached",
               attach_way_name(attached.way), mode_names[s->mode]);
    char path[PINS_PATH];
    if (pins_port_path(pins, port->ifindex, "xsks", path) == 0)
        port->xsks = bpf_obj_get(path);
    if (port->xsks < 0)
        return err_set(err, -errno, "the sockets' map cannot be opened: %s", strerror(errno));
    return 0;
}

static void detach(struct live_port *port, const struct log *log)
{
    struct pins pins;
    struct err err = {0};
    if (pins_open(&pins, NULL, false, &err))
        return;
    port->attached = false;
    if (detach_port(&pins, port->ifindex, &err))
        log_warning(log, "%s: %s", port->interface, err.message);
    pins_remove_if_idle(&pins);
    pins_close(&pins);
}

void live_port_detach(struct live_port *port, const struct log *log)
{
    if (port->xsks >= 0)
        close(port->xsks);
    port->xsks = -1;
    if (port->attached)
        detach(port, log);
    interface_restore(&port->setup, log);
}
