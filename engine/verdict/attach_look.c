/* What is on an interface. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <xdp/libxdp.h>

#include "verdict/attach.h"

const char *attach_way_name(enum attach_way way)
{
    static const char *const names[] = {"auto", "dispatcher", "native", "generic"};
    return names[way];
}

/* Zeroed when there is none. */
static struct bpf_prog_info info_of_pin(const struct pins *pins, unsigned ifindex, const char *name)
{
    char path[PINS_PATH];
    struct bpf_prog_info info = {0};
    uint32_t n = sizeof info;
    if (!pins || pins_port_path(pins, ifindex, name, path))
        return info;
    int fd = bpf_obj_get(path);
    if (fd < 0)
        return info;
    if (bpf_obj_get_info_by_fd(fd, &info, &n))
        info = (struct bpf_prog_info){0};
    close(fd);
    return info;
}

static uint32_t id_of_pin(const struct pins *pins, unsigned ifindex, const char *name)
{
    return info_of_pin(pins, ifindex, name).id;
}

static void add(struct attached *out, const struct xdp_program *program, uint32_t ours, uint32_t chain)
{
    if (!program || out->count == ATTACHED_MOST)
        return;
    struct attached_program *p = &out->programs[out->count++];
    const char *name = xdp_program__name(program);
    *p = (struct attached_program){.id = xdp_program__id(program)};
    snprintf(p->name, sizeof p->name, "%s", name ? name : "?");
    p->ours = p->id && (p->id == ours || p->id == chain);
}

/* The tail call's target is on no list of the kernel's: it follows its caller. */
static void add_called(struct attached *out, uint32_t ours, uint32_t chain)
{
    if (!chain || !ours || out->count != 1 || out->programs[0].id != chain)
        return;
    struct attached_program *p = &out->programs[out->count++];
    *p = (struct attached_program){.id = ours, .name = "sluice_xdp", .ours = true};
}

/*
 * Without CAP_SYS_ADMIN no program can be opened by its id: the kernel still says which id is attached, and
 * that is enough to know our own. One that is not ours is somebody else's, unless ours was made for a
 * dispatcher (it is an extension then) and may lie behind that. False: that is not known.
 */
static bool look_by_id(const struct pins *pins, unsigned ifindex, struct attached *out)
{
    struct bpf_prog_info program = info_of_pin(pins, ifindex, "program");
    uint32_t ours = program.id, chain = id_of_pin(pins, ifindex, "chain");
    DECLARE_LIBBPF_OPTS(bpf_xdp_query_opts, opts);
    if (bpf_xdp_query((int)ifindex, 0, &opts))
        return false;
    uint32_t id = opts.drv_prog_id ? opts.drv_prog_id : opts.skb_prog_id;
    if (!id)
        return true; /* nothing is attached */
    bool is_ours = id == ours || id == chain;
    if (!is_ours && program.type != BPF_PROG_TYPE_XDP)
        return false;
    out->way = opts.drv_prog_id ? ATTACH_NATIVE : ATTACH_GENERIC;
    struct attached_program *p = &out->programs[out->count++];
    *p = (struct attached_program){.id = id, .ours = is_ours};
    snprintf(p->name, sizeof p->name, "%s", is_ours ? "sluice_xdp" : "?");
    add_called(out, ours, chain);
    return true;
}

int attach_look(const struct pins *pins, unsigned ifindex, struct attached *out, struct err *err)
{
    *out = (struct attached){0};
    libxdp_set_print(NULL);
    libbpf_set_print(NULL);
    struct xdp_multiprog *all = xdp_multiprog__get_from_ifindex((int)ifindex);
    int result = (int)libxdp_get_error(all);
    if (result == -ENOENT || (result == -EPERM && look_by_id(pins, ifindex, out)))
        return 0;
    if (result)
        return err_set(err, result, "what is attached cannot be told: %s", strerror(-result));
    uint32_t ours = id_of_pin(pins, ifindex, "program"), chain = id_of_pin(pins, ifindex, "chain");
    bool generic = xdp_multiprog__attach_mode(all) == XDP_MODE_SKB;
    if (xdp_multiprog__is_legacy(all)) {
        out->way = generic ? ATTACH_GENERIC : ATTACH_NATIVE;
        add(out, xdp_multiprog__main_prog(all), ours, chain);
        add_called(out, ours, chain);
    } else {
        out->way = ATTACH_DISPATCHER;
        const struct xdp_program *p = NULL;
        while ((p = xdp_multiprog__next_prog(p, all)))
            add(out, p, ours, chain);
    }
    xdp_multiprog__close(all);
    return 0;
}
