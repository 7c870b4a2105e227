#include "packet/rewrite.h"

#include <string.h>

#include "packet/checksum.h"
#include "packet/packet.h"

enum { TCP_CHECKSUM = 16, UDP_CHECKSUM = 6 };

/* The field in the header; NULL: it has none, or (UDP over IPv4) it is not used. */
static uint8_t *checksum_field(const struct packet *p)
{
    size_t at = p->layers & LAYER_TCP ? TCP_CHECKSUM : UDP_CHECKSUM;
    if (!(p->layers & (LAYER_TCP | LAYER_UDP)) || p->transport.n < at + 2)
        return NULL;
    uint8_t *field = (uint8_t *)(uintptr_t)(p->transport.p + at);
    bool unused = p->layers & LAYER_UDP && !field[0] && !field[1];
    return unused ? NULL : field;
}

/* The sum of the bytes as they count at that distance from the header's start. */
static uint64_t sum_at(size_t distance, struct slice bytes)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < bytes.n; i++)
        sum += (uint64_t)bytes.p[i] << ((distance + i) & 1 ? 0 : 8);
    return sum;
}

static uint16_t fold(uint64_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

bool packet_rewrite(const struct packet *p, size_t at, struct slice bytes)
{
    if (p->source != PACKET_WIRE || at > p->payload.n || bytes.n > p->payload.n - at || !bytes.n)
        return false;
    uint8_t *to = (uint8_t *)(uintptr_t)(p->payload.p + at);
    uint8_t *field = checksum_field(p);
    if (field) {
        size_t distance = (size_t)(to - p->transport.p);
        uint16_t before = fold(sum_at(distance, slice_of(to, bytes.n)));
        uint16_t now = (uint16_t)(field[0] << 8 | field[1]);
        uint16_t sum =
            (uint16_t)~fold((uint64_t)(uint16_t)~now + (uint16_t)~before + fold(sum_at(distance, bytes)));
        if (!sum && p->layers & LAYER_UDP) /* 0 would say that there is none */
            sum = 0xffff;
        field[0] = (uint8_t)(sum >> 8);
        field[1] = (uint8_t)sum;
    }
    memcpy(to, bytes.p, bytes.n);
    return true;
}
