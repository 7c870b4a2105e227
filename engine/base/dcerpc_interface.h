/*
 * An interface of DCE/RPC: what the parsers of dcerpc and smb give as the bytes of BUFFER_DCERPC_IFACE, and
 * dcerpc.iface compares. Plain data.
 */
#ifndef SLUICE_BASE_DCERPC_INTERFACE_H
#define SLUICE_BASE_DCERPC_INTERFACE_H

#include <stdint.h>

enum { DCERPC_UUID = 16 };

struct dcerpc_interface {
    uint8_t uuid[DCERPC_UUID]; /* in the order of its text */
    uint16_t major, minor;     /* its version */
};

#endif
