/*
 * Files that an application protocol carries: their bytes as they come, what rules ask about them, what is
 * stored. Parsers open, feed and close them; the rules see them through app_file_buffer.
 *
 * A file belongs to its transaction, one worker's own. Only what a loaded rule or record asks for is kept or
 * computed (window of bytes, hashes, magic); everything is capped.
 */
#ifndef SLUICE_APP_FILE_H
#define SLUICE_APP_FILE_H

#include "app/body.h"
#include "base/file_view.h"

enum file_state { FILE_OPEN, FILE_CLOSED, FILE_TRUNCATED };

enum { FILES_MOST = 256, FILE_HEAD = 1024, FILE_HASHES = 3 };

struct app_file {
    struct app_file *next; /* of the transaction, in the order in which they began */
    uint32_t id;           /* from 1 on in its flow */
    uint8_t direction, state;
    bool gaps, logged, store, stored;
    bool has_data;   /* `data` holds it; else the parser's own body does */
    struct buf name; /* as the protocol gave it; may be empty */
    uint64_t size;   /* bytes so far */
    struct app_body data;
    struct buf head;                  /* its first bytes, for libmagic */
    char *magic;                      /* NULL until asked for */
    struct file_hash *hashes;         /* NULL when none is asked for */
    uint8_t digests[FILE_HASHES][32]; /* md5, sha1, sha256 */
    bool has_digest[FILE_HASHES];
    struct file_spool
        *spool; /* file_store.c: what is written to disk as it comes; NULL when nothing is stored */
    struct file_view view;
};

/*
 * NULL when memory or a cap says no (counted): the other functions take NULL and do nothing. `has_data`:
 * file.data is what is appended here, not a body of the parser's.
 */
struct app_file *app_file_open(struct app_session *session, struct app_tx *tx, enum direction direction,
                               struct slice name, bool has_data);
void app_file_append(struct app_session *session, struct app_tx *tx, struct app_file *file,
                     struct slice bytes);

/* `whole`: all its bytes came; else it was cut (by a gap, a limit, or the stream's end). */
void app_file_close(struct app_session *session, struct app_tx *tx, struct app_file *file, bool whole);

/* FILE_DATA (of files with data of their own), FILE_NAME, FILE_MAGIC and FILE of one direction of a
 * transaction: an instance is a file. */
enum buffer_answer app_file_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                                   enum buffer_id id, unsigned index, struct view_buffer *out);

/* The rules have seen all that app_file_buffer gave: called by app_inspected. */
void app_files_seen(struct app_session *session, struct app_tx *tx, enum direction direction);

/* Frees all files of a transaction: called by app_tx_free. */
void app_files_free(struct app_session *session, struct app_tx *tx);

#endif
