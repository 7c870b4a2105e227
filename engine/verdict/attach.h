/*
 * Putting the XDP program on an interface and taking it off, beside other people's programs: through libxdp's
 * dispatcher where it loads, natively (or, when the driver cannot, generically) where it does not. Foreign
 * programs are named and left alone. What is attached stays when the process ends: the program itself notices
 * that no engine is there. Hold pins' lock; one thread.
 */
#ifndef SLUICE_VERDICT_ATTACH_H
#define SLUICE_VERDICT_ATTACH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "verdict/pins.h"
#include "verdict/xdp_object.h"

enum attach_way { ATTACH_AUTO, ATTACH_DISPATCHER, ATTACH_NATIVE, ATTACH_GENERIC };

enum attach_given {
    ATTACH_MODE = 1,
    ATTACH_FAIL = 2,
    ATTACH_ODD = 4,
    ATTACH_TUNNELS = 8,
    ATTACH_TIMEOUT = 16
};

struct attach_config {
    struct sluice_port port; /* ifindex, peer and name are filled in by attach_port */
    unsigned given;          /* bits: what changes when it is attached already; the rest stays */
    const char *interface, *peer;
    struct xdp_sizes sizes;
    enum attach_way way;
    bool plain;        /* not in the form for several buffers */
    unsigned priority; /* in the dispatcher; 0: libxdp's default */
    const char *chain; /* the user's own object file, run before ours; NULL: none */
    const char *chain_program;
};

struct attach_result {
    enum attach_way way;
    enum xdp_form form;
    uint32_t program_id;
    uint8_t mode; /* enum sluice_mode */
    bool updated; /* was attached already: only the settings have changed */
};

/* 0 or a negative errno; `log` (may be NULL) gets the verifier's words when it refused. */
int attach_port(const struct pins *pins, const struct attach_config *config, struct attach_result *result,
                struct buf *log, struct err *err);

/* For a look without pins: attaches `o`, opened but not loaded. */
int attach_object(struct xdp_object *o, unsigned ifindex, const struct attach_config *config,
                  struct attach_result *result, struct err *err);
int detach_object(struct xdp_object *o, unsigned ifindex, enum attach_way way);

/* Takes ours off and removes the pins. A foreign program stays. 0, -ENOENT (none of ours), or a negative
 * errno. */
int detach_port(const struct pins *pins, unsigned ifindex, struct err *err);

struct attached_program {
    uint32_t id;
    char name[64];
    bool ours; /* by its pin */
};

enum { ATTACHED_MOST = 11 };

struct attached {
    enum attach_way way;
    unsigned count;
    struct attached_program programs[ATTACHED_MOST]; /* in the order in which they run */
};

/* What is on an interface; count 0: nothing. `pins` tells ours, and may be NULL. 0 or a negative errno. */
int attach_look(const struct pins *pins, unsigned ifindex, struct attached *out, struct err *err);

const char *attach_way_name(enum attach_way way);

#endif
