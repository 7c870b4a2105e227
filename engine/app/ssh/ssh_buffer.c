/* The ssh.* buffers. */
#include "app/ssh/ssh.h"
#include "app/answer.h"
#include "app/session.h"

bool ssh_hassh_wanted(const struct app_session *session)
{
    return app_wanted(session, BUFFER_SSH_HASSH) || app_wanted(session, BUFFER_SSH_HASSH_STRING) ||
           app_wanted(session, BUFFER_SSH_HASSH_SERVER) ||
           app_wanted(session, BUFFER_SSH_HASSH_SERVER_STRING);
}

static enum buffer_answer single(struct slice bytes, bool there, unsigned index, struct view_buffer *out)
{
    return there && !index ? answer_bytes(bytes, out) : BUFFER_NONE;
}

static enum buffer_answer frame(const struct ssh_side *side, enum buffer_id id, unsigned index,
                                struct view_buffer *out)
{
    if (index >= side->count)
        return BUFFER_NONE;
    struct slice record = slice_of(side->records.p + side->places[index].at, side->places[index].n);
    if (id == BUFFER_SSH_FRAME_HDR)
        return answer_bytes(slice_first(record, SSH_RECORD_HEAD), out);
    return answer_bytes(id == BUFFER_SSH_FRAME_DATA ? slice_from(record, SSH_RECORD_HEAD) : record, out);
}

static enum buffer_answer what_is_there(const struct ssh_side *side, enum buffer_id id, unsigned index,
                                        struct view_buffer *out)
{
    switch (id) {
    case BUFFER_SSH_PROTO:
        return single(side->version, side->has_banner, index, out);
    case BUFFER_SSH_SOFTWARE:
        return single(side->software, side->software.n, index, out);
    case BUFFER_SSH_HASSH:
    case BUFFER_SSH_HASSH_SERVER:
        return single(slice_str(side->hassh_hash), side->hassh_hash[0], index, out);
    case BUFFER_SSH_HASSH_STRING:
    case BUFFER_SSH_HASSH_SERVER_STRING:
        return single(buf_slice(&side->hassh), side->hassh_hash[0], index, out);
    default:
        return frame(side, id, index, out);
    }
}

/* What is not there at that progress will not come. */
static uint8_t final_at(enum buffer_id id)
{
    return id == BUFFER_SSH_PROTO || id == BUFFER_SSH_SOFTWARE ? SSH_BANNER_DONE : SSH_FINISHED;
}

enum buffer_answer ssh_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct ssh_side *side = &((const struct ssh_tx *)tx)->sides[direction];
    (void)s;
    if (what_is_there(side, id, index, out) == BUFFER_HERE)
        return BUFFER_HERE;
    return side->progress >= final_at(id) || tx->complete[direction] ? BUFFER_NONE : BUFFER_LATER;
}
