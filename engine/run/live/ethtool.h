/*
 * What an interface says of itself, and is told, through the ethtool ioctl, in the caller's network
 * namespace. Any thread.
 */
#ifndef SLUICE_RUN_ETHTOOL_H
#define SLUICE_RUN_ETHTOOL_H

#include <stdint.h>

/* One command of linux/ethtool.h, whose struct begins with it. 0 or a negative errno. */
int ethtool_call(const char *interface, void *command);

/* A command that gets or sets one number (ETHTOOL_GGRO, ETHTOOL_SFLAGS, ...). 0 or a negative errno. */
int ethtool_get(const char *interface, uint32_t command, uint32_t *value);
int ethtool_set(const char *interface, uint32_t command, uint32_t value);

/* How many receive queues the interface has: at least 1, at most 64. */
unsigned ethtool_queues(const char *interface);

#endif
