/*
 * `xdp: programs:` of the settings: BPF programs of the user's own that run before ours, each on one
 * interface or on all. Elements are names of object files, or mappings. Owned by the settings; one thread.
 */
#ifndef SLUICE_RUN_XDP_PROGRAMS_H
#define SLUICE_RUN_XDP_PROGRAMS_H

#include <stdint.h>

#include "base/err.h"

enum { XDP_PROGRAMS_MOST = 16 };

struct xdp_program_setting {
    char *object;    /* file */
    char *program;   /* of those in it; NULL: the first */
    char *interface; /* NULL: every one that has none of its own */
};

struct xdp_program_list {
    struct xdp_program_setting list[XDP_PROGRAMS_MOST];
    uint32_t count;
};

/* What is said below xdp.programs: key "" and a file, or ".2.object" and a file. 0; -EINVAL, -ENOENT, -ENOMEM
 * with *err. */
int xdp_programs_put(struct xdp_program_list *programs, const char *key, const char *value, struct err *err);
void xdp_programs_fini(struct xdp_program_list *programs);

/* Whether each can be used: 0 or -EINVAL with *err. */
int xdp_programs_check(const struct xdp_program_list *programs, struct err *err);

/* The one that runs on the interface; NULL: none. */
const struct xdp_program_setting *xdp_programs_of(const struct xdp_program_list *programs,
                                                  const char *interface);

#endif
