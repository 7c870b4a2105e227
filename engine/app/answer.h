/*
 * A parser's answers for its buffers (app_parser.buffer): bytes, or a number, whole. Any thread.
 */
#ifndef SLUICE_APP_ANSWER_H
#define SLUICE_APP_ANSWER_H

#include "base/buffer_id.h"

static inline enum buffer_answer answer_bytes(struct slice bytes, struct view_buffer *out)
{
    *out = (struct view_buffer){.bytes = bytes, .first = true, .last = true};
    return BUFFER_HERE;
}

static inline enum buffer_answer answer_number(uint64_t number, struct view_buffer *out)
{
    *out = (struct view_buffer){.number = number, .first = true, .last = true};
    return BUFFER_HERE;
}

#endif
