/*
 * The XDP program with its maps, from the skeletons in the library to a loaded object. Pinned maps are reused
 * when they are there (so that blocks and steering survive), made and pinned otherwise; without pins
 * everything is private and goes with the object. The caller owns the object; one thread. Needs CAP_BPF,
 * CAP_NET_ADMIN (or root).
 */
#ifndef SLUICE_VERDICT_XDP_OBJECT_H
#define SLUICE_VERDICT_XDP_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "verdict/pins.h"
#include "xdp/shared.h"

struct bpf_object;

struct xdp_sizes { /* entries; 0: the default */
    uint32_t flow_blocks, host_blocks, flow_bypass, prefixes, queues;
    uint32_t host_ring; /* bytes, a power of two */
};

enum xdp_form { XDP_FORM_FRAGS, XDP_FORM_PLAIN };

struct xdp_object {
    struct bpf_object *object;
    enum xdp_form form;
    char log[1 << 16]; /* the verifier's, when it refused */
};

/* Opens, with sizes and pins set; not yet loaded. `pins` NULL: private. 0 or a negative errno. */
int xdp_object_open(struct xdp_object **out, enum xdp_form form, const struct xdp_sizes *sizes,
                    const struct pins *pins, unsigned ifindex, struct err *err);

/* Loads. On failure *err says what and why; the verifier's own words are in `log`. */
int xdp_object_load(struct xdp_object *o, struct err *err);

/* What a failed load means, to a person. */
int xdp_object_explain(struct xdp_object *o, int code, struct err *err);

/* Descriptors, owned by the object; negative when there is none of that name. */
int xdp_object_map(const struct xdp_object *o, const char *name);
int xdp_object_program(const struct xdp_object *o);

/* Writes the port's settings. 0 or a negative errno. */
int xdp_object_set_port(const struct xdp_object *o, const struct sluice_port *port);

void xdp_object_free(struct xdp_object *o);

#endif
