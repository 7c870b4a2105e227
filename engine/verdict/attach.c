#include "verdict/attach.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>
#include <xdp/libxdp.h>

/* One try: what was made for it, and is either pinned or thrown away. */
struct attempt {
    const struct attach_config *config;
    unsigned ifindex;
    struct xdp_object *object;
    struct bpf_object *chain;
    int chain_program; /* descriptor; -1: none */
    enum attach_way way;
};

static void attempt_fini(struct attempt *a)
{
    xdp_object_free(a->object);
    bpf_object__close(a->chain);
    a->object = NULL;
    a->chain = NULL;
    a->chain_program = -1;
}

/* Programs of libxdp's around objects of ours; what passes goes on to whoever is next. */
static struct xdp_program *wrap(struct bpf_object *object, const char *section)
{
    struct xdp_program *p = xdp_program__from_bpf_obj(object, section);
    if (libxdp_get_error(p))
        return NULL;
    xdp_program__set_chain_call_enabled(p, XDP_PASS, true);
    return p;
}

static struct bpf_program *first_xdp(struct bpf_object *object, const char *name)
{
    struct bpf_program *p;
    bpf_object__for_each_program(p, object)
    {
        if (bpf_program__type(p) == BPF_PROG_TYPE_XDP && (!name || strcmp(name, bpf_program__name(p)) == 0))
            return p;
    }
    return NULL;
}

static int open_chain(struct attempt *a, struct bpf_program **program, struct err *err)
{
    const struct attach_config *c = a->config;
    a->chain = bpf_object__open_file(c->chain, NULL);
    if (!a->chain) {
        int code = errno ? errno : EINVAL;
        return err_set(err, -code, "%s: %s", c->chain, strerror(code));
    }
    *program = first_xdp(a->chain, c->chain_program);
    if (!*program)
        return err_set(err, -ENOENT, "%s: there is no XDP program%s%s in it", c->chain,
                       c->chain_program ? " " : "", c->chain_program ? c->chain_program : "");
    return 0;
}

/* The kernel joins programs by a tail call only when both or neither are for several buffers. */
static int load_chain(struct attempt *a, struct err *err)
{
    struct bpf_program *program = NULL;
    int result = open_chain(a, &program, err);
    if (result)
        return result;
    struct bpf_map *next = bpf_object__find_map_by_name(a->chain, "sluice_chain");
    if (!next) {
        err_fill(err,
                 "%s cannot be chained here: libxdp's dispatcher does not load, and it makes no tail call",
                 a->config->chain);
        err_hint(err, "include xdp/chain.h and return sluice_next(ctx) where it returns XDP_PASS");
        return -EPROTO;
    }
    uint32_t flags = bpf_program__flags(program) & ~(uint32_t)BPF_F_XDP_HAS_FRAGS;
    if (a->object->form == XDP_FORM_FRAGS)
        flags |= BPF_F_XDP_HAS_FRAGS;
    bpf_program__set_flags(program, flags);
    result = bpf_object__load(a->chain);
    if (result)
        return err_set(err, result, "%s: the kernel refused it: %s", a->config->chain, strerror(-result));
    uint32_t zero = 0;
    int ours = xdp_object_program(a->object);
    if (bpf_map_update_elem(bpf_map__fd(next), &zero, &ours, BPF_ANY))
        return err_set(err, -errno, "%s cannot be chained: %s", a->config->chain, strerror(errno));
    a->chain_program = bpf_program__fd(program);
    return 0;
}

static int attach_directly(struct attempt *a, enum attach_way way, struct err *err)
{
    int result = xdp_object_load(a->object, err);
    if (result == 0 && a->config->chain)
        result = load_chain(a, err);
    if (result)
        return result;
    int program = a->chain_program >= 0 ? a->chain_program : xdp_object_program(a->object);
    uint32_t flags =
        XDP_FLAGS_UPDATE_IF_NOEXIST | (way == ATTACH_GENERIC ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);
    result = bpf_xdp_attach((int)a->ifindex, program, flags, NULL);
    a->way = way;
    return result ? err_set(err, result, "%s: %s attachment: %s", a->config->interface, attach_way_name(way),
                            strerror(-result))
                  : 0;
}

/* With one program and no dispatcher to be had, libxdp attaches natively by itself: attach_look tells which
 * it was. */
