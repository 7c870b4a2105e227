/*
 * What an interface says of itself, and is told, through the ethtool ioctl, in the caller's network
 * namespace. Any thread.
 */
#ifndef SLUICE_RUN_ETHTOOL_H
#define SLUICE_RUN_ETHTOOL_H

/* How many receive queues the interface has: at least 1, at most 64. */
unsigned ethtool_queues(const char *interface);

#endif
