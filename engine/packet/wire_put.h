/*
 * Writes fields of a header in network order: the counterpart of wire.h. The caller has the room; any thread.
 */
#ifndef SLUICE_PACKET_WIRE_PUT_H
#define SLUICE_PACKET_WIRE_PUT_H

#include <stdint.h>

static inline void wire_put16(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static inline void wire_put32(uint8_t *to, uint32_t value)
{
    wire_put16(to, value >> 16);
    wire_put16(to + 2, value);
}

#endif
