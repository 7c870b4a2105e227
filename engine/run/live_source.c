#include "run/live_source.h"

#include <errno.h>

#include "capture/afxdp.h"
#include "run/ethtool.h"

static bool is_power_of_two(uint32_t n)
{
    return n && !(n & (n - 1));
}

static int check_sizes(const struct live_settings *s, struct err *err)
{
    const struct {
        const char *key;
        uint32_t value, least, most;
    } sizes[] = {{"frame-size", s->frame_size, 2048, 4096},
                 {"frames", s->frames, 512, 1 << 16},
                 {"receive-ring", s->receive_ring, 64, 1 << 15},
                 {"fill-ring", s->fill_ring, 64, 1 << 16}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        if (!is_power_of_two(sizes[i].value) || sizes[i].value < sizes[i].least ||
            sizes[i].value > sizes[i].most)
            return err_set(err, -EINVAL, "run.%s: expected a power of two from %u to %u, not %u",
                           sizes[i].key, sizes[i].least, sizes[i].most, sizes[i].value);
    return 0;
}

static int add_port(struct live_source *source, const char *interface, uint32_t queues, struct err *err)
{
    if (!interface)
        return err_set(err, -EINVAL, "run.interfaces: an element has no interface");
    for (unsigned i = 0; i < source->count; i++)
        if (strcmp(source->ports[i].interface, interface) == 0)
            return err_set(err, -EINVAL, "run.interfaces: %s stands there twice", interface);
    source->ports[source->count++] = (struct live_port){.interface = interface, .queues = queues, .xsks = -1};
    return 0;
}

int live_source_init(struct live_source *source, const struct live_settings *s, const struct log *log,
                     struct err *err)
{
    *source = (struct live_source){.settings = s, .log = log};
    if (s->interface && s->interfaces.count)
        return err_set(err, -EINVAL, "run.interface and run.interfaces are given, one of them is enough");
    if (!s->interface && !s->interfaces.count)
        return err_set(err, -EINVAL, "run.interface is missing");
    int result = s->interface ? add_port(source, s->interface, s->queues, err) : 0;
    for (uint32_t i = 0; i < s->interfaces.count && !result; i++) {
        const struct interface_setting *one = &s->interfaces.list[i];
        result = add_port(source, one->name, one->queues ? one->queues : s->queues, err);
    }
    return result ? result : check_sizes(s, err);
}

int live_source_attach(struct live_source *source, const struct pins *pins, struct err *err)
{
    int result = 0;
    for (unsigned i = 0; i < source->count && !result; i++)
        result = live_port_attach(&source->ports[i], pins, source->log, err);
    return result;
}

bool live_source_attached(const struct live_source *source)
{
    for (unsigned i = 0; i < source->count; i++)
        if (source->ports[i].attached)
            return true;
    return false;
}

void live_source_detach(struct live_source *source)
{
    for (unsigned i = 0; i < source->count; i++)
        live_port_detach(&source->ports[i], source->log);
}

int live_source_open(const struct live_source *source, const atomic_bool *stop, struct capture *capture,
                     struct err *err)
{
    const struct live_settings *s = source->settings;
    struct afxdp_port ports[INTERFACES_MOST];
    for (unsigned i = 0; i < source->count; i++) {
        const struct live_port *port = &source->ports[i];
        ports[i] =
            (struct afxdp_port){.interface = port->interface,
                                .xsks_map = port->xsks,
                                .queues = port->queues ? port->queues : ethtool_queues(port->interface)};
    }
    const struct afxdp_config afxdp = {
        .ports = ports,
        .port_count = source->count,
        .frame_size = s->frame_size,
        .frames = s->frames,
        .receive_ring = s->receive_ring,
        .fill_ring = s->fill_ring,
        .busy_poll_us = s->busy_poll,
        .busy_poll_budget = s->busy_poll_budget,
        .huge_pages = s->huge_pages,
        .require_zerocopy = s->require_zerocopy,
    };
    const struct capture_config config = {.log = source->log, .stop = stop, .afxdp = &afxdp};
    *capture = (struct capture){.ops = &capture_afxdp_ops};
    return capture->ops->open(capture, &config, err);
}
