/*
 * What an SMB connection must remember between messages, by key: shares by tree, open files by id, reads by
 * the number of their request. Capped; at the cap the oldest note goes.
 *
 * Owned by the session's state.
 */
#ifndef SLUICE_APP_SMB_NOTE_H
#define SLUICE_APP_SMB_NOTE_H

#include "app/file/file_pieces.h"
#include "app/session.h"

enum { SMB_NOTES_MOST = 1024 };

enum smb_note_kind { SMB_NOTE_NONE, SMB_NOTE_TREE, SMB_NOTE_FILE, SMB_NOTE_READ };

/* A file as it is read, or written. */
struct smb_transfer {
    struct smb_tx *tx; /* NULL: none is open */
    struct app_file *file;
    struct file_pieces pieces;
};

struct smb_note {
    uint64_t key;
    uint8_t kind; /* enum smb_note_kind */
    bool is_pipe;
    uint32_t next;    /* of its bucket: index + 1 */
    struct buf name;  /* of the share; of the file */
    struct buf share; /* that the file is on */
    uint8_t id_size, id[16];
    /* of a file */
    struct smb_transfer transfers[DIRECTIONS];
    struct smb_tx *calls[DIRECTIONS]; /* a PDU that is not all there yet belongs to it */
    uint32_t call_left[DIRECTIONS];
    bool call_last[DIRECTIONS];
    /* of a read, or another request about a file */
    uint64_t file, offset;
};

struct smb_notes {
    struct smb_note **list;
    uint32_t count, capacity, oldest;
    uint32_t *buckets;
    uint64_t seed; /* of the buckets: a sender must not choose them */
};

struct smb_note *smb_note_find(const struct smb_notes *notes, enum smb_note_kind kind, uint64_t key);

/* Found, or made. NULL when memory is short. */
struct smb_note *smb_note_make(struct app_session *s, struct smb_notes *notes, enum smb_note_kind kind,
                               uint64_t key);
void smb_note_drop(struct app_session *s, struct smb_notes *notes, struct smb_note *note);
void smb_notes_fini(struct app_session *s, struct smb_notes *notes);

/* A key of up to three numbers; never 0. */
uint64_t smb_key(uint64_t a, uint64_t b, uint64_t c);

/* Sets a text of a note, accounted. */
void smb_note_text(struct app_session *s, struct buf *text, struct slice bytes);

#endif