static int attach_dispatched(struct attempt *a, struct err *err)
{
    struct xdp_program *programs[2] = {0};
    unsigned n = 0;
    int result = 0;
    if (a->config->chain) {
        struct bpf_program *program = NULL;
        result = open_chain(a, &program, err);
        if (result)
            return result;
        programs[n] = wrap(a->chain, bpf_program__section_name(program));
        if (programs[n])
            xdp_program__set_run_prio(programs[n++], a->config->priority ? a->config->priority - 1 : 49);
    }
    programs[n] = wrap(a->object->object, NULL);
    if (!programs[n])
        result = err_set(err, -ENOMEM, "libxdp does not take the program");
    else if (a->config->priority)
        xdp_program__set_run_prio(programs[n], a->config->priority);
    if (result == 0)
        result = xdp_program__attach_multi(programs, ++n, (int)a->ifindex, XDP_MODE_NATIVE, 0);
    if (result)
        xdp_object_explain(a->object, result, err);
    else if (a->config->chain)
        a->chain_program = xdp_program__fd(programs[0]);
    for (unsigned i = 0; i < 2; i++)
        if (programs[i])
            xdp_program__close(programs[i]);
    a->way = ATTACH_DISPATCHER;
    return result;
}

static int one_way(struct attempt *a, enum attach_way way, struct err *err)
{
    return way == ATTACH_DISPATCHER ? attach_dispatched(a, err) : attach_directly(a, way, err);
}

/* Errors against which no other way or form helps. That the dispatcher is refused, or not installed, says
 * nothing about the others. */
static bool hopeless(int code, bool dispatcher)
{
    return code == -EBUSY || code == -EEXIST || code == -EPROTO ||
           ((code == -EPERM || code == -ENOENT) && !dispatcher);
}

/* The tries, in order, until one holds: {way, form}. An object serves one try only. */
static int try_all(struct attempt *a, const struct pins *pins, struct buf *log, struct err *err)
{
    static const enum attach_way automatic[] = {ATTACH_DISPATCHER, ATTACH_NATIVE, ATTACH_GENERIC};
    const struct attach_config *c = a->config;
    unsigned ways = c->way == ATTACH_AUTO ? 3 : 1;
    int result = -EINVAL;
    for (unsigned i = 0; i < ways; i++)
        for (int form = c->plain ? XDP_FORM_PLAIN : XDP_FORM_FRAGS; form <= XDP_FORM_PLAIN; form++) {
            result = xdp_object_open(&a->object, form, &c->sizes, pins, a->ifindex, err);
            if (result == 0)
                result = one_way(a, c->way == ATTACH_AUTO ? automatic[i] : c->way, err);
            if (result == 0)
                return 0;
            if (log && a->object && a->object->log[0]) {
                buf_clear(log);
                buf_printf(log, "%s", a->object->log);
            }
            attempt_fini(a);
            if (hopeless(result, c->way == ATTACH_AUTO && i == 0))
                return result;
        }
    return result;
}

static int refuse_foreign(const struct attached *seen, const char *interface, struct err *err)
{
    err_fill(err, "%s has the XDP program \"%s\" (id %u) already, which is not ours and stays", interface,
             seen->programs[0].name, seen->programs[0].id);
    err_hint(
        err,
        seen->way == ATTACH_DISPATCHER
            ? "it is in libxdp's dispatcher: leave out --attach, or give --attach dispatcher"
            : "attached directly, it cannot share the interface; see --chain for running it before ours");
    return -EBUSY;
}

static int pin(int fd, const struct pins *pins, unsigned ifindex, const char *name, struct err *err)
{
    char path[PINS_PATH];
    int result = pins_port_path(pins, ifindex, name, path);
    if (result == 0 && fd >= 0 && bpf_obj_pin(fd, path))
        result = -errno;
    return result ? err_set(err, result, "%s: cannot be pinned: %s", path, strerror(-result)) : 0;
}

/* The array that holds the tail call forgets its program when nothing outside the kernel refers to it: pinned
 * too. */
static int pin_attempt(struct attempt *a, const struct pins *pins, struct err *err)
{
    int result = pin(xdp_object_program(a->object), pins, a->ifindex, "program", err);
    if (result || a->chain_program < 0)
        return result;
    result = pin(a->chain_program, pins, a->ifindex, "chain", err);
    struct bpf_map *next = bpf_object__find_map_by_name(a->chain, "sluice_chain");
    if (result == 0 && next)
        result = pin(bpf_map__fd(next), pins, a->ifindex, "chain_next", err);
    return result;
}

