#include "verdict/egress.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sluice_egress.skel.h>

#include "verdict/clsact.h"
#include "verdict/pins.h"
#include "xdp/shared.h"

static const char pinned_as[] = "egress";

static int open_object(struct bpf_object **out, struct err *err)
{
    size_t n;
    const void *bytes = sluice_egress__elf_bytes(&n);
    DECLARE_LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "sluice_egress");
    libbpf_set_print(NULL);
    *out = bpf_object__open_mem(bytes, n, &opts);
    return *out ? 0 : err_set(err, -errno, "the program for egress cannot be opened: %s", strerror(errno));
}

int egress_load(struct bpf_object **out, egress_map_finder *find, void *ctx, struct err *err)
{
    struct bpf_map *map;
    int result = open_object(out, err);
    if (result)
        return result;
    bpf_object__for_each_map(map, *out)
    {
        if (result || bpf_map__is_internal(map))
            continue;
        int fd = find(ctx, bpf_map__name(map));
        result = fd < 0 ? fd : bpf_map__reuse_fd(map, fd); /* which makes a descriptor of its own */
        if (fd >= 0)
            close(fd);
        if (result)
            err_fill(err, "the program for egress: its map %s: %s", bpf_map__name(map), strerror(-result));
    }
    if (result == 0) {
        result = bpf_object__load(*out);
        if (result)
            err_fill(err, "the kernel refused the program for egress: %s", strerror(-result));
    }
    if (result) {
        bpf_object__close(*out);
        *out = NULL;
    }
    return result;
}

int egress_program(const struct bpf_object *object)
{
    const struct bpf_program *program = bpf_object__find_program_by_name(object, "sluice_egress");
    return program ? bpf_program__fd(program) : -ENOENT;
}

struct place {
    const struct pins *pins;
    unsigned ifindex;
};

static int open_pin(const struct place *place, const char *name)
{
    char path[PINS_PATH];
    int result = pins_port_path(place->pins, place->ifindex, name, path);
    int fd = result ? result : bpf_obj_get(path);
    return fd < 0 && !result ? -errno : fd;
}

static int find_pinned(void *ctx, const char *name)
{
    const struct place *place = ctx;
    char path[PINS_PATH];
    int fd = open_pin(place, name);
    if (fd != -ENOENT)
        return fd;
    int result = pins_shared_path(place->pins, name, path);
    fd = result ? result : bpf_obj_get(path);
    return fd < 0 && !result ? -errno : fd;
}

static uint32_t program_id(int fd)
{
    struct bpf_prog_info info = {0};
    uint32_t n = sizeof info;
    return bpf_obj_get_info_by_fd(fd, &info, &n) ? 0 : info.id;
}

/* Whose program has our filter's place: its id, 0 for none. */
static uint32_t filter_there(unsigned ifindex)
{
    DECLARE_LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = BPF_TC_EGRESS);
    DECLARE_LIBBPF_OPTS(bpf_tc_opts, opts, .handle = 1, .priority = EGRESS_PRIORITY);
    return bpf_tc_query(&hook, &opts) ? 0 : opts.prog_id;
}

uint32_t egress_look(const struct pins *pins, unsigned ifindex)
{
    const struct place place = {pins, ifindex};
    int fd = open_pin(&place, pinned_as);
    if (fd < 0)
        return 0;
    uint32_t ours = program_id(fd);
    close(fd);
    return ours && filter_there(ifindex) == ours ? ours : 0;
}

/* That the discipline is ours to take away is remembered in the port's flags. */
static int mark(const struct place *place, bool made)
{
    uint32_t zero = 0;
    struct sluice_port port;
    int fd = open_pin(place, "port");
    int result = fd < 0 ? fd : bpf_map_lookup_elem(fd, &zero, &port) ? -errno : 0;
    if (result == 0) {
        port.flags = made ? port.flags | SLUICE_MADE_CLSACT : port.flags & ~(uint32_t)SLUICE_MADE_CLSACT;
        result = bpf_map_update_elem(fd, &zero, &port, BPF_ANY) ? -errno : 0;
    }
    if (fd >= 0)
        close(fd);
    return result;
}

static bool marked(const struct place *place)
{
    uint32_t zero = 0;
    struct sluice_port port = {0};
    int fd = open_pin(place, "port");
    bool found = fd >= 0 && bpf_map_lookup_elem(fd, &zero, &port) == 0;
    if (fd >= 0)
        close(fd);
    return found && port.flags & SLUICE_MADE_CLSACT;
}

static int put_filter(const struct place *place, int program)
{
    DECLARE_LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)place->ifindex, .attach_point = BPF_TC_EGRESS);
    DECLARE_LIBBPF_OPTS(bpf_tc_opts, opts, .handle = 1, .priority = EGRESS_PRIORITY, .prog_fd = program);
    char path[PINS_PATH];
    int result = bpf_tc_hook_create(&hook);
    if (result == 0)
        result = mark(place, true);
    else if (result == -EEXIST)
        result = 0;
    if (result == 0)
        result = pins_port_path(place->pins, place->ifindex, pinned_as, path);
    if (result == 0) {
        unlink(path); /* of a filter that somebody took off */
        result = bpf_obj_pin(program, path) ? -errno : 0;
    }
    return result ? result : bpf_tc_attach(&hook, &opts);
}

int egress_attach(const struct pins *pins, unsigned ifindex, struct err *err)
{
    struct place place = {pins, ifindex};
    struct bpf_object *object = NULL;
    if (egress_look(pins, ifindex))
        return 0;
    uint32_t foreign = filter_there(ifindex);
    if (foreign)
        return err_set(err, -EBUSY, "a tc filter that is not ours (program %u) has priority %d on egress",
                       foreign, EGRESS_PRIORITY);
    int result = egress_load(&object, find_pinned, &place, err);
    if (result)
        return result;
    result = put_filter(&place, egress_program(object));
    if (result)
        err_fill(err, "the program for egress cannot be attached: %s", strerror(-result));
    bpf_object__close(object);
    return result;
}

int egress_detach(const struct pins *pins, unsigned ifindex)
{
    const struct place place = {pins, ifindex};
    char path[PINS_PATH];
    int result = 0;
    if (egress_look(pins, ifindex)) {
        DECLARE_LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = BPF_TC_EGRESS);
        DECLARE_LIBBPF_OPTS(bpf_tc_opts, opts, .handle = 1, .priority = EGRESS_PRIORITY);
        result = bpf_tc_detach(&hook, &opts);
    }
    if (result == 0 && pins_port_path(pins, ifindex, pinned_as, path) == 0)
        unlink(path);
    if (result == 0 && marked(&place) && !clsact_is_used(ifindex)) {
        DECLARE_LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex,
                            .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);
        bpf_tc_hook_destroy(&hook);
        mark(&place, false);
    }
    return result;
}
