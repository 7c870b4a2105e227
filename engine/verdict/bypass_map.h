/*
 * The map of flows that the XDP program lets by uninspected, with what has gone by. The kernel gives up the
 * one unused longest when there is no room (a loss of counts, and more to inspect). The descriptor is
 * borrowed. Values and system calls only: any thread.
 */
#ifndef SLUICE_VERDICT_BYPASS_MAP_H
#define SLUICE_VERDICT_BYPASS_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "packet/address.h"

struct bypass_flow {
    struct address client, server;
    uint16_t client_port, server_port;
    uint8_t protocol;
};

struct bypass_traffic {
    uint64_t packets_there, bytes_there, packets_back, bytes_back; /* from the client; from the server */
    uint64_t since_ns, last_ns; /* CLOCK_MONOTONIC; last_ns 0: no packet; since_ns 0: a SYN has ended it */
};

/* Empties a map that another engine has left. 0, or -EPROTO or another negative errno with *err. */
int bypass_map_reset(int map, struct err *err);

/* 0; -EEXIST when it is there; another negative errno. */
int bypass_map_add(int map, const struct bypass_flow *flow, uint64_t now_ns);

/* Takes it out. 0; -ENOENT when it is not there. */
int bypass_map_take(int map, const struct bypass_flow *flow, struct bypass_traffic *traffic);

#endif
