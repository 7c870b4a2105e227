/*
 * Files that an application protocol carries: their bytes as they come, what rules ask about them, what is
 * stored. Parsers open, feed and close them; the rules see them through app_buffer.
 *
 * A file belongs to its transaction, one worker's own. Only what a loaded rule, a record or the store asks
 * for is kept or computed (window of bytes, digests, magic); everything is capped.
 */
#ifndef SLUICE_APP_FILE_H
#define SLUICE_APP_FILE_H

#include "app/body.h"
#include "base/file_facts.h"

enum { FILE_SIDS = 8, FILE_NAME_MOST = 4096, FILES_MOST = 256 /* of a transaction */ };

struct file_inside; /* file.c */

struct app_file {
    struct app_file *next; /* of the transaction, in the order in which they began */
    enum direction direction;
    struct buf name; /* as the protocol gave it; may be empty */
    struct file_facts facts;
    bool gaps;
    bool ranged; /* a part: bytes start to end of the whole */
    uint64_t start, end;
    bool storing, stored, logged;
    uint64_t id;              /* once stored: EVE's file_id */
    uint32_t sids[FILE_SIDS]; /* of the rules with filestore that it matched */
    uint32_t sid_count;
    struct slice magic; /* libmagic's word on it; p is NULL while nobody has asked, or too little is there */
    struct file_inside *inside;
};

/* NULL when memory or a cap says no (counted): the functions of this part take NULL and do nothing. */
struct app_file *app_file_open(struct app_session *session, struct app_tx *tx, enum direction direction,
                               struct slice name);

/* Its bytes are file.data, looked at in such windows; without it a parser answers for FILE_DATA itself. */
void app_file_inspect(struct app_file *file, const struct app_body_limits *limits);

void app_file_append(struct app_session *session, struct app_tx *tx, struct app_file *file,
                     struct slice bytes);

/* So many bytes of it are missing: it goes on, and will count as truncated. */
void app_file_gap(struct app_session *session, struct app_tx *tx, struct app_file *file, uint64_t bytes);

/* `whole`: all its bytes came; else it was cut by a limit. */
void app_file_close(struct app_session *session, struct app_tx *tx, struct app_file *file, bool whole);

/* It is being stored: limits on bodies do not end it. */
bool app_file_is_stored(const struct app_file *file);

/* FILE_NAME, FILE_MAGIC, FILE, and FILE_DATA of files with app_file_inspect. An instance is a file. */
enum buffer_answer app_file_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                                   enum buffer_id id, unsigned index, struct view_buffer *out);

/* For the matcher: the index-th file of a direction, or NULL; a rule with filestore has matched it: `store`,
 * or only noted. */
struct app_file *app_file_at(const struct app_tx *tx, enum direction direction, unsigned index);
void app_file_store(struct app_session *session, struct app_file *file, uint32_t sid, bool store);

/* ... or all files from here on, of `sides` (bits 1 << direction): of the transaction or, `later`, of those
 * to come and what is open of this one in `direction`. */
void app_file_store_all(struct app_session *session, struct app_tx *tx, enum direction direction,
                        unsigned sides, bool later);

/* For the inspector, once the rules have looked: the next file of that direction that has ended and was not
 * told of yet. It is put into the store if it should be, and its bytes are given back. */
struct app_file *app_file_ended(struct app_session *session, struct app_tx *tx, enum direction direction);

/* For the framework: a direction is complete, what is open ends; the rules have seen all that app_file_buffer
 * gave; a transaction goes. */
void app_files_end(struct app_session *session, struct app_tx *tx, enum direction direction);
void app_files_seen(struct app_session *session, struct app_tx *tx, enum direction direction);
void app_files_free(struct app_session *session, struct app_tx *tx);

#endif
