#include "app/dns/dns_message.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "base/grow.h"

/*
 * Compression lets a message of 64 KB name some 10 MB. Names past this are cut to nothing: no rule needs
 * them, and one message must not hold that much.
 */
enum { TEXT_MOST = 256 << 10 };

enum { RECORD_LEAST = 2 }; /* bytes that Suricata wants there for each thing counted */

/* Labels and pointers followed behind pointers, in a whole message: past it names end at their pointer. */
enum { FOLLOWED_MOST = 64 << 10 };

/* Spelled-out names by the offset of a pointer to them: most records point to the question's. */
enum { MEMO = 8 };

struct memo {
    uint32_t offset; /* 0: none; no pointer leads to the header's first byte in honest messages */
    struct dns_text name;
};

struct reader {
    struct slice whole;
    struct cursor c;       /* of the whole */
    struct dns_message *m; /* NULL: nothing is kept */
    unsigned oddities;
    unsigned followed; /* steps behind pointers */
    struct memo memo[MEMO];
};

struct name {
    size_t at, end; /* where it goes on; the bytes it may take */
    size_t resume;  /* behind its first pointer; 0: none yet */
    unsigned steps;
    struct dns_text text;
};

static size_t text_room(const struct reader *r, const struct name *name)
{
    size_t left = r->m->text.n < TEXT_MOST ? TEXT_MOST - r->m->text.n : 0;
    size_t room = DNS_NAME_MOST - name->text.n;
    return left < room ? left : room;
}

/* Adds a dot, when it is not the first, and the label. */
static int add_label(struct reader *r, struct name *name, struct slice label)
{
    if (name->text.cut)
        return 0;
    struct slice dot = slice_of((const uint8_t *)".", name->text.n ? 1 : 0);
    if (r->m) {
        size_t room = text_room(r, name), n = dot.n + label.n;
        if (n > room) {
            name->text.cut = true;
            r->oddities |= DNS_NAME_TOO_LONG;
            dot = slice_first(dot, room);
            label = slice_first(label, room - dot.n);
        }
        if (buf_append(&r->m->text, dot) || buf_append(&r->m->text, label))
            return -ENOMEM;
    }
    name->text.n = (uint16_t)(name->text.n + dot.n + label.n);
    return 0;
}

/* RFC 1035, 4.1.4. One that leads to itself makes the message none. */
static int follow_pointer(struct reader *r, struct name *name)
{
    if (name->end - name->at < 2)
        return -EBADMSG;
    size_t to = (size_t)(r->whole.p[name->at] & 0x3f) << 8 | r->whole.p[name->at + 1];
    if (to > r->whole.n || to == name->at)
        return -EBADMSG;
    if (!name->resume)
        name->resume = name->at + 2;
    name->at = to;
    name->end = r->whole.n;
    return 0;
}

/* Whether the name must end here, after so many steps. */
static bool out_of_steps(struct reader *r, struct name *name)
{
    name->steps++;
    if (name->resume)
        r->followed++;
    if (name->steps <= DNS_STEPS_MOST && !(name->resume && r->followed > FOLLOWED_MOST))
        return false;
    r->oddities |= DNS_NAME_TOO_LONG | DNS_TOO_MANY_LABELS;
    name->text.cut = true;
    return true;
}

/* 1: the name goes on; 0: it has ended; negative: broken, or no memory. */
static int name_step(struct reader *r, struct name *name)
{
    if (name->at >= name->end)
        return 0;
    size_t n = r->whole.p[name->at];
    int rc;
    if (n == 0) {
        name->at++;
        return 0;
    }
    if ((n & 0xc0) == 0xc0) {
        rc = follow_pointer(r, name);
    } else {
        if (n & 0xc0 || name->end - name->at < 1 + n)
            return -EBADMSG;
        rc = add_label(r, name, slice_of(r->whole.p + name->at + 1, n));
        name->at += 1 + n;
    }
    if (rc)
        return rc;
    if (!out_of_steps(r, name))
        return 1;
    return name->resume ? 0 : -EBADMSG;
}

/* Spells out the name at the cursor, within the bytes up to `end`; the cursor goes behind it. */
static int spell_name(struct reader *r, size_t end, struct dns_text *out)
{
    struct name name = {.at = r->c.at, .end = end};
    name.text.at = r->m ? (uint32_t)r->m->text.n : 0;
    int rc;
    do
        rc = name_step(r, &name);
    while (rc > 0);
    if (rc < 0)
        return rc;
    r->c.at = name.resume ? name.resume : name.at;
    *out = name.text;
    return 0;
}

