/*
 * What a Modbus message asks for: what the parser gives as the bytes of BUFFER_MODBUS, and the keyword modbus
 * compares. Plain data; the values are borrowed as the buffer is.
 */
#ifndef SLUICE_BASE_MODBUS_FACTS_H
#define SLUICE_BASE_MODBUS_FACTS_H

#include "base/slice.h"

enum modbus_category {
    MODBUS_ASSIGNED = 1 << 0,
    MODBUS_UNASSIGNED = 1 << 1,
    MODBUS_USER = 1 << 2,
    MODBUS_RESERVED = 1 << 3,
};

enum modbus_access {
    MODBUS_READ = 1 << 0,
    MODBUS_WRITE = 1 << 1,
    MODBUS_DISCRETES = 1 << 2,
    MODBUS_COILS = 1 << 3,
    MODBUS_INPUT = 1 << 4,
    MODBUS_HOLDING = 1 << 5,
    MODBUS_SINGLE = 1 << 6,
    MODBUS_MULTIPLE = 1 << 7,
};

struct modbus_range {
    uint32_t first, count; /* addresses, the first of all being 1; count 0: none */
};

struct modbus_facts {
    uint8_t unit, function; /* of an answer that is an exception, the function that was asked for */
    uint8_t category;       /* one bit of enum modbus_category, or 0 */
    uint8_t access;         /* enum modbus_access */
    bool has_subfunction;
    uint16_t subfunction;
    struct modbus_range read, write;
    struct slice
        values; /* that are written: bits, the least of a byte first (MODBUS_COILS), or 16-bit numbers */
};

#endif
