#include "run/live/live_source.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "capture/afxdp.h"
#include "run/live/ethtool.h"
#include "verdict/steering_filter.h"

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

static int add_port(struct live_source *source, const char *interface, const char *peer, uint32_t queues,
                    struct err *err)
{
    if (!interface)
        return err_set(err, -EINVAL, "run.interfaces: an element has no interface");
    for (unsigned i = 0; i < source->count; i++)
        if (strcmp(source->ports[i].interface, interface) == 0)
            return err_set(err, -EINVAL, "run.%s: %s stands there twice", peer ? "pairs" : "interfaces",
                           interface);
    source->ports[source->count++] = (struct live_port){
        .interface = interface, .peer = peer, .settings = source->settings, .queues = queues, .xsks = -1};
    return 0;
}

/* Ports 2n and 2n+1 are each other's peers. */
static int add_pairs(struct live_source *source, struct err *err)
{
    const struct live_settings *s = source->settings;
    int result = 0;
    if (s->interface || s->interfaces.count || !s->pairs.count)
        return err_set(err, -EINVAL,
                       "inline mode has run.pairs, and neither run.interface nor run.interfaces");
    if (s->pairs.count % 2)
        return err_set(err, -EINVAL, "run.pairs: %s has no peer", s->pairs.list[s->pairs.count - 1].name);
    for (uint32_t i = 0; i < s->pairs.count && !result; i++)
        result = add_port(source, s->pairs.list[i].name, s->pairs.list[i ^ 1].name, s->queues, err);
    return result;
}

static int add_interfaces(struct live_source *source, struct err *err)
{
    const struct live_settings *s = source->settings;
    if (s->pairs.count)
        return err_set(err, -EINVAL, "run.pairs is for inline mode: set run.mode");
    if (s->interface && s->interfaces.count)
        return err_set(err, -EINVAL, "run.interface and run.interfaces are given, one of them is enough");
    if (!s->interface && !s->interfaces.count)
        return err_set(err, -EINVAL, "run.interface is missing");
    int result = s->interface ? add_port(source, s->interface, NULL, s->queues, err) : 0;
    for (uint32_t i = 0; i < s->interfaces.count && !result; i++) {
        const struct interface_setting *one = &s->interfaces.list[i];
        result = add_port(source, one->name, NULL, one->queues ? one->queues : s->queues, err);
    }
    return result;
}

int live_source_init(struct live_source *source, const struct live_settings *s, const struct log *log,
                     struct err *err)
{
    *source =
        (struct live_source){.settings = s, .log = log, .host_ring = -1, .pcap = s->source == SOURCE_PCAP};
    int result = s->mode == LIVE_INLINE ? add_pairs(source, err) : add_interfaces(source, err);
    if (!result && source->pcap && s->mode != LIVE_SPAN)
        result = err_set(err, -EINVAL, "run.source: pcap is for span mode: it can hold nothing up");
    if (!result)
        result = live_port_check(s, err);
    if (!result && (s->pcap_buffer < 1 << 16 || s->pcap_buffer > 1 << 30))
        return err_set(err, -EINVAL, "run.pcap-buffer: expected a size from 64 KiB to 1 GiB");
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
    if (source->wake > 0)
        close(source->wake);
    source->wake = 0;
}

void live_source_wake(const struct live_source *source)
{
    const uint64_t one = 1;
    if (source->wake > 0 && write(source->wake, &one, sizeof one) < 0)
        return; /* it counts to its end: then it is awake */
}

static int open_ring(const struct live_source *source, const atomic_bool *stop, struct capture *capture,
                     struct err *err)
{
    const struct capture_config config = {.log = source->log, .stop = stop, .host_ring = source->host_ring};
    *capture = (struct capture){.ops = &capture_ringbuf_ops};
    return capture->ops->open(capture, &config, err);
}

static int open_afxdp(struct live_source *source, const atomic_bool *stop, struct capture *capture,
                      struct err *err)
{
    const struct live_settings *s = source->settings;
    struct afxdp_port ports[INTERFACES_MOST];
    for (unsigned i = 0; i < source->count; i++) {
        const struct live_port *port = &source->ports[i];
        ports[i] =
            (struct afxdp_port){.interface = port->interface,
                                .xsks_map = port->xsks,
                                .has_peer = s->mode == LIVE_INLINE,
                                .peer = i ^ 1,
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
        .spin_us = s->spin,
        .huge_pages = s->huge_pages,
        .require_zerocopy = s->require_zerocopy,
    };
    if (s->workers > 1 && (source->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) < 0)
        return err_set(err, -errno, "no eventfd: %s", strerror(errno));
    const struct capture_config config = {
        .log = source->log, .stop = stop, .wake = source->wake, .afxdp = &afxdp};
    *capture = (struct capture){.ops = &capture_afxdp_ops};
    return capture->ops->open(capture, &config, err);
}

/* What it cannot say is taken, too: more is inspected then, and not less. */
static int open_pcap(struct live_source *source, const struct steering *steering, const atomic_bool *stop,
                     struct capture *capture, struct err *err)
{
    const char *interfaces[INTERFACES_MOST];
    for (unsigned i = 0; i < source->count; i++) {
        interfaces[i] = source->ports[i].interface;
        int result = live_port_prepare(&source->ports[i], source->log, err);
        if (result)
            return result;
    }
    struct buf filter = {0};
    int result = steering_filter(steering, &filter);
    if (result == -EOPNOTSUPP)
        log_warning(source->log, "the steering policy cannot be made a filter: all traffic is inspected");
    const struct capture_config config = {.filter = result ? NULL : (const char *)filter.p,
                                          .log = source->log,
                                          .stop = stop,
                                          .interfaces = interfaces,
                                          .interface_count = source->count,
                                          .kernel_buffer = source->settings->pcap_buffer};
    *capture = (struct capture){.ops = &capture_live_pcap_ops};
    result =
        result == -ENOMEM ? err_set(err, result, "out of memory") : capture->ops->open(capture, &config, err);
    buf_fini(&filter);
    if (!result)
        log_warning(source->log, "libpcap brings the frames: there are alerts, but nothing can be blocked");
    return result;
}

int live_source_open(struct live_source *source, const struct steering *steering, const atomic_bool *stop,
                     struct capture *capture, struct err *err)
{
    if (source->settings->mode == LIVE_HOST)
        return open_ring(source, stop, capture, err);
    return source->pcap ? open_pcap(source, steering, stop, capture, err)
                        : open_afxdp(source, stop, capture, err);
}

bool live_source_may_fall_back(const struct live_source *source, int result)
{
    const struct live_settings *s = source->settings;
    return result && !source->pcap && s->source == SOURCE_AUTO && s->mode == LIVE_SPAN &&
           !s->require_zerocopy && result != -EBUSY && result != -EEXIST && result != -ENODEV &&
           result != -ENOMEM;
}
