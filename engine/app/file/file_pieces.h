/*
 * A file that comes in pieces of any order, as SMB and NFS read and write it: what is next goes into the
 * file, what is early waits, up to caps. What was given to it once is not given again.
 *
 * Owned by whoever reads the protocol, memory is the session's; zeroed is one at its start. One thread.
 */
#ifndef SLUICE_APP_FILE_PIECES_H
#define SLUICE_APP_FILE_PIECES_H

#include "base/slice.h"

struct app_file;
struct app_session;
struct app_tx;
struct file_piece;

struct file_pieces {
    uint64_t next;                   /* the offset of the byte that follows what was given on */
    uint64_t at;                     /* ... of the data that is coming */
    struct file_piece *first, *open; /* those that wait, by offset; the one that is being filled */
    uint32_t count;
    size_t bytes;
};

enum pieces_answer { PIECES_OK, PIECES_TOO_MANY, PIECES_TOO_LONG }; /* at a cap: what is missing is a gap */

/* What comes now lies there. */
void pieces_begin(struct file_pieces *pieces, uint64_t offset);

/* The next bytes of it; or so many are missing. */
enum pieces_answer pieces_add(struct app_session *session, struct app_tx *tx, struct app_file *file,
                              struct file_pieces *pieces, struct slice bytes);
void pieces_gap(struct app_session *session, struct app_tx *tx, struct app_file *file,
                struct file_pieces *pieces, uint64_t bytes);

/* All that waits goes into the file, with gaps. */
void pieces_end(struct app_session *session, struct app_tx *tx, struct app_file *file,
                struct file_pieces *pieces);

/* The file is gone, and so is what waits. */
void pieces_drop(struct app_session *session, struct file_pieces *pieces);

#endif
