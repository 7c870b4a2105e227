/*
 * The handshake messages of Google's own QUIC (until Q050): a CHLO's server name, user agent and the
 * fingerprint of its tags, CYU.
 *
 * Slices are borrowed from the message; a fingerprint's string is the caller's. Any thread.
 */
#ifndef SLUICE_APP_GQUIC_H
#define SLUICE_APP_GQUIC_H

#include "base/buf.h"

enum { GQUIC_HASH_TEXT = 33 };

struct gquic_hello {
    unsigned tags;
    struct slice index;                   /* eight bytes a tag */
    struct slice server_name, user_agent; /* p is NULL without one */
};

/* 0; -EBADMSG: it is no whole client hello. */
int gquic_hello_parse(struct slice message, struct gquic_hello *out);

/*
 * CYU: appends the version and the names of the tags ("46,PAD-SNI-VER"), writes its MD5 in hexadecimal. 0;
 * -ENOTSUP: there is none of that version; -ENOMEM.
 */
int gquic_cyu(const struct gquic_hello *hello, uint32_t version, struct buf *string,
              char hash[GQUIC_HASH_TEXT]);

#endif
