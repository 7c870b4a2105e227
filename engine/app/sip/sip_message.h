/*
 * One SIP message (RFC 3261, 7): its start line, the fields of its head, its body and the SDP in that. Slices
 * lie in the bytes that were read, which the caller keeps. Internal to app/sip and output/eve_sip.c.
 *
 * A head may end with the bytes, its lines in a bare LF; a line that is no field is passed over.
 */
#ifndef SLUICE_APP_SIP_MESSAGE_H
#define SLUICE_APP_SIP_MESSAGE_H

#include "base/slice.h"

enum sip_part {
#define FIELD(id, name, letter)    SIP_##id,
#define LINE(id, letter, of_media) SDP_##id,
#include "app/sip/sip_part_list.h"
#undef FIELD
#undef LINE
    SIP_PARTS
};

struct sip_start {
    struct slice line;         /* without its end */
    struct slice method, uri;  /* of a request */
    struct slice code, reason; /* of a response; `code` is empty in a request */
    struct slice version;
};

struct sip_message {
    struct sip_start start;
    struct slice all;        /* start line, head and body */
    struct slice first_line; /* with its end */
    struct slice fields;     /* the head behind that, without the empty line */
    struct slice body;
};

/* Reads a start line, with or without its end. */
bool sip_start_read(struct slice line, struct sip_start *out);

/* False: it does not begin with a start line; only `all` is set. */
bool sip_message_read(struct slice bytes, struct sip_message *out);

/*
 * Where the head ends, behind its empty line; 0: not yet. From *searched on, which is moved to where the next
 * search begins when there is more.
 */
size_t sip_head_end(struct slice bytes, size_t *searched);

/* What Content-Length says, 0 when nothing that can be read. */
uint64_t sip_content_length(const struct sip_message *message);

/* Calls for each part that there is, in the order of the message. */
typedef void (*sip_part_fn)(void *ctx, enum sip_part part, struct slice value);
void sip_parts(const struct sip_message *message, sip_part_fn tell, void *ctx);

#endif
