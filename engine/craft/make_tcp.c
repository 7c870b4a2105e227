/* The packets of a TCP connection: handshake, segments of a step and their acknowledgments, how it ends. */
#include <errno.h>

#include "craft/maker.h"

enum { WINDOW = 64240 };

struct segment {
    struct craft_tcp_header header;
    struct slice payload;
    const struct craft_piece *piece;
    bool wrong;
};

static int put_one(struct maker *m, bool from_server, const struct segment *s)
{
    struct craft_ip ip = *maker_ip(m);
    if (s->piece && s->piece->has_ttl) {
        ip.has_ttl = true;
        ip.ttl = s->piece->ttl;
    }
    struct craft_way w = maker_way(m, from_server, &ip);
    buf_clear(&m->message);
    if (craft_put_tcp(&m->message, &w, &s->header, s->payload, s->wrong))
        return maker_fail(m, -ENOMEM, NULL);
    return maker_put_message(m, from_server, &ip);
}

/* A segment without data, where the connection is; SYN and FIN take a place in the sequence. */
static int put_control(struct maker *m, bool from_server, uint8_t flags)
{
    struct craft_host *from = &m->hosts[from_server];
    uint8_t mss[4] = {2, 4, (uint8_t)(from->mss >> 8), (uint8_t)from->mss};
    struct segment s = {.header = {.sequence = from->next,
                                   .acknowledgment = flags & TCP_ACK ? m->hosts[!from_server].next : 0,
                                   .window = WINDOW,
                                   .flags = flags}};
    if (flags & TCP_SYN)
        s.header.options = slice_of(mss, sizeof mss);
    from->next += !!(flags & (TCP_SYN | TCP_FIN));
    return put_one(m, from_server, &s);
}

static int put_acknowledgment(struct maker *m, bool from_server, uint32_t acknowledged)
{
    struct segment s = {.header = {.sequence = m->hosts[from_server].next,
                                   .acknowledgment = acknowledged,
                                   .window = WINDOW,
                                   .flags = TCP_ACK}};
    const struct craft_step *step = m->step;
    m->step = NULL; /* what is asked of the step is not asked of the answer */
    int rc = put_one(m, from_server, &s);
    m->step = step;
    return rc;
}

static struct craft_tcp_header step_header(const struct maker *m, uint8_t flags)
{
    const struct craft_step *step = m->step;
    const struct craft_tcp *tcp = &step->tcp;
    flags = tcp->has_flags ? tcp->flags : flags;
    uint32_t acknowledgment = m->hosts[!step->from_server].next + (uint32_t)tcp->ack_offset;
    return (struct craft_tcp_header){
        .sequence = m->hosts[step->from_server].next + (uint32_t)tcp->sequence_offset,
        .acknowledgment = flags & TCP_ACK ? acknowledgment : 0,
        .window = tcp->has_window ? tcp->window : WINDOW,
        .urgent = tcp->urgent,
        .flags = flags,
        .reserved = tcp->reserved,
        .options = tcp->options,
    };
}

/* How far the receiver has everything, once the piece `arrived` has come too: from `end`, how far it was
 * before. */
static uint32_t received(const struct craft_step *step, uint32_t arrived, uint32_t end)
{
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = arrived + 1; i-- > 0;) {
            const struct craft_piece *p = &step->pieces[i];
            if (p->bad_checksum || p->from > end || p->from + p->length <= end)
                continue;
            end = p->from + p->length;
            more = i < arrived; /* then others may join */
        }
    }
    return end;
}

