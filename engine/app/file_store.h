/*
 * Files on disk: what is appended goes to a temporary file of the store's folder; when a rule (or the
 * configuration) asked for it, it becomes AB/<sha256> in there, with what is known about it in a JSON file
 * beside it.
 *
 * Names come from the hash alone: nothing of the wire reaches a path. One worker calls; workers share the
 * folder, and what is there already is not written again. What cannot be written is counted.
 */
#ifndef SLUICE_APP_FILE_STORE_H
#define SLUICE_APP_FILE_STORE_H

#include "app/file.h"

/* NULL when nothing is stored, or it cannot be (counted). */
struct file_spool *file_spool_new(struct app_session *session, const struct app_file *file);
void file_spool_append(struct app_session *session, struct app_file *file, struct slice bytes);

/* Keeps it when file->store says so, else it goes. Sets file->stored. Frees the spool. */
void file_spool_end(struct app_session *session, struct app_file *file);

/* The same, as soon as the file is closed and the rules have seen it. */
void file_store_settle(struct app_session *session, struct app_file *file);

#endif
