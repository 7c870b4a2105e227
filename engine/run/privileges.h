/*
 * What a live run may still do once it is set up: a few capabilities, another user, and no new privileges
 * ever (capabilities(7)). Before threads are started: they inherit it.
 */
#ifndef SLUICE_RUN_PRIVILEGES_H
#define SLUICE_RUN_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct privileges {
    uid_t user;
    gid_t group;
    const char *name; /* NULL: the user stays */
    bool administers; /* CAP_SYS_ADMIN stays: an XDP dispatcher cannot be changed without */
};

/* Looks the user up. 0, or a negative errno with *err. name: NULL, or run.user. */
int privileges_find(struct privileges *privileges, const char *name, struct err *err);

/* Gives a path, and what is in it when it is a folder, to that user. What is not there is no error. */
void privileges_give(const struct privileges *privileges, const char *path);

/*
 * Keeps NET_ADMIN, NET_RAW, BPF, PERFMON, and to get at pinned maps DAC_READ_SEARCH (DAC_OVERRIDE without
 * another user); gives everything else up, for good. Does nothing without privileges to give up. 0 or a
 * negative errno.
 */
int privileges_drop(const struct privileges *privileges, struct err *err);

#endif