static int fill_interface(struct attach_config *c, unsigned *ifindex, struct err *err)
{
    *ifindex = if_nametoindex(c->interface);
    if (!*ifindex)
        return err_set(err, -ENODEV, "there is no interface \"%s\"", c->interface);
    c->port.version = SLUICE_XDP_VERSION;
    c->port.ifindex = *ifindex;
    snprintf(c->port.name, sizeof c->port.name, "%s", c->interface);
    return 0;
}

static int fill_peer(struct attach_config *c, struct err *err)
{
    if (c->port.mode != SLUICE_INLINE) {
        c->port.peer_ifindex = 0;
        return 0;
    }
    if (c->peer) {
        c->port.peer_ifindex = if_nametoindex(c->peer);
        if (!c->port.peer_ifindex)
            return err_set(err, -ENODEV, "there is no interface \"%s\"", c->peer);
    }
    if (!c->port.peer_ifindex)
        return err_set(err, -EINVAL, "inline mode needs a peer: --peer INTERFACE");
    if (c->port.peer_ifindex == c->port.ifindex)
        return err_set(err, -EINVAL, "the peer is the interface itself");
    return 0;
}

static int open_pin(const struct pins *pins, unsigned ifindex, const char *name)
{
    char path[PINS_PATH];
    int result = pins_port_path(pins, ifindex, name, path);
    int fd = result ? result : bpf_obj_get(path);
    return fd < 0 && !result ? -errno : fd;
}

/* What was not given stays as it is. */
static void keep_settings(struct attach_config *c, const struct sluice_port *old)
{
    struct sluice_port *p = &c->port;
    p->mode = c->given & ATTACH_MODE ? p->mode : old->mode;
    p->fail = c->given & ATTACH_FAIL ? p->fail : old->fail;
    p->odd = c->given & ATTACH_ODD ? p->odd : old->odd;
    p->tunnels = c->given & ATTACH_TUNNELS ? p->tunnels : old->tunnels;
    p->heartbeat_age_ns = c->given & ATTACH_TIMEOUT ? p->heartbeat_age_ns : old->heartbeat_age_ns;
    p->peer_ifindex = old->peer_ifindex;
    p->hash_seed = old->hash_seed;
}

static int change_port(struct attach_config *c, int port, int peers, struct err *err)
{
    uint32_t zero = 0;
    struct sluice_port old;
    if (port < 0 || peers < 0)
        return port < 0 ? port : peers;
    if (bpf_map_lookup_elem(port, &zero, &old))
        return -errno;
    keep_settings(c, &old);
    int result = fill_peer(c, err);
    if (result)
        return result;
    if (c->port.peer_ifindex && bpf_map_update_elem(peers, &zero, &c->port.peer_ifindex, BPF_ANY))
        return -errno;
    return bpf_map_update_elem(port, &zero, &c->port, BPF_ANY) ? -errno : 0;
}

/* Attached already: the settings change, the program and its counters go on. */
static int update(const struct pins *pins, struct attach_config *c, unsigned ifindex,
                  struct attach_result *out, struct err *err)
{
    if (c->chain) {
        err_fill(err, "%s is attached already, and what runs before it cannot be changed", c->interface);
        err_hint(err, "sluice xdp detach %s --keep, then attach again", c->interface);
        return -EBUSY;
    }
    int port = open_pin(pins, ifindex, "port"), peers = open_pin(pins, ifindex, "peers");
    int result = change_port(c, port, peers, err);
    if (port >= 0)
        close(port);
    if (peers >= 0)
        close(peers);
    out->updated = true;
    out->mode = c->port.mode;
    if (result && !err->message[0])
        err_fill(err, "%s: its settings cannot be written: %s", c->interface, strerror(-result));
    return result;
}

/* 1: neither ours nor in the way; else what to return. */
static int look_first(const struct pins *pins, struct attach_config *c, unsigned ifindex,
                      struct attach_result *out, struct err *err)
{
    struct attached seen;
    int result = attach_look(pins, ifindex, &seen, err);
    if (result)
        return result;
    for (unsigned i = 0; i < seen.count; i++)
        if (seen.programs[i].ours) {
            out->way = seen.way;
            out->program_id = seen.programs[i].id;
            if (strcmp(seen.programs[i].name, "sluice_xdp") == 0)
                return update(pins, c, ifindex, out, err);
        }
    bool shareable = seen.way == ATTACH_DISPATCHER && (c->way == ATTACH_AUTO || c->way == ATTACH_DISPATCHER);
    return seen.count && !shareable ? refuse_foreign(&seen, c->interface, err) : 1;
}

