#include "verdict/xdp_object.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sluice_frags.skel.h>
#include <sluice_plain.skel.h>

static const char *const shared_maps[] = {"flow_blocks",     "host_blocks", "flow_bypass",
                                          "steering_bank",   "steering",    "steering_ports",
                                          "steering_prefix", "heartbeat",   "host_ring"};

static bool is_shared(const char *name)
{
    for (size_t i = 0; i < sizeof shared_maps / sizeof *shared_maps; i++)
        if (strcmp(shared_maps[i], name) == 0)
            return true;
    return false;
}

static int resize(struct bpf_object *object, const char *name, uint32_t entries)
{
    struct bpf_map *map = bpf_object__find_map_by_name(object, name);
    return !entries ? 0 : map ? bpf_map__set_max_entries(map, entries) : -ENOENT;
}

static int set_sizes(struct bpf_object *object, const struct xdp_sizes *s)
{
    int result = resize(object, "flow_blocks", s->flow_blocks);
    result = result ? result : resize(object, "host_blocks", s->host_blocks);
    result = result ? result : resize(object, "flow_bypass", s->flow_bypass);
    result = result ? result : resize(object, "steering_prefix", s->prefixes);
    result = result ? result : resize(object, "xsks", s->queues);
    return result ? result : resize(object, "host_ring", s->host_ring);
}

/* A shared map that is pinned already keeps the size it has: its blocks are worth more than a new size. */
static int keep_size(struct bpf_map *map, const char *path)
{
    int fd = bpf_obj_get(path);
    if (fd < 0)
        return 0;
    struct bpf_map_info info = {0};
    uint32_t n = sizeof info;
    int result = bpf_obj_get_info_by_fd(fd, &info, &n);
    if (result == 0)
        result = bpf_map__set_max_entries(map, info.max_entries);
    close(fd);
    return result;
}

static int set_pins(struct bpf_object *object, const struct pins *pins, unsigned ifindex, struct err *err)
{
    struct bpf_map *map;
    int result = pins_port_make(pins, ifindex, err);
    if (result)
        return result;
    bpf_object__for_each_map(map, object)
    {
        char path[PINS_PATH];
        const char *name = bpf_map__name(map);
        bool shared = is_shared(name);
        if (bpf_map__is_internal(map))
            continue;
        result = shared ? pins_shared_path(pins, name, path) : pins_port_path(pins, ifindex, name, path);
        if (result == 0 && shared)
            result = keep_size(map, path);
        if (result == 0)
            result = bpf_map__set_pin_path(map, path);
        if (result)
            return err_set(err, result, "%s: %s", path, strerror(-result));
    }
    return 0;
}

static struct bpf_object *open_form(enum xdp_form form)
{
    size_t n;
    const void *bytes = form == XDP_FORM_FRAGS ? sluice_frags__elf_bytes(&n) : sluice_plain__elf_bytes(&n);
    DECLARE_LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "sluice");
    return bpf_object__open_mem(bytes, n, &opts);
}

int xdp_object_open(struct xdp_object **out, enum xdp_form form, const struct xdp_sizes *sizes,
                    const struct pins *pins, unsigned ifindex, struct err *err)
{
    *out = NULL;
    libbpf_set_print(NULL); /* it would write to standard error; what matters is in the log below */
    struct xdp_object *o = calloc(1, sizeof *o);
    if (!o)
        return err_set(err, -ENOMEM, "out of memory");
    o->form = form;
    o->object = open_form(form);
    if (!o->object) {
        int code = errno;
        free(o);
        return err_set(err, -code, "the XDP program cannot be opened: %s", strerror(code));
    }
    struct bpf_program *program = bpf_object__find_program_by_name(o->object, "sluice_xdp");
    int result = program ? bpf_program__set_log_buf(program, o->log, sizeof o->log) : -ENOENT;
    if (result == 0 && sizes)
        result = set_sizes(o->object, sizes);
    if (result)
        err_fill(err, "the XDP program's maps cannot be set up: %s", strerror(-result));
    else if (pins)
        result = set_pins(o->object, pins, ifindex, err);
    if (result)
        xdp_object_free(o);
    else
        *out = o;
    return result;
}

/* The last line of the verifier's log that says something about the program, not about its length. */
static void last_word(const char *log, char *text, size_t n)
{
    const char *end = log + strlen(log);
    text[0] = 0;
    while (end > log) {
        const char *line = end - 1;
        while (line > log && line[-1] != '\n')
            line--;
        size_t length = (size_t)(end - line);
        while (length && (line[length - 1] == '\n' || line[length - 1] == ' '))
            length--;
        if (length && strncmp(line, "processed ", 10) != 0 && line[0] != '-') {
            snprintf(text, n, "%.*s", (int)(length < n ? length : n - 1), line);
            return;
        }
        end = line;
    }
}

int xdp_object_explain(struct xdp_object *o, int code, struct err *err)
{
    char word[160];
    if (code == -EPERM) {
        err_fill(err, "the kernel does not let us load BPF programs: %s", strerror(-code));
        err_hint(err, "run as root, or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON");
        return code;
    }
    last_word(o->log, word, sizeof word);
    if (word[0])
        return err_set(err, code, "the kernel refused the XDP program: %s: %s", strerror(-code), word);
    err_fill(err, "the XDP program cannot be loaded: %s", strerror(-code));
    if (code == -EINVAL)
        err_hint(err,
                 "maps pinned by another version? detach everywhere, or remove them below " PINS_DIRECTORY);
    return code;
}

int xdp_object_load(struct xdp_object *o, struct err *err)
{
    int result = bpf_object__load(o->object);
    return result ? xdp_object_explain(o, result, err) : 0;
}

int xdp_object_map(const struct xdp_object *o, const char *name)
{
    return bpf_object__find_map_fd_by_name(o->object, name);
}

int xdp_object_program(const struct xdp_object *o)
{
    const struct bpf_program *program = bpf_object__find_program_by_name(o->object, "sluice_xdp");
    return program ? bpf_program__fd(program) : -ENOENT;
}

int xdp_object_set_port(const struct xdp_object *o, const struct sluice_port *port)
{
    uint32_t zero = 0;
    int fd = xdp_object_map(o, "port");
    if (fd < 0)
        return fd;
    if (bpf_map_update_elem(fd, &zero, port, BPF_ANY))
        return -errno;
    if (!port->peer_ifindex)
        return 0;
    int peers = xdp_object_map(o, "peers");
    return peers < 0 ? peers : bpf_map_update_elem(peers, &zero, &port->peer_ifindex, BPF_ANY) ? -errno : 0;
}

void xdp_object_free(struct xdp_object *o)
{
    if (!o)
        return;
    bpf_object__close(o->object);
    free(o);
}
