/*
 * A content, as the prefilter needs to know it: a literal and where it may lie. Made by keyword/content.c,
 * which also evaluates it; const once the rule is parsed.
 */
#ifndef SLUICE_RULE_CONTENT_H
#define SLUICE_RULE_CONTENT_H

#include "rule/chain.h"

enum content_flag {
    CONTENT_NOCASE = 1 << 0,
    CONTENT_NEGATED = 1 << 1,
    CONTENT_DEPTH = 1 << 2,
    CONTENT_OFFSET = 1 << 3,
    CONTENT_DISTANCE = 1 << 4,
    CONTENT_WITHIN = 1 << 5,
    CONTENT_STARTSWITH = 1 << 6, /* CONTENT_DEPTH is set too, depth is the length */
    CONTENT_ENDSWITH = 1 << 7,
    CONTENT_FAST_PATTERN = 1 << 8,      /* chosen by the author */
    CONTENT_FAST_PATTERN_ONLY = 1 << 9, /* fast_pattern:only */
    CONTENT_FAST_PATTERN_CHOP = 1 << 10,
    CONTENT_REPLACE = 1 << 11,
    /* the number is an index into eval.variables */
    CONTENT_DEPTH_VARIABLE = 1 << 12,
    CONTENT_OFFSET_VARIABLE = 1 << 13,
    CONTENT_DISTANCE_VARIABLE = 1 << 14,
    CONTENT_WITHIN_VARIABLE = 1 << 15,
    CONTENT_RAWBYTES = 1 << 16, /* without effect: buffers of raw protocols are not normalised */
};

struct content {
    uint8_t *bytes; /* escapes resolved, lower case with CONTENT_NOCASE; owned */
    uint32_t length;
    uint32_t flags;
    int32_t depth, offset, distance, within; /* depth counts from the buffer's start, offset included */
    uint16_t chop_offset, chop_length;       /* fast_pattern:offset,length */
    uint8_t *replacement;                    /* replace: as long as `bytes` */
};

extern const struct step_ops content_ops;

/* The content of a step, or NULL when the step is another keyword's. */
static inline const struct content *step_content(const struct step *step)
{
    return step->ops == &content_ops ? (const struct content *)step->data : NULL;
}

/* Where contents with a replacement have matched, by offsets in the payload. */
struct content_places {
    unsigned count, most;
    struct content_place {
        const struct content *content;
        size_t at;
    } list[16];
};

#endif
