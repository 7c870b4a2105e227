/*
 * The dns.* and mdns.* buffers: an instance is a name, or the number, of one question or record. As in
 * Suricata 8.0.8 the first empty name (the root's) ends the instances.
 */
#include "app/dns/dns.h"
#include "app/answer.h"
#include "base/grow.h"

static enum buffer_answer name_here(const struct dns_message *m, struct dns_text name,
                                    struct view_buffer *out)
{
    if (!name.n)
        return BUFFER_NONE;
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
    return type == DNS_NS || type == DNS_CNAME || type == DNS_PTR || type == DNS_MX || type == DNS_SOA;
}

static bool add_name(struct dns_names *names, struct dns_text name)
{
    if (grow_array(&names->list, names->count, &names->capacity))
        return false;
    names->list[names->count++] = name;
    return true;
}

/* Of its questions, and of each record both its own and the one in its data. Short of memory: fewer. */
static void make_names(const struct dns_message *m, struct dns_names *names)
{
    names->made = true;
    for (uint32_t i = 0; i < m->question_count; i++)
        if (!add_name(names, m->questions[i].name))
            return;
    for (int s = 0; s < DNS_SECTIONS; s++)
        for (uint32_t i = 0; i < m->record_count[s]; i++) {
            const struct dns_record *r = &m->records[s][i];
            if (!add_name(names, r->name) || (data_is_name(r->type) && !add_name(names, r->data)))
                return;
        }
}

static enum buffer_answer any_name(const struct dns_message *m, struct dns_names *names, unsigned index,
                                   struct view_buffer *out)
{
    if (!names->made)
        make_names(m, names);
    return index < names->count ? name_here(m, names->list[index], out) : BUFFER_NONE;
}

/* What was asked for, or what was answered. */
static enum buffer_answer type(const struct dns_message *m, bool response, unsigned index,
                               struct view_buffer *out)
{
    if (response)
        return index < m->record_count[DNS_ANSWERS] ? number_here(m->records[DNS_ANSWERS][index].type, out)
                                                    : BUFFER_NONE;
    return index < m->question_count ? number_here(m->questions[index].type, out) : BUFFER_NONE;
}

enum buffer_answer dns_message_buffer(const struct dns_message *m, bool response, struct dns_names *names,
                                      enum buffer_id id, unsigned index, struct view_buffer *out)
{
    switch (id) {
    case BUFFER_DNS_QUERY:
    case BUFFER_MDNS_QUERIES_RRNAME:
        return response ? BUFFER_NONE : question_name(m, index, out);
    case BUFFER_DNS_QUERY_NAME:
    case BUFFER_DNS_QUERIES_RRNAME:
        return question_name(m, index, out);
    case BUFFER_DNS_ANSWER_NAME:
    case BUFFER_DNS_ANSWERS_RRNAME:
    case BUFFER_MDNS_ANSWERS_RRNAME:
        return record_name(m, DNS_ANSWERS, index, out);
    case BUFFER_DNS_AUTHORITIES_RRNAME:
    case BUFFER_MDNS_AUTHORITIES_RRNAME:
        return response ? record_name(m, DNS_AUTHORITIES, index, out) : BUFFER_NONE;
    case BUFFER_DNS_ADDITIONALS_RRNAME:
    case BUFFER_MDNS_ADDITIONALS_RRNAME:
        return response ? record_name(m, DNS_ADDITIONALS, index, out) : BUFFER_NONE;
    case BUFFER_DNS_RESPONSE_RRNAME:
    case BUFFER_MDNS_RESPONSE_RRNAME:
        return response ? any_name(m, names, index, out) : BUFFER_NONE;
    case BUFFER_DNS_OPCODE:
        return index ? BUFFER_NONE : number_here(dns_opcode(m), out);
    case BUFFER_DNS_RCODE:
        return index ? BUFFER_NONE : number_here(dns_rcode(m), out);
    case BUFFER_DNS_RRTYPE:
        return type(m, response, index, out);
    default:
        return BUFFER_NONE;
    }
}

enum buffer_answer dns_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out)
{
    struct dns_tx *dns = (struct dns_tx *)tx;
    (void)s;
    (void)direction;
    if (id == BUFFER_DNS_FRAME_PDU || id == BUFFER_MDNS_FRAME_PDU)
        return index ? BUFFER_NONE : answer_bytes(buf_slice(&dns->pdu), out);
    return dns_message_buffer(&dns->message, dns->response, &dns->names, id, index, out);
}
