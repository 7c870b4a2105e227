/*
 * An IPv4 or IPv6 address as it stands on the wire. Values; nothing owned.
 */
#ifndef SLUICE_PACKET_ADDRESS_H
#define SLUICE_PACKET_ADDRESS_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { ADDRESS_TEXT = 46 }; /* bytes for the longest text with its NUL (INET6_ADDRSTRLEN) */

struct address {
    uint8_t bytes[16]; /* network order; IPv4 in the first four, the rest zero */
    uint8_t version;   /* 4, 6, or 0 for "no address" */
};

static inline bool address_equal(const struct address *a, const struct address *b)
{
    return a->version == b->version && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* The bytes from `at` on, as a number that orders as they do. */
static inline uint64_t address_word(const struct address *a, unsigned at)
{
    uint64_t word;
    memcpy(&word, a->bytes + at, sizeof word);
    return be64toh(word);
}

/* Orders by version, then by bytes: <0, 0, >0. */
static inline int address_compare(const struct address *a, const struct address *b)
{
    if (a->version != b->version)
        return a->version < b->version ? -1 : 1;
    uint64_t x = address_word(a, 0), y = address_word(b, 0);
    if (x == y) {
        x = address_word(a, 8);
        y = address_word(b, 8);
    }
    return (x > y) - (x < y);
}

/* Writes the text as Suricata's EVE does (IPv6 in full: 2001:0db8:0000:...:0001). "" without an address. */
void address_print(const struct address *a, char text[ADDRESS_TEXT]);

/* Parses dotted quads and RFC 4291 text, the whole of `text`. */
bool address_parse(const char *text, struct address *a);

#endif
