#include "rule/view.h"
#include "packet/packet.h"

static struct slice address_bytes(const struct address *address)
{
    return slice_of(address->bytes, address->version == 4 ? 4 : address->version == 6 ? 16 : 0);
}

/* The bytes of a packet's own header; empty when the packet has no such header. */
static struct slice header_bytes(const struct packet *packet, enum buffer_id id)
{
    const struct slice none = {NULL, 0};

    switch (id) {
    case BUFFER_IPV4_HDR:
        return packet->layers & LAYER_IPV4 ? packet->ip.header : none;
    case BUFFER_IPV6_HDR:
        return packet->layers & LAYER_IPV6 ? packet->ip.header : none;
    case BUFFER_TCP_HDR:
        return packet->layers & LAYER_TCP ? packet->transport : none;
    case BUFFER_UDP_HDR:
        return packet->layers & LAYER_UDP ? packet->transport : none;
    case BUFFER_ICMPV4_HDR:
        return packet->layers & LAYER_ICMPV4 ? packet->transport : none;
    case BUFFER_ICMPV6_HDR:
        return packet->layers & LAYER_ICMPV6 ? packet->transport : none;
    case BUFFER_IP_SRC:
        return address_bytes(&packet->source_address);
    case BUFFER_IP_DST:
        return address_bytes(&packet->destination_address);
    default:
        return none;
    }
}

static bool is_header(enum buffer_id id)
{
    switch (id) {
    case BUFFER_IPV4_HDR:
    case BUFFER_IPV6_HDR:
    case BUFFER_TCP_HDR:
    case BUFFER_UDP_HDR:
    case BUFFER_ICMPV4_HDR:
    case BUFFER_ICMPV6_HDR:
    case BUFFER_IP_SRC:
    case BUFFER_IP_DST:
        return true;
    default:
        return false;
    }
}

static enum buffer_answer payload_buffer(const struct view *view, unsigned index, struct view_buffer *out)
{
    enum buffer_answer none = view->kind == VIEW_TRANSACTION ? BUFFER_LATER : BUFFER_NONE;
    /* Without payload there is nothing to look into, for a negated content neither. */
    if (index || (!view->payload.bytes.n && !view->empty_payload))
        return none;
    *out = view->payload;
    return BUFFER_HERE;
}

enum buffer_answer view_buffer(const struct view *view, enum buffer_id id, unsigned index,
                               struct view_buffer *out)
{
    if (id == BUFFER_PAYLOAD)
        return payload_buffer(view, index, out);
    if (is_header(id)) {
        struct slice bytes = header_bytes(view->packet, id);
        if (index || !bytes.n)
            return BUFFER_NONE;
        *out = (struct view_buffer){.bytes = bytes, .first = true, .last = true};
        return BUFFER_HERE;
    }
    return view->app && view->app->buffer ? view->app->buffer(view->app_ctx, id, index, out) : BUFFER_NONE;
}
