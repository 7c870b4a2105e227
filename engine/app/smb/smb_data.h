/* Where the data of messages goes: to files, or to the calls of a pipe. Internal to app/smb*.c. */
#ifndef SLUICE_APP_SMB_DATA_H
#define SLUICE_APP_SMB_DATA_H

#include "app/smb/smb_session.h"

/* smb_file.c */
void smb_file_data(struct app_session *s, enum direction direction, uint64_t file, struct slice bytes);
void smb_file_begin(struct app_session *s, enum direction direction, const struct smb_head *head,
                    const struct smb_stream *data);
void smb_file_gap(struct app_session *s, enum direction direction, uint64_t file, uint64_t bytes);
void smb_file_close(struct app_session *s, uint64_t file);
void smb_file_forget(struct app_session *s, struct smb_note *note);
void smb_files_end(struct app_session *s, enum direction direction); /* the stream has ended */
void smb_file_tx_gone(struct app_session *s, struct smb_tx *tx);

/* smb_pipe.c: whether data for a pipe is DCE/RPC; then it is taken. What it has of transactions, of the
 * state. */
enum { SMB_PIPE_LOOK = 16 }; /* bytes that tell */
bool smb_pipe_looks(struct app_session *s, enum direction direction, uint64_t file, struct slice data);
void smb_pipe_request(struct app_session *s, const struct smb_head *head, uint64_t file, struct slice data);
void smb_pipe_answer(struct app_session *s, const struct smb_head *head, uint64_t file, struct slice data);
void smb_pipe_tx_free(struct app_session *s, struct smb_tx *tx);
void smb_pipe_close(struct app_session *s);

#endif
