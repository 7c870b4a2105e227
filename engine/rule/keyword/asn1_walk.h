/*
 * What the keyword asn1 looks for in BER (X.690): objects one after the other, each with a length that stands
 * before it. Borrowed bytes; pure functions, any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_ASN1_WALK_H
#define SLUICE_RULE_KEYWORD_ASN1_WALK_H

#include "base/slice.h"

struct asn1_checks {
    bool bit_string; /* a bit string that claims more unused bits than it has */
    bool real_text;  /* a real number in decimal digits of more than 256 bytes */
    bool oversize;   /* an object of more than `most` bytes */
    uint32_t most;
};

/*
 * Whether an object is one of those. As in Suricata sequences and sets are entered, up to 256 deep, other
 * objects are not; what follows an object that is broken is not looked at, and nothing at all of more than
 * 256 objects side by side.
 */
bool asn1_walk(struct slice bytes, const struct asn1_checks *checks);

#endif
