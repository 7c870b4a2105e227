/* The sip.* and sdp.* buffers, and the frames of a message. */
#include "app/answer.h"
#include "app/session.h"
#include "app/sip/sip.h"

bool sip_frames_wanted(const struct app_session *s)
{
    for (int id = BUFFER_SIP_FRAME_PDU; id <= BUFFER_SIP_FRAME_RESPONSE_BODY; id++)
        if (app_wanted(s, (enum buffer_id)id))
            return true;
    return false;
}

static enum sip_part part_of(enum buffer_id id)
{
    switch (id) {
#define FIELD(name, text, letter) \
    case BUFFER_SIP_##name:       \
        return SIP_##name;
#define LINE(name, letter, of_media) \
    case BUFFER_SDP_##name:          \
        return SDP_##name;
#include "app/sip/sip_part_list.h"
#undef FIELD
#undef LINE
    default:
        return SIP_PARTS;
    }
}

/* Of a line that may come once the first counts, and an empty one is none. */
static enum buffer_answer part(const struct sip_tx *tx, enum sip_part kind, enum buffer_id id, unsigned index,
                               struct view_buffer *out)
{
    bool many = buffer_info(id)->kind == BUFFER_MANY;
    struct slice value;
    if ((index && !many) || !sip_part_at(tx, kind, index, &value) || (!many && !value.n))
        return BUFFER_NONE;
    return answer_bytes(value, out);
}

/* What the start line says; a frame as far as there are bytes of it. */
static struct slice piece(const struct sip_message *m, enum buffer_id id)
{
    const struct slice none = {0};
    bool response = m->start.code.n > 0;
    switch (id) {
    case BUFFER_SIP_METHOD:
        return m->start.method;
    case BUFFER_SIP_URI:
        return m->start.uri;
    case BUFFER_SIP_PROTOCOL:
        return m->start.version;
    case BUFFER_SIP_STAT_CODE:
        return m->start.code;
    case BUFFER_SIP_STAT_MSG:
        return m->start.reason;
    case BUFFER_SIP_REQUEST_LINE:
        return response ? none : m->start.line;
    case BUFFER_SIP_RESPONSE_LINE:
        return response ? m->start.line : none;
    case BUFFER_SIP_FRAME_PDU:
        return m->all;
    case BUFFER_SIP_FRAME_REQUEST_LINE:
        return response ? none : m->first_line;
    case BUFFER_SIP_FRAME_REQUEST_HEADERS:
        return response ? none : m->fields;
    case BUFFER_SIP_FRAME_REQUEST_BODY:
        return response ? none : m->body;
    case BUFFER_SIP_FRAME_RESPONSE_LINE:
        return response ? m->first_line : none;
    case BUFFER_SIP_FRAME_RESPONSE_HEADERS:
        return response ? m->fields : none;
    case BUFFER_SIP_FRAME_RESPONSE_BODY:
        return response ? m->body : none;
    default:
        return none;
    }
}

/* The one frame that is there when it is empty. */
static bool is_head_frame(const struct sip_message *m, enum buffer_id id)
{
    return id == (m->start.code.n ? BUFFER_SIP_FRAME_RESPONSE_HEADERS : BUFFER_SIP_FRAME_REQUEST_HEADERS);
}

enum buffer_answer sip_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct sip_tx *sip = (const struct sip_tx *)tx;
    enum sip_part kind = part_of(id);
    (void)s;
    if (tx->unseen[direction])
        return BUFFER_NONE;
    if (sip->frame_only && id != BUFFER_SIP_FRAME_PDU)
        return BUFFER_LATER; /* nothing is told, no absence either */
    if (kind != SIP_PARTS)
        return part(sip, kind, id, index, out);
    struct slice bytes = index ? slice_of(NULL, 0) : piece(&sip->message, id);
    return bytes.n || (!index && is_head_frame(&sip->message, id)) ? answer_bytes(bytes, out) : BUFFER_NONE;
}
