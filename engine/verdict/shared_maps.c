#include "verdict/shared_maps.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "verdict/xdp_object.h"

struct named {
    const char *name;
    int *fd;
};

enum { MAPS = 9 };

static void list(struct shared_maps *m, struct named out[MAPS])
{
    const struct named all[MAPS] = {{"flow_blocks", &m->flow_blocks},
                                    {"host_blocks", &m->host_blocks},
                                    {"flow_bypass", &m->flow_bypass},
                                    {"heartbeat", &m->heartbeat},
                                    {"host_ring", &m->host_ring},
                                    {"steering_bank", &m->steering.bank},
                                    {"steering", &m->steering.steering},
                                    {"steering_ports", &m->steering.ports},
                                    {"steering_prefix", &m->steering.prefixes}};
    memcpy(out, all, sizeof all);
}

int shared_maps_open(struct shared_maps *maps, const struct pins *pins, struct err *err)
{
    struct named all[MAPS];
    list(maps, all);
    for (unsigned i = 0; i < MAPS; i++)
        *all[i].fd = -1;
    for (unsigned i = 0; i < MAPS; i++) {
        char path[PINS_PATH];
        int result = pins_shared_path(pins, all[i].name, path);
        *all[i].fd = result ? -1 : bpf_obj_get(path);
        if (*all[i].fd >= 0)
            continue;
        result = result ? result : -errno;
        shared_maps_close(maps);
        err_fill(err, "%s: %s", path, strerror(-result));
        if (result == -ENOENT)
            err_hint(err, "attach to an interface first: sluice xdp attach");
        return result;
    }
    return 0;
}

void shared_maps_close(struct shared_maps *maps)
{
    struct named all[MAPS];
    list(maps, all);
    for (unsigned i = 0; i < MAPS; i++)
        if (*all[i].fd >= 0) {
            close(*all[i].fd);
            *all[i].fd = -1;
        }
}

int port_map_open(const char *path, const char *name)
{
    char whole[PINS_PATH + 32];
    snprintf(whole, sizeof whole, "%s/%s", path, name);
    int fd = bpf_obj_get(whole);
    return fd < 0 ? -errno : fd;
}

struct steering_maps steering_maps_of(const struct xdp_object *o)
{
    return (struct steering_maps){.bank = xdp_object_map(o, "steering_bank"),
                                  .steering = xdp_object_map(o, "steering"),
                                  .ports = xdp_object_map(o, "steering_ports"),
                                  .prefixes = xdp_object_map(o, "steering_prefix")};
}