/* Where the pointer at the cursor leads; 0: there is none, or none worth remembering. */
static uint32_t pointer_target(const struct reader *r, size_t end)
{
    if (!r->m || end < r->c.at || end - r->c.at < 2 || (r->whole.p[r->c.at] & 0xc0) != 0xc0)
        return 0;
    uint32_t to = (uint32_t)(r->whole.p[r->c.at] & 0x3f) << 8 | r->whole.p[r->c.at + 1];
    return to == r->c.at ? 0 : to;
}

/* The same, and what only points elsewhere is spelled out once. */
static int read_name(struct reader *r, size_t end, struct dns_text *out)
{
    uint32_t target = pointer_target(r, end);
    struct memo *memo = &r->memo[target % MEMO];
    if (!target)
        return spell_name(r, end, out);
    if (memo->offset == target) {
        *out = memo->name;
        r->c.at += 2;
        return 0;
    }
    int rc = spell_name(r, end, out);
    if (!rc && !out->cut)
        *memo = (struct memo){.offset = target, .name = *out};
    return rc;
}

/* The next n bytes, of data that ends at `end`, kept. */
static int keep(struct reader *r, size_t end, size_t n, struct dns_text *out)
{
    struct slice bytes;
    if (end < r->c.at || end - r->c.at < n || !cursor_bytes(&r->c, n, &bytes))
        return -EBADMSG;
    if (!r->m)
        return 0;
    *out = (struct dns_text){.at = (uint32_t)r->m->text.n, .n = (uint16_t)n};
    return buf_append(&r->m->text, bytes);
}

enum { SOA_NUMBERS = 20, SRV_NUMBERS = 6, MX_PREFERENCE = 2 };

/* The numbers lie in the text behind rname, which is therefore spelled out there. */
static int read_soa(struct reader *r, size_t end, struct dns_record *record)
{
    struct dns_text numbers;
    int rc = read_name(r, end, &record->data);
    if (!rc)
        rc = spell_name(r, end, &record->more);
    return rc ? rc : keep(r, end, SOA_NUMBERS, &numbers);
}

static int read_mx(struct reader *r, size_t end, struct dns_record *record)
{
    if (end - r->c.at < MX_PREFERENCE)
        return -EBADMSG;
    r->c.at += MX_PREFERENCE;
    return read_name(r, end, &record->data);
}

/* RFC 1035, 3.3.14: strings, each with its length. */
static bool strings_fit(struct slice data)
{
    struct cursor c = cursor_of(data);
    uint8_t n;
    while (cursor_u8(&c, &n))
        if (!cursor_skip(&c, n))
            return false;
    return true;
}

/* RFC 6891, 6.1.2: options, each with its code and length. */
static bool options_fit(struct slice data)
{
    struct cursor c = cursor_of(data);
    uint16_t code, n;
    while (cursor_left(&c))
        if (!cursor_be16(&c, &code) || !cursor_be16(&c, &n) || !cursor_skip(&c, n))
            return false;
    return true;
}

static bool data_fits(uint16_t type, struct slice data)
{
    switch (type) {
    case DNS_TXT:
        return strings_fit(data);
    case DNS_OPT:
        return options_fit(data);
    case DNS_SSHFP: /* RFC 4255, 3.1: algorithm, kind of fingerprint */
        return data.n >= 2;
    default:
        return true;
    }
}

/* Its data, from the cursor to `end`. */
static int read_data(struct reader *r, size_t end, struct dns_record *record)
{
    size_t n = end - r->c.at;
    int rc;
    switch (record->type) {
    case DNS_NS:
    case DNS_CNAME:
    case DNS_PTR:
        return read_name(r, end, &record->data);
    case DNS_SOA:
        return read_soa(r, end, record);
    case DNS_MX:
        return read_mx(r, end, record);
    case DNS_SRV: /* RFC 2782 */
        rc = keep(r, end, SRV_NUMBERS, &record->more);
        return rc ? rc : read_name(r, end, &record->data);
    default:
        if (!data_fits(record->type, slice_first(slice_from(r->whole, r->c.at), n)))
            return -EBADMSG;
        return keep(r, end, n, &record->data);
    }
}

static int add_record(struct dns_message *m, enum dns_section section, const struct dns_record *record)
{
    if (grow_array(&m->records[section], m->record_count[section], &m->record_capacity[section]))
        return -ENOMEM;
    m->records[section][m->record_count[section]++] = *record;
    return 0;
}

