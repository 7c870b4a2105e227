/* Between app/smb/smb2.c, app/smb/smb2_request.c and app/smb/smb2_answer.c only. */
#ifndef SLUICE_APP_SMB2_H
#define SLUICE_APP_SMB2_H

#include "app/smb/smb_data.h"

enum smb2_command {
    SMB2_NEGOTIATE,
    SMB2_SESSION_SETUP,
    SMB2_LOGOFF,
    SMB2_TREE_CONNECT,
    SMB2_TREE_DISCONNECT,
    SMB2_CREATE,
    SMB2_CLOSE,
    SMB2_FLUSH,
    SMB2_READ,
    SMB2_WRITE,
    SMB2_LOCK,
    SMB2_IOCTL,
    SMB2_CANCEL,
    SMB2_ECHO,
    SMB2_QUERY_DIRECTORY,
    SMB2_CHANGE_NOTIFY,
    SMB2_QUERY_INFO,
    SMB2_SET_INFO,
    SMB2_OPLOCK_BREAK
};

enum { SMB2_PENDING = 0x103, SMB2_BUFFER_OVERFLOW = 0x80000005, SMB2_PIPE_TRANSCEIVE = 0x11c017 };

static inline bool smb2_has_data(uint32_t status)
{
    return status == 0 || status == SMB2_BUFFER_OVERFLOW;
}

bool smb2_file_id(struct cursor *c, struct slice *id);
uint64_t smb2_file_key(struct app_session *s, enum direction direction, struct slice id);
uint64_t smb2_read_key(const struct smb_head *head);

void smb2_request(struct app_session *s, const struct smb_head *head, struct slice bytes);
void smb2_answer(struct app_session *s, const struct smb_head *head, struct slice bytes);

/* The bytes at an offset of the message; none when they are not all there. */
static inline struct slice smb2_part(struct slice bytes, size_t at, size_t n)
{
    return at <= bytes.n && n <= bytes.n - at ? slice_first(slice_from(bytes, at), n) : slice_of(NULL, 0);
}

#endif
