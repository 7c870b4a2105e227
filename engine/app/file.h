/*
 * Files that an application protocol carries: their bytes as they come, what rules ask about them, what is
 * stored. Parsers open, feed and close them; the rules see them through app_file_buffer.
 *
 * A file belongs to its transaction, one worker's own. Only what a loaded rule or record asks for is kept or
 * computed (window of bytes, hashes, magic); everything is capped.
 */
#ifndef SLUICE_APP_FILE_H
#define SLUICE_APP_FILE_H

#include "app/session.h"
#include "base/buf.h"

enum file_state { FILE_OPEN, FILE_CLOSED, FILE_TRUNCATED };

struct app_file {
    struct app_file *next; /* of the transaction, in the order in which they began */
    uint8_t direction, state;
    struct buf name;            /* as the protocol gave it; may be empty */
    uint64_t size;              /* bytes so far */
    struct file_inside *inside; /* file.c */
};

/* NULL when memory or a cap says no (counted): the other functions take NULL and do nothing. */
struct app_file *app_file_open(struct app_session *session, struct app_tx *tx, enum direction direction,
                               struct slice name);
void app_file_append(struct app_session *session, struct app_tx *tx, struct app_file *file,
                     struct slice bytes);

/* `whole`: all its bytes came; else it was cut (by a gap, a limit, or the stream's end). */
void app_file_close(struct app_session *session, struct app_tx *tx, struct app_file *file, bool whole);

/* FILE_DATA, FILE_NAME, FILE_MAGIC and FILE of one direction of a transaction: an instance is a file. */
enum buffer_answer app_file_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                                   enum buffer_id id, unsigned index, struct view_buffer *out);

/* The rules have seen all that app_file_buffer gave: called by parser->seen. */
void app_files_seen(struct app_session *session, struct app_tx *tx, enum direction direction);

/* Frees all files of a transaction: called by app_tx_free. */
void app_files_free(struct app_session *session, struct app_tx *tx);

#endif
