/* Between app/smb/smb1.c, app/smb/smb1_request.c and app/smb/smb1_answer.c only. */
#ifndef SLUICE_APP_SMB1_H
#define SLUICE_APP_SMB1_H

#include "app/smb/smb_data.h"

enum smb1_command {
    SMB1_CLOSE = 0x04,
    SMB1_LOCKING = 0x24,
    SMB1_TRANS = 0x25,
    SMB1_OPEN = 0x2d,
    SMB1_READ = 0x2e,
    SMB1_WRITE = 0x2f,
    SMB1_TRANS2 = 0x32,
    SMB1_TREE_DISCONNECT = 0x71,
    SMB1_NEGOTIATE = 0x72,
    SMB1_SESSION_SETUP = 0x73,
    SMB1_LOGOFF = 0x74,
    SMB1_TREE_CONNECT = 0x75,
    SMB1_NT_CREATE = 0xa2,
    SMB1_NONE = 0xff
};

enum { SMB1_HEAD = 32, SMB1_BUFFER_OVERFLOW = 0x80000005, SMB1_TRANSACT_PIPE = 0x26 };

/* One command of a message, which may chain several: its words and bytes, where they lie in the message. */
struct smb1_part {
    uint8_t command;
    struct slice words, bytes;
    struct slice message;
    size_t bytes_at; /* of the bytes in the message: names are filled up to an even offset */
};

/* Reads the command whose words begin at `at`; false: it is not all there. */
bool smb1_part_read(struct slice message, size_t at, uint8_t command, struct smb1_part *out);

/* The bytes at an offset of the message, as far as they are there. */
static inline struct slice smb1_data(const struct smb1_part *part, size_t at, size_t n)
{
    return slice_first(slice_from(part->message, at), n);
}

static inline bool smb1_has_data(const struct smb_head *head)
{
    return head->status == 0 || head->status == SMB1_BUFFER_OVERFLOW;
}

/* A text of the bytes, from *at on: UTF-16 or not, up to its zero; *at is then behind it. */
struct slice smb1_text(const struct smb1_part *part, bool unicode, size_t *at);

static inline uint64_t smb1_file_key(uint16_t id)
{
    return smb_key(SMB_NOTE_FILE, id, 1);
}

static inline uint64_t smb1_read_key(const struct smb_head *head)
{
    return smb_key(SMB_NOTE_READ, head->message, 1);
}

struct smb1_write {
    uint16_t file, at;
    uint32_t n;
    uint64_t offset;
};
bool smb1_write_read(struct slice words, struct smb1_write *out);
bool smb1_read_answer(struct slice words, struct smb1_write *out); /* without file and offset */

void smb1_request(struct app_session *s, const struct smb_head *head, const struct smb1_part *part);
void smb1_answer(struct app_session *s, const struct smb_head *head, const struct smb1_part *part);

#endif
