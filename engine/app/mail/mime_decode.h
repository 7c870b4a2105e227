/*
 * Transfer encodings of mail (RFC 2045, 6.7 and 6.8), a piece of a line at a time. What is decoded is
 * appended to `out`; broken input is passed over and told. One thread.
 */
#ifndef SLUICE_APP_MIME_DECODE_H
#define SLUICE_APP_MIME_DECODE_H

#include "base/buf.h"

struct base64_decoder {
    uint32_t bits;
    uint8_t count; /* characters of the group that is begun */
};

enum decode_answer { DECODE_FINE, DECODE_BROKEN /* in part */, DECODE_NO_MEMORY };

/* Line ends and all else that is no character of base64 mean nothing. */
enum decode_answer base64_decode_piece(struct base64_decoder *d, struct slice in, struct buf *out);
/* What a group that is not whole has still. */
enum decode_answer base64_decode_rest(struct base64_decoder *d, struct buf *out);

/* A line without its end. *soft: it goes on in the next one. */
enum decode_answer qp_decode_line(struct slice line, struct buf *out, bool *soft);

#endif