/* RFC 1035, 4.1.3. */
static int read_record(struct reader *r, enum dns_section section)
{
    struct dns_record record = {0};
    uint16_t length;
    int rc = read_name(r, r->whole.n, &record.name);
    if (rc)
        return rc;
    if (!cursor_be16(&r->c, &record.type) || !cursor_be16(&r->c, &record.class) ||
        !cursor_be32(&r->c, &record.ttl) || !cursor_be16(&r->c, &length) || length > cursor_left(&r->c))
        return -EBADMSG;
    size_t end = r->c.at + length;
    rc = read_data(r, end, &record);
    if (rc)
        return rc;
    r->c.at = end;
    return r->m ? add_record(r->m, section, &record) : 0;
}

/* RFC 1035, 4.1.2. */
static int read_question(struct reader *r)
{
    struct dns_question q;
    int rc = read_name(r, r->whole.n, &q.name);
    if (rc)
        return rc;
    if (!cursor_be16(&r->c, &q.type) || !cursor_be16(&r->c, &q.class))
        return -EBADMSG;
    struct dns_message *m = r->m;
    if (!m)
        return 0;
    if (grow_array(&m->questions, m->question_count, &m->question_capacity))
        return -ENOMEM;
    m->questions[m->question_count++] = q;
    return 0;
}

static int read_section(struct reader *r, enum dns_section section, unsigned count)
{
    unsigned before = r->oddities;
    int rc = 0;
    for (unsigned i = 0; !rc && i < count; i++)
        rc = read_record(r, section);
    if (rc == -EBADMSG && section != DNS_ANSWERS) {
        if (r->m)
            r->m->record_count[section] = 0;
        r->oddities = before | (section == DNS_AUTHORITIES ? DNS_BAD_AUTHORITIES : DNS_BAD_ADDITIONALS);
    }
    return rc;
}

struct header {
    uint16_t id, flags, questions, records[DNS_SECTIONS];
};

static bool read_header(struct cursor *c, struct header *out)
{
    return cursor_be16(c, &out->id) && cursor_be16(c, &out->flags) && cursor_be16(c, &out->questions) &&
           cursor_be16(c, &out->records[DNS_ANSWERS]) && cursor_be16(c, &out->records[DNS_AUTHORITIES]) &&
           cursor_be16(c, &out->records[DNS_ADDITIONALS]);
}

static bool plausible(const struct header *h, size_t length)
{
    size_t counted = h->questions;
    for (int i = 0; i < DNS_SECTIONS; i++)
        counted += h->records[i];
    return (h->flags & DNS_QR || h->questions) && counted * RECORD_LEAST <= length;
}

bool dns_header_plausible(struct slice bytes, size_t length)
{
    struct cursor c = cursor_of(bytes);
    struct header header;
    return read_header(&c, &header) && plausible(&header, length);
}

static int read_message(struct reader *r)
{
    struct header header;
    if (!read_header(&r->c, &header) || !plausible(&header, r->whole.n))
        return -EBADMSG;
    if (r->m) {
        r->m->id = header.id;
        r->m->flags = header.flags;
    }
    int rc = 0;
    for (unsigned i = 0; !rc && i < header.questions; i++)
        rc = read_question(r);
    if (!rc)
        rc = read_section(r, DNS_ANSWERS, header.records[DNS_ANSWERS]);
    if (rc)
        return rc;
    for (int s = DNS_AUTHORITIES; !rc && s < DNS_SECTIONS && r->m; s++)
        rc = read_section(r, (enum dns_section)s, header.records[s]);
    return rc == -EBADMSG ? 0 : rc;
}

bool dns_message_valid(struct slice bytes)
{
    struct reader r = {.whole = bytes, .c = cursor_of(bytes)};
    return read_message(&r) == 0;
}

int dns_message_parse(struct slice bytes, struct dns_message *m)
{
    struct reader r = {.whole = bytes, .c = cursor_of(bytes), .m = m};
    buf_clear(&m->text);
    m->question_count = 0;
    for (int i = 0; i < DNS_SECTIONS; i++)
        m->record_count[i] = 0;
    int rc = read_message(&r);
    m->oddities = r.oddities;
    return rc;
}

struct slice dns_text(const struct dns_message *m, struct dns_text text)
{
    return slice_first(slice_from(buf_slice(&m->text), text.at), text.n);
}

void dns_message_fini(struct dns_message *m)
{
    free(m->questions);
    for (int i = 0; i < DNS_SECTIONS; i++)
        free(m->records[i]);
    buf_fini(&m->text);
    memset(m, 0, sizeof *m);
}
