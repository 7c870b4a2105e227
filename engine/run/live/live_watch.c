#include "run/live/live_watch.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if.h>

#include "base/log.h"
#include "verdict/attach.h"

/* Who runs there now. Under libxdp's dispatcher ours may be one of several, and the dispatcher another one.
 */
static void tell_change(const struct live_port *port, uint32_t id, const struct log *log)
{
    struct attached seen = {0};
    struct err err = {0};
    int failed = attach_look(NULL, port->ifindex, &seen, &err); /* the name needs CAP_SYS_ADMIN */
    for (unsigned i = 0; i < seen.count; i++)
        if (strcmp(seen.programs[i].name, "sluice_xdp") == 0)
            return;
    if (failed && id)
        log_error(
            log,
            "%s: another XDP program (id %u) has taken the place of ours: no frames come from there any more",
            port->interface, id);
    else if (seen.count)
        log_error(log,
                  "%s: the XDP program \"%s\" (id %u) has taken the place of ours: no frames come from there "
                  "any more",
                  port->interface, seen.programs[0].name, seen.programs[0].id);
    else
        log_error(log, "%s: our XDP program has been taken off: no frames come from there any more",
                  port->interface);
}

static void look_at(struct live_watch *watch, unsigned index, const struct live_port *port,
                    const struct log *log)
{
    uint32_t id = 0;
    char name[IF_NAMESIZE];
    if (!if_indextoname(port->ifindex, name) && (errno == ENXIO || errno == ENODEV)) {
        watch->gone[index] = true;
        log_error(log, "%s: the interface is gone", port->interface);
    } else if (bpf_xdp_query_id((int)port->ifindex, 0, &id) == 0 && id != watch->programs[index]) {
        if (watch->programs[index])
            tell_change(port, id, log);
        watch->programs[index] = id;
    }
}

void live_watch_look(struct live_watch *watch, const struct live_source *source, uint64_t now_ns)
{
    if (now_ns - watch->looked_ns < 1000000000u)
        return;
    watch->looked_ns = now_ns;
    for (unsigned i = 0; i < source->count; i++)
        if (source->ports[i].attached && !watch->gone[i])
            look_at(watch, i, &source->ports[i], source->log);
}

bool live_watch_all_gone(const struct live_watch *watch, const struct live_source *source)
{
    for (unsigned i = 0; i < source->count; i++)
        if (!watch->gone[i])
            return false;
    return true;
}
