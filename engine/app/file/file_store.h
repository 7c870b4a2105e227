/*
 * A folder that is filled while a run goes on, up to a quota. Extracted files are laid out as Suricata's
 * file-store version 2: DIR/ab/abcd... by SHA-256, beside each a DIR/ab/abcd....SECONDS.ID.json that tells of
 * it; the same content is kept once. Chains of certificates (output/certificate.h) have names of their own.
 *
 * No name comes from the network. A file is written below DIR/tmp and renamed when it is whole, so what is
 * seen under its name is complete. One store serves all workers (it counts
 * in atomics); a writer is one worker's own.
 */
#ifndef SLUICE_APP_FILE_STORE_H
#define SLUICE_APP_FILE_STORE_H

#include "base/err.h"
#include "base/slice.h"

struct file_store;
struct file_writer;

struct file_store_counts {
    uint64_t stored, duplicates; /* files; those whose content was there already */
    uint64_t bytes;              /* on disk, of this run, records included */
    uint64_t full; /* files and records that did not fit into the quota; files past WRITERS_MOST at a time */
    uint64_t failed; /* files or records that could not be written */
    uint64_t error;  /* errno of the first failure; 0 */
};

/* Makes the folder. `quota` in bytes, 0: 1 GiB. NULL with *err. */
struct file_store *file_store_new(const char *directory, uint64_t quota, struct err *err);
void file_store_free(struct file_store *store);
void file_store_count(const struct file_store *store, struct file_store_counts *out);

/* NULL when it cannot be (counted). */
struct file_writer *file_writer_new(struct file_store *store);

/* 0, or a negative errno (counted): the writer is of no use then but to be dropped. */
int file_writer_add(struct file_writer *writer, struct slice bytes);

/* Under its name, and frees the writer. The file's number (from 1 on in this store), or 0 (counted). */
uint64_t file_writer_keep(struct file_writer *writer, const uint8_t sha256[32]);
void file_writer_drop(struct file_writer *writer);

/*
 * What is there whole already, under a name of its own in the folder: never in the place of another. 0;
 * -EEXIST when there is one (counted as a duplicate); else a negative errno (counted).
 */
int file_store_put(struct file_store *store, const char *name, struct slice bytes);

/* What is said of a stored file, beside it. 0 or a negative errno (counted). */
int file_store_record(struct file_store *store, const char *name, struct slice text);

/* ... of one that is named by its digest. */
void file_store_note(struct file_store *store, const uint8_t sha256[32], uint64_t seconds, uint64_t id,
                     struct slice text);

#endif
