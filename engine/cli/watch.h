/* Waiting for files to change, for commands that run again when one does. One thread. */
#ifndef SLUICE_CLI_WATCH_H
#define SLUICE_CLI_WATCH_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* What the files look like: names, sizes and times of all below the paths, as one number. */
uint64_t watch_look(const char *const *paths, size_t count);

/* Returns once they look different from `seen` and have been at rest for a moment, or *stop is set. */
void watch_wait(const char *const *paths, size_t count, uint64_t seen, const atomic_bool *stop);

#endif
