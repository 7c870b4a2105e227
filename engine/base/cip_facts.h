/*
 * A service of CIP that is asked for or answered: what the enip parser gives as the bytes of
 * BUFFER_CIP_SERVICE, and the keyword cip_service compares. Plain data; the attributes are borrowed as the
 * buffer is.
 */
#ifndef SLUICE_BASE_CIP_FACTS_H
#define SLUICE_BASE_CIP_FACTS_H

#include <stdbool.h>
#include <stdint.h>

struct cip_facts {
    uint8_t service; /* without the bit of an answer */
    bool has_class;
    uint32_t class_id;
    const uint32_t *attributes; /* that are named by the path, or listed behind it */
    uint32_t attribute_count;
};

#endif
