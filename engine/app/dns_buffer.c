/* The dns.* and mdns.* buffers: an instance is a name, or the number, of one question or record. */
#include "app/dns.h"

static enum buffer_answer name_here(const struct dns_message *m, struct dns_text name,
                                    struct view_buffer *out)
{
    *out = (struct view_buffer){.bytes = dns_text(m, name), .first = true, .last = true};
    return BUFFER_HERE;
}

static enum buffer_answer number_here(uint64_t number, struct view_buffer *out)
{
    *out = (struct view_buffer){.number = number, .first = true, .last = true};
    return BUFFER_HERE;
}

static enum buffer_answer question_name(const struct dns_message *m, unsigned index, struct view_buffer *out)
{
    return index < m->question_count ? name_here(m, m->questions[index].name, out) : BUFFER_NONE;
}

static enum buffer_answer record_name(const struct dns_message *m, enum dns_section section, unsigned index,
                                      struct view_buffer *out)
{
    return index < m->record_count[section] ? name_here(m, m->records[section][index].name, out)
                                            : BUFFER_NONE;
}

static bool data_is_name(uint16_t type)
{
    return type == DNS_NS || type == DNS_CNAME || type == DNS_PTR || type == DNS_MX || type == DNS_SOA ||
           type == DNS_SRV;
}

/* All names of a response: of its questions, and of each record both its own and the one in its data. */
static enum buffer_answer any_name(const struct dns_message *m, unsigned index, struct view_buffer *out)
{
    if (index < m->question_count)
        return question_name(m, index, out);
    index -= m->question_count;
    for (int s = 0; s < DNS_SECTIONS; s++)
        for (uint32_t i = 0; i < m->record_count[s]; i++) {
            const struct dns_record *r = &m->records[s][i];
            if (!index--)
                return name_here(m, r->name, out);
            if (data_is_name(r->type) && !index--)
                return name_here(m, r->data, out);
        }
    return BUFFER_NONE;
}

static enum buffer_answer any_type(const struct dns_message *m, unsigned index, struct view_buffer *out)
{
    if (index < m->question_count)
        return number_here(m->questions[index].type, out);
    index -= m->question_count;
    return index < m->record_count[DNS_ANSWERS] ? number_here(m->records[DNS_ANSWERS][index].type, out)
                                                : BUFFER_NONE;
}

enum buffer_answer dns_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct dns_tx *dns = (const struct dns_tx *)tx;
    const struct dns_message *m = &dns->message;
    (void)s;
    (void)direction;
    switch (id) {
    case BUFFER_DNS_QUERY:
        return dns->response ? BUFFER_NONE : question_name(m, index, out);
    case BUFFER_DNS_QUERY_NAME:
    case BUFFER_DNS_QUERIES_RRNAME:
    case BUFFER_MDNS_QUERIES_RRNAME:
        return question_name(m, index, out);
    case BUFFER_DNS_ANSWER_NAME:
    case BUFFER_DNS_ANSWERS_RRNAME:
    case BUFFER_MDNS_ANSWERS_RRNAME:
        return record_name(m, DNS_ANSWERS, index, out);
    case BUFFER_DNS_AUTHORITIES_RRNAME:
    case BUFFER_MDNS_AUTHORITIES_RRNAME:
        return record_name(m, DNS_AUTHORITIES, index, out);
    case BUFFER_DNS_ADDITIONALS_RRNAME:
    case BUFFER_MDNS_ADDITIONALS_RRNAME:
        return record_name(m, DNS_ADDITIONALS, index, out);
    case BUFFER_DNS_RESPONSE_RRNAME:
    case BUFFER_MDNS_RESPONSE_RRNAME:
        return dns->response ? any_name(m, index, out) : BUFFER_NONE;
    case BUFFER_DNS_OPCODE:
        return index ? BUFFER_NONE : number_here(dns_opcode(m), out);
    case BUFFER_DNS_RCODE:
        return index ? BUFFER_NONE : number_here(dns_rcode(m), out);
    case BUFFER_DNS_RRTYPE:
        return any_type(m, index, out);
    default:
        return BUFFER_NONE;
    }
}
