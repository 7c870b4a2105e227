#include "run/live_port.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "verdict/attach.h"

static const char run_owner[] = "sluice run pid ";

enum { HEARTBEAT_AGE_MS = 1000 };

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

int live_port_attach(struct live_port *port, const struct pins *pins, const struct log *log, struct err *err)
{
    struct attach_result attached;
    struct attach_config config = {
        .interface = port->interface,
        .port = {.mode = SLUICE_SPAN,
                 .fail = SLUICE_FAIL_OPEN,
                 .heartbeat_age_ns = HEARTBEAT_AGE_MS * 1000000ull},
        .given = ATTACH_MODE | ATTACH_FAIL | ATTACH_TIMEOUT,
    };
    snprintf(config.port.owner, sizeof config.port.owner, "%s%d", run_owner, (int)getpid());
    port->ifindex = if_nametoindex(port->interface);
    int result = check_free(pins, port->ifindex, port->interface, err);
    if (!result)
        result = attach_port(pins, &config, &attached, NULL, err);
    port->attached = result == 0;
    if (result)
        return result;
    log_notice(log, "%s: %s (%s, %s)", port->interface, attached.updated ? "taken over" : "attached",
               attach_way_name(attached.way), "span mode");
    char path[PINS_PATH];
    if (pins_port_path(pins, port->ifindex, "xsks", path) == 0)
        port->xsks = bpf_obj_get(path);
    if (port->xsks < 0)
        return err_set(err, -errno, "the sockets' map cannot be opened: %s", strerror(errno));
    return 0;
}

void live_port_detach(struct live_port *port, const struct log *log)
{
    struct pins pins;
    struct err err = {0};
    if (port->xsks >= 0)
        close(port->xsks);
    port->xsks = -1;
    if (!port->attached || pins_open(&pins, NULL, false, &err))
        return;
    port->attached = false;
    if (detach_port(&pins, port->ifindex, &err))
        log_warning(log, "%s: %s", port->interface, err.message);
    pins_remove_if_idle(&pins);
    pins_close(&pins);
}
