#include "app/dns_message.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "base/grow.h"

enum { TEXT_MOST = 1 << 20 }; /* bytes of names of one message: compression can blow them up */

/* The label or pointer at *at. 1: went on, 0: the name ends, negative: broken. */
static int name_step(struct slice whole, size_t *at, struct dns_message *m, uint32_t start, unsigned *labels)
{
    uint8_t n = whole.p[*at];
    if (n == 0) {
        ++*at;
        return 0;
    }
    if ((n & 0xc0) || *at + 1 + n > whole.n)
        return -EBADMSG;
    if (++*labels > DNS_LABELS_MOST) {
        m->oddities |= DNS_TOO_MANY_LABELS;
        return -EBADMSG;
    }
    bool dot = m->text.n > start;
    if (m->text.n - start + n + dot > DNS_NAME_MOST || m->text.n > TEXT_MOST) {
        m->oddities |= DNS_NAME_TOO_LONG;
        *at += 1u + n;
        return 1;
    }
    if ((dot && buf_append_byte(&m->text, '.')) || buf_append(&m->text, slice_of(whole.p + *at + 1, n)))
        return -ENOMEM;
    *at += 1u + n;
    return 1;
}

/*
 * Reads the name at the cursor (RFC 1035, 4.1.4) into the message's text. A pointer may lead anywhere; as
 * many are followed as a name could need.
 */
static int read_name(struct slice whole, struct cursor *c, struct dns_message *m, struct dns_text *out)
{
    size_t at = c->at, end = 0;
    uint32_t start = (uint32_t)m->text.n;
    unsigned pointers = 0, labels = 0;
    for (;;) {
        if (at >= whole.n)
            return -EBADMSG;
        if ((whole.p[at] & 0xc0) == 0xc0) {
            if (at + 2 > whole.n)
                return -EBADMSG;
            if (!end)
                end = at + 2;
            if (++pointers > DNS_POINTERS_MOST) {
                m->oddities |= DNS_INFINITE_LOOP;
                return -EBADMSG;
            }
            at = (size_t)(whole.p[at] & 0x3f) << 8 | whole.p[at + 1];
            continue;
        }
        int rc = name_step(whole, &at, m, start, &labels);
        if (rc < 0)
            return rc;
        if (rc == 0)
            break;
    }
    c->at = end ? end : at;
    *out = (struct dns_text){start, (uint32_t)m->text.n - start};
    return 0;
}

static int keep(struct dns_message *m, struct slice bytes, struct dns_text *out)
{
    *out = (struct dns_text){(uint32_t)m->text.n, (uint32_t)bytes.n};
    return buf_append(&m->text, bytes);
}

static int read_soa(struct slice whole, struct cursor *c, struct dns_message *m, struct dns_record *r)
{
    int rc = read_name(whole, c, m, &r->data);
    if (!rc)
        rc = read_name(whole, c, m, &r->mailbox);
    for (int i = 0; !rc && i < 5; i++)
        rc = cursor_be32(c, &r->soa[i]) ? 0 : -EBADMSG;
    return rc;
}

/* The rdata, [c->at, c->at + length) of the message. */
static int read_data(struct slice whole, struct cursor *c, size_t length, struct dns_message *m,
                     struct dns_record *r)
{
    struct slice rdata = slice_first(slice_from(whole, c->at), length);
    struct cursor inside = *c;
    switch (r->type) {
    case DNS_NS:
    case DNS_CNAME:
    case DNS_PTR:
        return read_name(whole, &inside, m, &r->data);
    case DNS_SOA:
        return read_soa(whole, &inside, m, r);
    case DNS_MX:
        if (!cursor_be16(&inside, &r->number[0]))
            return -EBADMSG;
        return read_name(whole, &inside, m, &r->data);
    case DNS_SRV:
        for (int i = 0; i < 3; i++)
            if (!cursor_be16(&inside, &r->number[i]))
                return -EBADMSG;
        return read_name(whole, &inside, m, &r->data);
    case DNS_SSHFP:
        if (rdata.n < 2)
            return -EBADMSG;
        r->number[0] = rdata.p[0];
        r->number[1] = rdata.p[1];
        return keep(m, slice_from(rdata, 2), &r->data);
    default:
        return keep(m, rdata, &r->data);
    }
}

static int read_record(struct slice whole, struct cursor *c, struct dns_message *m, enum dns_section section)
{
    struct dns_record r = {0};
    uint16_t length;
    int rc = read_name(whole, c, m, &r.name);
    if (rc)
        return rc;
    if (!cursor_be16(c, &r.type) || !cursor_be16(c, &r.class) || !cursor_be32(c, &r.ttl) ||
        !cursor_be16(c, &length) || length > cursor_left(c))
        return -EBADMSG;
    rc = length ? read_data(whole, c, length, m, &r) : 0;
    if (rc)
        return rc;
    cursor_skip(c, length);
    if (grow_array(&m->records[section], m->record_count[section], &m->record_capacity[section]))
        return -ENOMEM;
    m->records[section][m->record_count[section]++] = r;
    return 0;
}

static int read_question(struct slice whole, struct cursor *c, struct dns_message *m)
{
    struct dns_question q = {0};
    int rc = read_name(whole, c, m, &q.name);
    if (rc)
        return rc;
    if (!cursor_be16(c, &q.type) || !cursor_be16(c, &q.class))
        return -EBADMSG;
    if (grow_array(&m->questions, m->question_count, &m->question_capacity))
        return -ENOMEM;
    m->questions[m->question_count++] = q;
    return 0;
}

int dns_message_parse(struct slice bytes, struct dns_message *m)
{
    struct cursor c = cursor_of(bytes);
    uint16_t questions, records[DNS_SECTIONS];
    if (!cursor_be16(&c, &m->id) || !cursor_be16(&c, &m->flags) || !cursor_be16(&c, &questions) ||
        !cursor_be16(&c, &records[DNS_ANSWERS]) || !cursor_be16(&c, &records[DNS_AUTHORITIES]) ||
        !cursor_be16(&c, &records[DNS_ADDITIONALS]))
        return -EBADMSG;
    int rc = 0;
    for (unsigned i = 0; !rc && i < questions; i++)
        rc = read_question(bytes, &c, m);
    for (unsigned i = 0; !rc && i < records[DNS_ANSWERS]; i++)
        rc = read_record(bytes, &c, m, DNS_ANSWERS);
    if (rc) {
        m->oddities |= rc == -EBADMSG ? DNS_MALFORMED : 0;
        return rc;
    }
    /* What is wrong in the last two sections does not make the message none. */
    for (unsigned i = 0; !rc && i < records[DNS_AUTHORITIES]; i++)
        rc = read_record(bytes, &c, m, DNS_AUTHORITIES);
    if (rc)
        m->oddities |= DNS_BAD_AUTHORITIES;
    for (unsigned i = 0; !rc && i < records[DNS_ADDITIONALS]; i++) {
        rc = read_record(bytes, &c, m, DNS_ADDITIONALS);
        if (rc)
            m->oddities |= DNS_BAD_ADDITIONALS;
    }
    return rc == -ENOMEM ? rc : 0;
}

void dns_message_fini(struct dns_message *m)
{
    free(m->questions);
    for (int i = 0; i < DNS_SECTIONS; i++)
        free(m->records[i]);
    buf_fini(&m->text);
    memset(m, 0, sizeof *m);
}
