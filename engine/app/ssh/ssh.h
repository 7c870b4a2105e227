/*
 * SSH (RFC 4253): one transaction a connection, until both sides have switched to their new keys. Internal to
 * app/ssh*.c and output/eve_ssh.c; what it holds is owned by the transaction, and capped.
 */
#ifndef SLUICE_APP_SSH_H
#define SLUICE_APP_SSH_H

#include "app/parser.h"
#include "base/buf.h"

struct app_session;

enum {
    SSH_BANNER_MOST = 256,      /* bytes of the line that are looked at */
    SSH_RECORD_MOST = 64 << 10, /* of a record that is read whole */
    SSH_RECORDS_MOST = 32,      /* records of a side that are kept for `frame` */
    SSH_RECORD_HEAD = 6,        /* length, padding, message code */
    SSH_HASSH_TEXT = 33,
};

enum ssh_progress { SSH_IN_PROGRESS, SSH_BANNER_WAIT_EOL, SSH_BANNER_DONE, SSH_FINISHED };

struct ssh_record {
    uint32_t at, n; /* in ssh_side.records */
};

struct ssh_side {
    uint8_t progress;               /* enum ssh_progress */
    bool has_banner;                /* of which version and software are */
    struct buf banner;              /* its line, without its end */
    struct slice version, software; /* of the banner; the latter may be empty */
    struct buf hassh;               /* the lists of key exchange, when asked for */
    char hassh_hash[SSH_HASSH_TEXT];
    struct buf records; /* as they came, for `frame` */
    struct ssh_record places[SSH_RECORDS_MOST];
    uint32_t count;
};

struct ssh_tx {
    struct app_tx tx;
    struct ssh_side sides[DIRECTIONS];
    size_t memory; /* accounted */
};

/* Reads "SSH-version-software comment". False: it is none. */
bool ssh_banner_read(struct slice line, struct slice *version, struct slice *software);

/*
 * "kex;ciphers;macs;compression" of a side's SSH_MSG_KEXINIT (RFC 4253, 7.1; the record's data, its padding
 * included), of the lists for what that side sends. False when it is too short; *out is what was there.
 */
bool ssh_hassh_print(enum direction direction, struct slice message, struct buf *out);

/* The digest of such a text. False when memory is short. */
bool ssh_hassh_digest(struct slice text, char out[SSH_HASSH_TEXT]);

bool ssh_hassh_wanted(const struct app_session *session);

enum buffer_answer ssh_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out);

#endif
