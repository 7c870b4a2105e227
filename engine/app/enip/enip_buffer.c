/* What rules may ask of EtherNet/IP. */
#include "app/answer.h"
#include "app/enip/enip.h"

enum { HDR, DATA, PDU, CIP, ITEM };

static enum buffer_answer number_if(bool there, unsigned index, uint64_t number, struct view_buffer *out)
{
    return there && !index ? answer_number(number, out) : BUFFER_NONE;
}

static enum buffer_answer bytes_if(bool there, unsigned index, struct slice bytes, struct view_buffer *out)
{
    return there && !index ? answer_bytes(bytes, out) : BUFFER_NONE;
}

static enum buffer_answer service_frame(const struct enip_message *m, unsigned index, struct view_buffer *out)
{
    if (index >= m->cip.count)
        return BUFFER_NONE;
    const struct cip_service *service = &m->cip.services[index];
    return answer_bytes(enip_bytes(m, (struct enip_piece){service->start, service->size}), out);
}

static enum buffer_answer frame(const struct enip_message *m, unsigned kind, unsigned index,
                                struct view_buffer *out)
{
    struct slice bytes = buf_slice(&m->bytes);
    switch (kind) {
    case HDR:
        return bytes_if(bytes.n >= ENIP_HEADER, index, slice_first(bytes, ENIP_HEADER), out);
    case DATA:
        return bytes_if(bytes.n > ENIP_HEADER, index, slice_from(bytes, ENIP_HEADER), out);
    case PDU:
        return bytes_if(bytes.n, index, bytes, out);
    case CIP:
        return service_frame(m, index, out);
    default:
        return index < m->item_count ? answer_bytes(enip_bytes(m, m->items[index]), out) : BUFFER_NONE;
    }
}

static enum buffer_answer number_of(const struct cip_numbers *numbers, unsigned index,
                                    struct view_buffer *out)
{
    return index < numbers->count ? answer_number(numbers->list[index], out) : BUFFER_NONE;
}

static enum buffer_answer service(struct enip_tx *tx, const struct cip *cip, unsigned index,
                                  struct view_buffer *out)
{
    if (index >= cip->count)
        return BUFFER_NONE;
    const struct cip_service *service = &cip->services[index];
    tx->facts = (struct cip_facts){
        .service = service->service & ~CIP_ANSWER & 0xff,
        .has_class = service->has_class,
        .class_id = service->class_id,
        .attribute_count = service->attribute_count,
    };
    if (service->attribute_count)
        tx->facts.attributes = cip->numbers[CIP_ATTRIBUTE].list + service->attribute_at;
    return answer_bytes(slice_of(&tx->facts, sizeof tx->facts), out);
}

static enum buffer_answer status(const struct cip *cip, unsigned index, struct view_buffer *out)
{
    return index < cip->count ? answer_number(cip->services[index].status, out) : BUFFER_NONE;
}

/* The first word of what an answer's status says more; each service has a place for it. */
static enum buffer_answer extended_status(const struct enip_message *m, unsigned index,
                                          struct view_buffer *out)
{
    for (uint32_t i = 0; i < m->cip.count; i++) {
        const struct cip_service *service = &m->cip.services[i];
        struct slice more = enip_bytes(m, (struct enip_piece){service->at, service->length});
        if (more.n >= 2 && !index--)
            return answer_number((uint64_t)more.p[1] << 8 | more.p[0], out);
    }
    return BUFFER_NONE;
}

static enum buffer_answer version(const struct enip_message *m, unsigned index, struct view_buffer *out)
{
    uint16_t number = m->has_register   ? m->register_version
                      : m->has_identity ? m->identity.version
                                        : m->service.version;
    return number_if(m->has_register || m->has_identity || m->has_service, index, number, out);
}

/* Of what a device says of itself, whichever direction asks. */
static enum buffer_answer of_device(const struct enip_message *m, enum buffer_id id, unsigned index,
                                    struct view_buffer *out)
{
    const struct enip_identity *identity = &m->identity;
    switch (id) {
    case BUFFER_ENIP_REVISION:
        return number_if(m->has_identity, index, identity->revision, out);
    case BUFFER_ENIP_IDENTITY_STATUS:
        return number_if(m->has_identity, index, identity->status, out);
    case BUFFER_ENIP_STATE:
        return number_if(m->has_identity, index, identity->state, out);
    case BUFFER_ENIP_SERIAL:
        return number_if(m->has_identity, index, identity->serial, out);
    case BUFFER_ENIP_PRODUCT_CODE:
        return number_if(m->has_identity, index, identity->product, out);
    case BUFFER_ENIP_DEVICE_TYPE:
        return number_if(m->has_identity, index, identity->device, out);
    case BUFFER_ENIP_VENDOR_ID:
        return number_if(m->has_identity, index, identity->vendor, out);
    case BUFFER_ENIP_PRODUCT_NAME:
        return bytes_if(m->has_identity, index, enip_bytes(m, identity->name), out);
    case BUFFER_ENIP_SERVICE_NAME:
        return bytes_if(m->has_service, index, enip_bytes(m, m->service.name), out);
    case BUFFER_ENIP_CAPABILITIES:
        return number_if(m->has_service, index, m->service.capabilities, out);
    case BUFFER_ENIP_CIP_STATUS:
        return status(&m->cip, index, out);
    case BUFFER_ENIP_CIP_EXTENDEDSTATUS:
        return extended_status(m, index, out);
    default:
        return BUFFER_NONE;
    }
}

static enum buffer_answer what_is_there(struct enip_tx *tx, enum direction direction, enum buffer_id id,
                                        unsigned index, struct view_buffer *out)
{
    const struct enip_message *own = &tx->sides[direction], *asked = &tx->sides[TO_SERVER];
    if (id >= BUFFER_ENIP_FRAME_HDR && id <= BUFFER_ENIP_FRAME_ITEM)
        return frame(own, (unsigned)(id - BUFFER_ENIP_FRAME_HDR), index, out);
    switch (id) {
    case BUFFER_ENIP_COMMAND:
        return number_if(own->there, index, own->command, out);
    case BUFFER_ENIP_STATUS:
        return number_if(own->there, index, own->status, out);
    case BUFFER_ENIP_PROTOCOL_VERSION:
        return version(own, index, out);
    case BUFFER_CIP_SERVICE:
        return service(tx, &own->cip, index, out);
    case BUFFER_ENIP_CIP_CLASS:
        return number_of(&asked->cip.numbers[CIP_CLASS], index, out);
    case BUFFER_ENIP_CIP_INSTANCE:
        return number_of(&asked->cip.numbers[CIP_INSTANCE], index, out);
    case BUFFER_ENIP_CIP_ATTRIBUTE:
        return number_of(&asked->cip.numbers[CIP_ATTRIBUTE], index, out);
    default:
        return of_device(&tx->sides[TO_CLIENT], id, index, out);
    }
}

enum buffer_answer enip_buffer(struct app_session *s, struct app_tx *app, enum direction direction,
                               enum buffer_id id, unsigned index, struct view_buffer *out)
{
    (void)s;
    if (what_is_there((struct enip_tx *)app, direction, id, index, out) == BUFFER_HERE)
        return BUFFER_HERE;
    return app->complete[TO_SERVER] && app->complete[TO_CLIENT] ? BUFFER_NONE : BUFFER_LATER;
}
