/*
 * What the rules look into: the bytes of records and messages, kept while a rule asks for frames, and all
 * else that smb_buffer.c answers for. Between app/smb/smb.c and those two.
 */
#ifndef SLUICE_APP_SMB_FRAME_H
#define SLUICE_APP_SMB_FRAME_H

#include "app/smb/smb_session.h"

/* `which`: 0 of the record, 1 of the message. Its bytes as they are taken; its end; what is kept goes. */
void smb_frame_add(struct app_session *s, enum direction direction, unsigned which, struct slice bytes);
void smb_frame_end(struct app_session *s, enum direction direction, unsigned which);
void smb_frame_cut(struct app_session *s, enum direction direction);

enum buffer_answer smb_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out);

#endif
