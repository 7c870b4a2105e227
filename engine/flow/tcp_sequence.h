/* Sequence numbers (RFC 9293, 3.4): 32 bits that wrap, compared by their difference. */
#ifndef SLUICE_FLOW_TCP_SEQUENCE_H
#define SLUICE_FLOW_TCP_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

static inline bool seq_lt(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

static inline bool seq_le(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) <= 0;
}

static inline bool seq_gt(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) > 0;
}

static inline bool seq_ge(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) >= 0;
}

#endif
