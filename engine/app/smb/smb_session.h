/* The state of an SMB connection, and what the parts of its parser share. Internal to app/smb*.c. */
#ifndef SLUICE_APP_SMB_SESSION_H
#define SLUICE_APP_SMB_SESSION_H

#include "app/smb/smb.h"
#include "app/smb/smb_note.h"
#include "base/cursor.h"

struct dcerpc_contexts; /* dcerpc_call.h */

struct smb_side {
    uint32_t record;     /* bytes left of the NetBIOS record */
    uint32_t message;    /* ... of the message in it, once its head was read */
    uint32_t skip;       /* ... of those, to be passed over */
    uint32_t data;       /* ... of those, of a file */
    bool lost;           /* after a gap: a record's begin is looked for */
    bool cut;            /* the message at hand is not all there */
    uint64_t file;       /* whose data it is: its key */
    struct buf frame[2]; /* of the record, of the message: kept for rules on frames */
    uint8_t frame_kind;  /* enum smb_frame of the message */
};

struct smb {
    struct smb_side sides[DIRECTIONS];
    struct smb_notes notes;
    struct dcerpc_contexts *contexts;                   /* of smb_pipe.c; NULL before the first */
    uint16_t dialect;                                   /* of SMB 2; 0: not agreed on */
    char dialect_name[24];                              /* of SMB 1, or of a number */
    uint64_t chained_file[DIRECTIONS], chained_session; /* what a compound's messages mean by "the same" */
    uint32_t chained_tree;
    uint64_t numbers;               /* given to transactions */
    uint32_t read_most, write_most; /* as the server says; 0: unknown */
};

static inline struct smb *smb_of(struct app_session *s)
{
    return s->state;
}

/* What the heads of both versions tell. */
struct smb_head {
    uint8_t version;
    bool unicode, nt_status, related, async, answer;
    uint16_t command;
    uint32_t status, tree;
    uint64_t session, message;
    uint32_t size; /* of the head */
    uint32_t next; /* SMB 2: where the next message of the record begins; 0: none */
};

/* False: too short, or not one. */
bool smb1_head_read(struct slice bytes, struct smb_head *head);
bool smb2_head_read(struct slice bytes, struct smb_head *head);

/*
 * A message whose data is a file's goes there as it comes. True: `bytes`, its begin, is such: *head_size
 * bytes to be passed over, then *data bytes for *file. *need: so many bytes are needed to tell (then false).
 */
struct smb_stream {
    uint32_t head_size, data;
    uint64_t file, offset;
    uint8_t id_size, id[SMB_GUID]; /* of the file */
    bool later;                    /* an answer that came after a first one, STATUS_PENDING */
    size_t need;
};
bool smb1_streams(struct app_session *s, enum direction direction, const struct smb_head *head,
                  struct slice bytes, struct smb_stream *out);
bool smb2_streams(struct app_session *s, enum direction direction, const struct smb_head *head,
                  struct slice bytes, struct smb_stream *out);

/* A message that is whole, or as far as it is looked at. */
void smb1_message(struct app_session *s, enum direction direction, const struct smb_head *head,
                  struct slice bytes);
void smb2_message(struct app_session *s, enum direction direction, const struct smb_head *head,
                  struct slice bytes);

/* smb_tx.c: a transaction of a request; NULL when memory is short. */
struct smb_tx *smb_tx_new(struct app_session *s, enum smb_kind kind, const struct smb_head *head);
/* ... that waits for this answer, or NULL; it is given its status, ids. */
struct smb_tx *smb_tx_answered(struct app_session *s, const struct smb_head *head, uint16_t command);
/* The answer to the request that began a file's transaction, or carried a call: its status is theirs. */
void smb_tx_status(struct app_session *s, const struct smb_head *head);
/* A read was answered by a message that streams. */
void smb_read_answered(struct app_session *s, const struct smb_head *head);
void smb_tx_set_text(struct app_session *s, struct smb_tx *tx, enum smb_text which, struct slice bytes);
void smb_tx_set_name(struct app_session *s, struct smb_tx *tx, enum smb_text which, struct slice bytes,
                     bool unicode);
/* Nothing of it is to come in that direction, and it is looked at. */
void smb_tx_end(struct app_session *s, struct smb_tx *tx, enum direction direction);
/* An event of the last transaction, or of one made for it. */
void smb_event(struct app_session *s, enum direction direction, enum app_event event);

/* smb_name.c: UTF-16 (the least byte first) or bytes, up to a zero, as UTF-8; adds to `out`. 0 or -ENOMEM. */
int smb_name(struct slice bytes, bool unicode, struct buf *out);

/* smb_ntlmssp.c: what the token of a session's setup says of the user. */
void smb_session_token(struct app_session *s, struct smb_tx *tx, struct slice blob);

#endif