static void tell(struct attempt *a, const struct pins *pins, struct attach_result *out)
{
    struct attached seen;
    struct err ignored;
    out->form = a->object->form;
    out->way = a->way;
    if (attach_look(pins, a->ifindex, &seen, &ignored) == 0 && seen.count)
        out->way = seen.way;
    for (unsigned i = 0; i < seen.count; i++)
        if (strcmp(seen.programs[i].name, "sluice_xdp") == 0)
            out->program_id = seen.programs[i].id;
}

int attach_port(const struct pins *pins, const struct attach_config *config, struct attach_result *result,
                struct buf *log, struct err *err)
{
    struct attach_config c = *config;
    struct attempt a = {.config = &c, .chain_program = -1};
    *result = (struct attach_result){0};
    int code = fill_interface(&c, &a.ifindex, err);
    if (code == 0)
        code = look_first(pins, &c, a.ifindex, result, err);
    if (code > 0)
        code = fill_peer(&c, err) ? -EINVAL : 1;
    if (code <= 0)
        return code;
    result->mode = c.port.mode;
    pins_port_remove(
        pins, a.ifindex); /* of an interface that was removed, or of a program that somebody took off */
    code = try_all(&a, pins, log, err);
    if (code == 0)
        code = xdp_object_set_port(a.object, &c.port);
    if (code == 0)
        code = pin_attempt(&a, pins, err);
    if (code == 0)
        tell(&a, pins, result);
    else {
        if (a.object)
            detach_object(a.object, a.ifindex, a.way);
        pins_port_remove(pins, a.ifindex);
    }
    attempt_fini(&a);
    return code;
}

int attach_object(struct xdp_object *o, unsigned ifindex, const struct attach_config *config,
                  struct attach_result *result, struct err *err)
{
    struct attempt a = {.config = config, .ifindex = ifindex, .object = o, .chain_program = -1};
    *result = (struct attach_result){.form = o->form};
    int code = attach_directly(&a, config->way == ATTACH_GENERIC ? ATTACH_GENERIC : ATTACH_NATIVE, err);
    result->way = a.way;
    return code;
}

static int detach_fd(int fd, unsigned ifindex, enum attach_way way)
{
    if (way == ATTACH_DISPATCHER) {
        struct xdp_program *p = xdp_program__from_fd(fd);
        if (libxdp_get_error(p))
            return (int)libxdp_get_error(p);
        int result = xdp_program__detach(p, (int)ifindex, XDP_MODE_NATIVE, 0);
        xdp_program__close(p);
        return result;
    }
    DECLARE_LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = fd);
    return bpf_xdp_detach((int)ifindex, way == ATTACH_GENERIC ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE,
                          &opts);
}

int detach_object(struct xdp_object *o, unsigned ifindex, enum attach_way way)
{
    int fd = xdp_object_program(o);
    return fd < 0 ? fd : detach_fd(fd, ifindex, way);
}

int detach_port(const struct pins *pins, unsigned ifindex, struct err *err)
{
    struct attached seen;
    int result = 0, program = open_pin(pins, ifindex, "program"), chain = open_pin(pins, ifindex, "chain");
    if (program < 0)
        return err_set(err, -ENOENT, "nothing of ours is attached there");
    char name[IF_NAMESIZE];
    if (if_indextoname(ifindex, name))
        result = attach_look(pins, ifindex, &seen, err);
    else
        seen = (struct attached){0};
    bool there = false;
    for (unsigned i = 0; result == 0 && i < seen.count; i++)
        there = there || seen.programs[i].ours;
    if (result == 0 && there && seen.way == ATTACH_DISPATCHER && chain >= 0)
        result = detach_fd(chain, ifindex, seen.way);
    if (result == 0 && there)
        result = detach_fd(chain >= 0 && seen.way != ATTACH_DISPATCHER ? chain : program, ifindex, seen.way);
    if (result && !err->message[0])
        err_fill(err, "it cannot be detached: %s", strerror(-result));
    if (result == 0)
        pins_port_remove(pins, ifindex);
    close(program);
    if (chain >= 0)
        close(chain);
    return result;
}
