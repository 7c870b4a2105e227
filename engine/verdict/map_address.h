/* Addresses as the maps hold them: 16 bytes, IPv4 as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2). Values. */
#ifndef SLUICE_VERDICT_MAP_ADDRESS_H
#define SLUICE_VERDICT_MAP_ADDRESS_H

#include "packet/address.h"
#include "verdict/steering.h"
#include "xdp/shared.h"

static inline void map_address(const struct address *a, uint32_t out[4])
{
    uint8_t bytes[16] = {[10] = 0xff, [11] = 0xff};
    if (a->version == 4)
        memcpy(bytes + 12, a->bytes, 4);
    else
        memcpy(bytes, a->bytes, 16);
    memcpy(out, bytes, 16);
}

static inline struct address address_of_map(const uint32_t in[4])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    struct address a = {.version = 6};
    uint8_t bytes[16];
    memcpy(bytes, in, 16);
    if (memcmp(bytes, mapped, 12) != 0)
        memcpy(a.bytes, bytes, 16);
    else {
        a.version = 4;
        memcpy(a.bytes, bytes + 12, 4);
    }
    return a;
}

static inline struct sluice_prefix map_prefix(const struct prefix *p, uint32_t bank)
{
    struct sluice_prefix key = {.bank = bank};
    map_address(&p->address, key.address);
    key.length = SLUICE_PREFIX_BANK_BITS + (p->address.version == 4 ? 96u : 0u) + p->length;
    return key;
}

static inline struct prefix prefix_of_map(const struct sluice_prefix *key)
{
    struct prefix p = {.address = address_of_map(key->address)};
    unsigned length = key->length - SLUICE_PREFIX_BANK_BITS;
    if (p.address.version == 4 && length < 96) { /* ::/n with n < 96 and that address: IPv6 after all */
        p.address = (struct address){.version = 6};
        memcpy(p.address.bytes, key->address, 16);
    }
    p.length = (uint8_t)(p.address.version == 4 ? length - 96 : length);
    return p;
}

#endif
