/*
 * What an NFS connection remembers: calls that wait for their reply, by xid; names and open files, by handle.
 * A table of fixed size: what is older gives way. Owned by the session. Internal to app/nfs.
 */
#ifndef SLUICE_APP_NFS_SESSION_H
#define SLUICE_APP_NFS_SESSION_H

#include "app/file/file_pieces.h"
#include "app/nfs/nfs.h"
#include "app/session.h"

enum { NFS_NOTES = 2048 };

enum nfs_note_kind { NFS_NOTE_CALL, NFS_NOTE_FILE };

struct nfs_transfer {
    struct nfs_tx *tx; /* NULL: none is open */
    struct app_file *file;
    struct file_pieces pieces;
    bool end_known;
    uint64_t end;
};

struct nfs_note {
    uint64_t key, stamp;
    enum nfs_note_kind kind;
    /* of a call */
    uint32_t version, procedure;
    enum nfs_kind does;
    uint64_t file, offset; /* what it reads */
    struct nfs_tx *tx;     /* NULL for a file's, and when it is gone */
    /* of a file */
    struct buf name;
    struct nfs_transfer transfers[DIRECTIONS];
};

struct nfs_side {
    uint64_t record;  /* bytes of a message that nobody wants to see any more */
    uint64_t data;    /* ... before them, of a file */
    uint64_t file;    /* which */
    bool stable;      /* with them the file has ended */
    bool continued;   /* the next fragment belongs to the message before (RFC 5531, 11) */
    bool lost;        /* nobody knows where the next message begins */
    struct buf frame; /* what has come of a record, while a rule asks for frames */
    struct nfs_layout layout;
};

struct nfs {
    struct nfs_side sides[DIRECTIONS];
    struct nfs_note **notes; /* NFS_NOTES, once there is one */
    uint64_t stamp;
};

static inline struct nfs *nfs_of(const struct app_session *session)
{
    return session->state;
}

/* Never 0. */
uint64_t nfs_key(const struct app_session *session, struct slice handle);

struct nfs_note *nfs_note_find(struct app_session *session, enum nfs_note_kind kind, uint64_t key);
/* Found, or made; NULL when memory is short. */
struct nfs_note *nfs_note_make(struct app_session *session, enum nfs_note_kind kind, uint64_t key);
void nfs_note_drop(struct app_session *session, struct nfs_note *note);
void nfs_notes_fini(struct app_session *session);
void nfs_note_name(struct app_session *session, struct slice handle, struct slice name);

/* A new transaction with what the call says. NULL when memory is short. */
struct nfs_tx *nfs_tx_new(struct app_session *session, const struct rpc_head *head,
                          const struct nfs_call *call);
void nfs_tx_set_handle(struct nfs_tx *tx, struct slice handle);

/* Bytes of a file are read or written: its transaction is found or made, with the call's. */
struct nfs_tx *nfs_file_call(struct app_session *session, enum direction direction,
                             const struct rpc_head *head, const struct nfs_call *call);
/* They come: from `offset` on; then each piece of them. */
void nfs_file_begin(struct app_session *session, enum direction direction, uint64_t file, uint64_t offset);
void nfs_file_data(struct app_session *session, enum direction direction, uint64_t file, struct slice bytes);
void nfs_file_gap(struct app_session *session, enum direction direction, uint64_t file, uint64_t bytes);
/* The file ends at that offset; has been read or written as a whole; the stream of a direction has ended. */
void nfs_file_end_at(struct app_session *session, enum direction direction, uint64_t file, uint64_t end);
void nfs_file_close(struct app_session *session, enum direction direction, uint64_t file, bool whole);
void nfs_files_end(struct app_session *session, enum direction direction);

/* A record's bytes, as they are taken; how it is laid out; its end; what is kept goes. */
void nfs_frame_add(struct app_session *session, enum direction direction, struct slice bytes);
void nfs_frame_laid(struct app_session *session, enum direction direction, const struct nfs_layout *layout);
void nfs_frame_end(struct app_session *session, enum direction direction);
void nfs_frame_drop(struct app_session *session, enum direction direction);
bool nfs_is_frame(enum buffer_id id);
enum buffer_answer nfs_frame_buffer(const struct nfs_tx *tx, enum buffer_id id, unsigned index,
                                    struct view_buffer *out);

void nfs_tx_gone(struct app_session *session, struct nfs_tx *tx);

#endif
