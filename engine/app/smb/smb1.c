/*
 * SMB 1 ([MS-CIFS], [MS-SMB]): the heads of messages, chains of commands, and those whose data is a file's.
 * Offsets in a message count from its head's first byte.
 */
#include "app/smb/smb1.h"

enum { UNICODE = 0x8000, NT_STATUS = 0x4000, ANSWER = 0x80, CHAIN_MOST = 16 };

bool smb1_head_read(struct slice bytes, struct smb_head *head)
{
    struct cursor c = cursor_of(bytes);
    uint8_t command, flags;
    uint16_t flags2, tree, process, user, multiplex;
    *head = (struct smb_head){.version = 1, .size = SMB1_HEAD};
    if (bytes.n < SMB1_HEAD || !cursor_skip(&c, 4) || !cursor_u8(&c, &command) ||
        !cursor_le32(&c, &head->status) || !cursor_u8(&c, &flags) || !cursor_le16(&c, &flags2) ||
        !cursor_skip(&c, 12) || !cursor_le16(&c, &tree) || !cursor_le16(&c, &process) ||
        !cursor_le16(&c, &user) || !cursor_le16(&c, &multiplex))
        return false;
    head->command = command;
    head->answer = flags & ANSWER;
    head->unicode = flags2 & UNICODE;
    head->nt_status = flags2 & NT_STATUS;
    head->tree = tree;
    head->session = user;
    head->message = multiplex | (uint64_t)process << 16;
    return true;
}

bool smb1_part_read(struct slice message, size_t at, uint8_t command, struct smb1_part *out)
{
    struct cursor c = cursor_of(message);
    uint8_t count;
    uint16_t n;
    *out = (struct smb1_part){.command = command, .message = message};
    if (!cursor_skip(&c, at) || !cursor_u8(&c, &count) || !cursor_bytes(&c, 2 * (size_t)count, &out->words))
        return false;
    if (cursor_le16(&c, &n)) { /* of long writes the number is not to be relied on */
        out->bytes_at = c.at;
        out->bytes = slice_first(slice_from(message, c.at), n);
    }
    return true;
}

struct slice smb1_text(const struct smb1_part *part, bool unicode, size_t *at)
{
    if (unicode)
        *at += (part->bytes_at + *at) & 1;
    struct slice rest = slice_from(part->bytes, *at);
    size_t n = 0, step = unicode ? 2 : 1;
    while (n + step <= rest.n && (rest.p[n] || (unicode && rest.p[n + 1])))
        n += step;
    *at += n + step;
    return slice_first(rest, n);
}

bool smb1_write_read(struct slice words, struct smb1_write *out)
{
    struct cursor c = cursor_of(words);
    uint32_t low, high = 0;
    uint16_t n, n_high;
    if (!cursor_skip(&c, 4) || !cursor_le16(&c, &out->file) || !cursor_le32(&c, &low) ||
        !cursor_skip(&c, 8) || !cursor_le16(&c, &n_high) || !cursor_le16(&c, &n) ||
        !cursor_le16(&c, &out->at))
        return false;
    cursor_le32(&c, &high);
    out->n = n | (uint32_t)n_high << 16;
    out->offset = low | (uint64_t)high << 32;
    return true;
}

bool smb1_read_answer(struct slice words, struct smb1_write *out)
{
    struct cursor c = cursor_of(words);
    uint16_t n, n_high;
    if (!cursor_skip(&c, 10) || !cursor_le16(&c, &n) || !cursor_le16(&c, &out->at) ||
        !cursor_le16(&c, &n_high))
        return false;
    out->n = n | (uint32_t)n_high << 16;
    return true;
}

static bool is_chained(const struct smb1_part *part)
{
    return part->words.n >= 4 && part->words.p[0] != SMB1_NONE;
}

bool smb1_streams(struct app_session *s, enum direction direction, const struct smb_head *head,
                  struct slice bytes, struct smb_stream *out)
{
    bool write = head->command == SMB1_WRITE && direction == TO_SERVER;
    struct smb1_part part;
    struct smb1_write data = {0};
    *out = (struct smb_stream){0};
    if (!write && (head->command != SMB1_READ || direction == TO_SERVER || !smb1_has_data(head)))
        return false;
    if (!smb1_part_read(bytes, SMB1_HEAD, (uint8_t)head->command, &part)) {
        uint8_t words = bytes.n > SMB1_HEAD ? bytes.p[SMB1_HEAD] : 0;
        out->need = bytes.n > SMB1_HEAD ? SMB1_HEAD + 3 + 2 * (size_t)words : SMB1_HEAD + 1;
        return false;
    }
    if (is_chained(&part) ||
        !(write ? smb1_write_read(part.words, &data) : smb1_read_answer(part.words, &data)) || !data.n ||
        data.at < SMB1_HEAD + 3)
        return false;
    const struct smb_note *note =
        write ? NULL : smb_note_find(&smb_of(s)->notes, SMB_NOTE_READ, smb1_read_key(head));
    out->head_size = data.at;
    out->data = data.n;
    out->file = write ? smb1_file_key(data.file) : note ? note->file : 0;
    out->offset = note ? note->offset : data.offset;
    size_t look = out->head_size + (out->data < SMB_PIPE_LOOK ? out->data : (size_t)SMB_PIPE_LOOK);
    if (bytes.n < look) {
        out->need = look;
        return false;
    }
    if (write) {
        out->id[0] = (uint8_t)data.file;
        out->id[1] = (uint8_t)(data.file >> 8);
        out->id_size = 2;
    }
    return !smb_pipe_looks(s, direction, out->file,
                           slice_first(slice_from(bytes, out->head_size), out->data));
}

static bool chains(uint8_t command)
{
    static const uint8_t those[] = {SMB1_LOCKING,       SMB1_OPEN,   SMB1_READ,         SMB1_WRITE,
                                    SMB1_SESSION_SETUP, SMB1_LOGOFF, SMB1_TREE_CONNECT, SMB1_NT_CREATE};
    return memchr(those, command, sizeof those);
}

/* One command after another; each begins behind the one before. */
void smb1_message(struct app_session *s, enum direction direction, const struct smb_head *head,
                  struct slice bytes)
{
    size_t at = SMB1_HEAD;
    uint8_t command = (uint8_t)head->command;
    for (int i = 0; i < CHAIN_MOST; i++) {
        struct smb1_part part;
        struct smb_head own = *head;
        own.command = command;
        if (!smb1_part_read(bytes, at, command, &part)) {
            smb_event(s, direction, APP_EVENT_SMB_MALFORMED_DATA);
            return;
        }
        if (direction == TO_SERVER)
            smb1_request(s, &own, &part);
        else
            smb1_answer(s, &own, &part);
        if (!chains(command) || !is_chained(&part))
            return;
        size_t next = part.words.p[2] | (size_t)part.words.p[3] << 8;
        if (next <= at)
            return;
        at = next;
        command = part.words.p[0];
    }
}
