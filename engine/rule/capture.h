/*
 * What groups of a regular expression are kept as: variables of the flow or of the packet. The rule owns its
 * captures; an evaluation notes what they were in the chains that matched, until the next rule (eval_reset).
 */
#ifndef SLUICE_RULE_CAPTURE_H
#define SLUICE_RULE_CAPTURE_H

#include "base/buf.h"

struct eval;

enum capture_kind {
    CAPTURE_FLOW,
    CAPTURE_PACKET,
    CAPTURE_ALERT, /* for the record of the alert alone, which does not show it yet */
};

struct group_capture {
    enum capture_kind kind;
    uint32_t group;
    uint64_t key; /* hash_slice of the name */
    char *name;
};

enum { CAPTURES_MOST = 32, CAPTURE_BYTES_MOST = 8192 }; /* of one evaluation, of a value */

struct captured {
    const struct group_capture *capture;
    size_t at; /* in captures.bytes */
    uint32_t n;
};

struct captures {
    struct captured list[CAPTURES_MOST];
    uint32_t count;
    struct buf bytes;
};

/* Notes a value, instead of the one that it had before; what there is no room for is left out. */
void capture_note(struct captures *captures, const struct group_capture *capture, struct slice value);

void captures_clear(struct captures *captures);

#endif
