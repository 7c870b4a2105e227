/*
 * SMB 2 and 3 ([MS-SMB2]): the heads of messages, and those whose data is a file's. Offsets in a message
 * count from its head's first byte.
 */
#include "app/smb/smb2.h"

enum { HEAD = 64, ANSWER = 1, ASYNC = 2, RELATED = 4 };

bool smb2_head_read(struct slice bytes, struct smb_head *head)
{
    struct cursor c = cursor_of(bytes);
    uint32_t flags;
    *head = (struct smb_head){.version = 2, .unicode = true, .nt_status = true, .size = HEAD};
    if (bytes.n < HEAD || !cursor_skip(&c, 8) || !cursor_le32(&c, &head->status) ||
        !cursor_le16(&c, &head->command) || !cursor_skip(&c, 2) || !cursor_le32(&c, &flags) ||
        !cursor_le32(&c, &head->next) || !cursor_le64(&c, &head->message) || !cursor_skip(&c, 4) ||
        !cursor_le32(&c, &head->tree) || !cursor_le64(&c, &head->session))
        return false;
    head->answer = flags & ANSWER;
    head->async = flags & ASYNC;
    head->related = flags & RELATED;
    if (head->async)
        head->tree = 0;
    return true;
}

bool smb2_file_id(struct cursor *c, struct slice *id)
{
    return cursor_bytes(c, SMB_GUID, id);
}

/* All ones mean the file of the message before. */
uint64_t smb2_file_key(struct app_session *s, enum direction direction, struct slice id)
{
    static const uint8_t same[SMB_GUID] = {255, 255, 255, 255, 255, 255, 255, 255,
                                           255, 255, 255, 255, 255, 255, 255, 255};
    uint64_t parts[2];
    if (memcmp(id.p, same, SMB_GUID) == 0)
        return smb_of(s)->chained_file[direction];
    memcpy(parts, id.p, sizeof parts);
    uint64_t key = smb_key(SMB_NOTE_FILE, parts[0], parts[1]);
    smb_of(s)->chained_file[direction] = key;
    return key;
}

uint64_t smb2_read_key(const struct smb_head *head)
{
    return smb_key(SMB_NOTE_READ, head->message, 0);
}

/* [MS-SMB2] 2.2.21 */
static bool read_write_head(struct app_session *s, struct slice bytes, struct smb_stream *out)
{
    struct cursor c = cursor_of(slice_from(bytes, HEAD));
    struct slice id;
    uint16_t at;
    if (!cursor_skip(&c, 2) || !cursor_le16(&c, &at) || !cursor_le32(&c, &out->data) ||
        !cursor_le64(&c, &out->offset) || !smb2_file_id(&c, &id))
        return false;
    out->head_size = at;
    out->id_size = SMB_GUID;
    memcpy(out->id, id.p, SMB_GUID);
    out->file = smb2_file_key(s, TO_SERVER, id);
    return true;
}

/* [MS-SMB2] 2.2.20 */
static bool read_read_head(struct app_session *s, const struct smb_head *head, struct slice bytes,
                           struct smb_stream *out)
{
    struct cursor c = cursor_of(slice_from(bytes, HEAD));
    uint8_t at;
    if (!cursor_skip(&c, 2) || !cursor_u8(&c, &at) || !cursor_skip(&c, 1) || !cursor_le32(&c, &out->data))
        return false;
    const struct smb_note *note = smb_note_find(&smb_of(s)->notes, SMB_NOTE_READ, smb2_read_key(head));
    out->head_size = at;
    out->later = head->async;
    out->file = note ? note->file : 0;
    out->offset = note ? note->offset : 0;
    if (note) {
        out->id_size = note->id_size;
        memcpy(out->id, note->id, sizeof out->id);
    }
    if (note && !note->file) /* of a compound that created it */
        out->file = smb_of(s)->chained_file[TO_CLIENT];
    return true;
}

bool smb2_streams(struct app_session *s, enum direction direction, const struct smb_head *head,
                  struct slice bytes, struct smb_stream *out)
{
    enum { FIXED_WRITE = HEAD + 48, FIXED_READ = HEAD + 16 };
    bool write = head->command == SMB2_WRITE && direction == TO_SERVER;
    uint32_t fixed = write ? FIXED_WRITE : FIXED_READ;
    *out = (struct smb_stream){0};
    if (!write && (head->command != SMB2_READ || direction == TO_SERVER || !smb2_has_data(head->status)))
        return false;
    if (bytes.n < fixed) {
        out->need = fixed;
        return false;
    }
    if (!(write ? read_write_head(s, bytes, out) : read_read_head(s, head, bytes, out)) ||
        out->head_size < fixed || !out->data)
        return false;
    size_t look = out->head_size + (out->data < SMB_PIPE_LOOK ? out->data : (size_t)SMB_PIPE_LOOK);
    if (bytes.n < look) {
        out->need = look;
        return false;
    }
    return !smb_pipe_looks(s, direction, out->file,
                           slice_first(slice_from(bytes, out->head_size), out->data));
}