static int put_piece(struct maker *m, const struct craft_piece *piece)
{
    const struct craft_step *step = m->step;
    uint64_t end = (uint64_t)piece->from + piece->length;
    if (end > (piece->instead.p ? CRAFT_BYTES_MOST : step->bytes.n))
        return maker_fail(m, -EINVAL, "a piece lies outside the step's bytes");
    if (piece->instead.p && piece->instead.n != piece->length)
        return maker_fail(m, -EINVAL, "what stands instead has another length than the piece");
    struct segment s = {.header = step_header(m, TCP_PSH | TCP_ACK),
                        .piece = piece,
                        .wrong = step->bad_checksum || piece->bad_checksum};
    s.header.sequence += piece->from;
    s.payload =
        piece->instead.p ? piece->instead : slice_first(slice_from(step->bytes, piece->from), piece->length);
    m->now_ns += piece->delay_ns;
    return put_one(m, step->from_server, &s);
}

static int put_cut_by_mss(struct maker *m)
{
    const struct craft_step *step = m->step;
    uint32_t mss = m->hosts[step->from_server].mss;
    for (size_t at = 0; at < step->bytes.n; at += mss) {
        struct slice rest = slice_from(step->bytes, at);
        struct craft_piece piece = {.from = (uint32_t)at, .length = (uint32_t)(rest.n < mss ? rest.n : mss)};
        int rc = put_piece(m, &piece);
        if (!rc && step->acks == CRAFT_ACK_EACH)
            rc = put_acknowledgment(m, !step->from_server,
                                    m->hosts[step->from_server].next + piece.from + piece.length);
        if (rc)
            return rc;
    }
    return 0;
}

static int put_pieces(struct maker *m)
{
    const struct craft_step *step = m->step;
    uint32_t end = 0, next = m->hosts[step->from_server].next;
    if (step->piece_count > CRAFT_PIECES_MOST)
        return maker_fail(m, -E2BIG, "a step is cut into too many pieces");
    for (uint32_t i = 0; i < step->piece_count; i++) {
        int rc = put_piece(m, &step->pieces[i]);
        if (!rc && step->acks == CRAFT_ACK_EACH) {
            end = received(step, i, end);
            rc = put_acknowledgment(m, !step->from_server, next + end);
        }
        if (rc)
            return rc;
    }
    return 0;
}

int maker_put_stream(struct maker *m)
{
    const struct craft_step *step = m->step;
    if (step->bytes.n > CRAFT_BYTES_MOST)
        return maker_fail(m, -E2BIG, "a step has too many bytes");
    int rc = step->piece_count ? put_pieces(m) : put_cut_by_mss(m);
    m->hosts[step->from_server].next += (uint32_t)step->bytes.n;
    if (rc || step->acks != CRAFT_ACK_END)
        return rc;
    return put_acknowledgment(m, !step->from_server, m->hosts[step->from_server].next);
}

int maker_put_segment(struct maker *m)
{
    const struct craft_step *step = m->step;
    struct segment s = {
        .header = step_header(m, TCP_ACK), .payload = step->bytes, .wrong = step->bad_checksum};
    if (!step->tcp.stays)
        m->hosts[step->from_server].next +=
            (uint32_t)step->bytes.n + !!(s.header.flags & TCP_SYN) + !!(s.header.flags & TCP_FIN);
    return put_one(m, step->from_server, &s);
}

int maker_put_handshake(struct maker *m)
{
    int rc = put_control(m, MAKER_CLIENT, TCP_SYN);
    rc = rc ? rc : put_control(m, MAKER_SERVER, TCP_SYN | TCP_ACK);
    return rc ? rc : put_control(m, MAKER_CLIENT, TCP_ACK);
}

int maker_put_close(struct maker *m)
{
    bool server = m->flow->close == CRAFT_FIN_SERVER || m->flow->close == CRAFT_RST_SERVER;
    if (m->flow->close == CRAFT_RST || m->flow->close == CRAFT_RST_SERVER)
        return put_control(m, server, TCP_RST | TCP_ACK);
    int rc = put_control(m, server, TCP_FIN | TCP_ACK);
    rc = rc ? rc : put_control(m, !server, TCP_FIN | TCP_ACK);
    return rc ? rc : put_control(m, server, TCP_ACK);
}
