/* SNMP in EVE: one record a message. */
#include "app/snmp/snmp.h"
#include "output/eve_app.h"

#include <arpa/inet.h>
#include <stdio.h>

enum { NAME_TEXT = 40, VARIABLES_MOST = 1000, OID_MOST = 128, IPV4 = 4 };

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *const pdus[] = {"get_request",    "get_next_request", "response",
                                   "set_request",    "trap_v1",          "get_bulk_request",
                                   "inform_request", "trap_v2",          "report"};
static const char *const traps[] = {
    "coldStart",       "warmStart",         "linkDown", "linkUp", "authenticationFailure",
    "egpNeighborLoss", "enterpriseSpecific"};
static const char *const errors[] = {"NoError", "TooBig", "NoSuchName", "BadValue", "ReadOnly", "GenErr"};

static void put_named(struct json_line *l, const char *key, const char *const *names, size_t count,
                      const char *otherwise, uint32_t number)
{
    char text[NAME_TEXT];
    snprintf(text, sizeof text, "%s(%u)", otherwise, number);
    line_text(l, key, number < count ? names[number] : text);
}

/* X.690, 8.19: base 128, the first two arcs in one. Longer ones are cut. */
static void put_oid(struct json_line *l, const char *key, struct slice oid)
{
    struct buf text = {0};
    uint64_t arc = 0;
    bool first = true, failed = false;
    for (size_t i = 0; i < oid.n && i < OID_MOST; i++) {
        arc = arc << 7 | (oid.p[i] & 0x7f);
        if (oid.p[i] & 0x80)
            continue;
        uint64_t top = arc < 80 ? arc / 40 : 2;
        if (first)
            failed |= buf_printf(&text, "%llu.", (unsigned long long)top);
        failed |=
            buf_printf(&text, first ? "%llu" : ".%llu", (unsigned long long)(first ? arc - top * 40 : arc));
        first = false;
        arc = 0;
    }
    l->failed |= failed;
    line_bytes(l, key, buf_slice(&text));
    buf_fini(&text);
}

static void put_trap(struct json_line *l, const struct snmp_message *m)
{
    char address[INET_ADDRSTRLEN] = "";
    put_named(l, "trap_type", traps, COUNT(traps), "TrapType", m->trap_type);
    put_oid(l, "trap_oid", m->trap_oid);
    if (m->trap_address.n == IPV4)
        inet_ntop(AF_INET, m->trap_address.p, address, sizeof address);
    line_text(l, "trap_address", address);
}

static void put_variables(struct json_line *l, struct slice bindings)
{
    struct line_mark mark = line_mark(l);
    struct cursor c = cursor_of(bindings);
    struct slice name;
    line_open_list(l, "vars");
    for (unsigned i = 0; i < VARIABLES_MOST && snmp_binding_next(&c, &name); i++)
        put_oid(l, NULL, name);
    line_close_filled(l, mark);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct snmp_tx *snmp = (const struct snmp_tx *)tx;
    const struct snmp_message *m = &snmp->message;
    (void)session;
    (void)alert;
    line_open(l, "snmp");
    line_uint(l, "version", snmp->version);
    if (m->encrypted) {
        line_text(l, "pdu_type", "encrypted");
    } else {
        put_named(l, "pdu_type", pdus, COUNT(pdus), "PduType", m->pdu);
        if (m->error && m->pdu != SNMP_GET_BULK)
            put_named(l, "error", errors, COUNT(errors), "ErrorStatus", m->error);
        if (m->pdu == SNMP_TRAP_V1)
            put_trap(l, m);
        put_variables(l, m->bindings);
        if (m->version < 3)
            line_bytes(l, "community", m->community);
        if (m->has_usm)
            line_bytes(l, "usm", m->usm);
    }
    line_close(l);
    return true;
}

const struct eve_app eve_app_snmp = {.record = RECORD_SNMP, .no_tx_id = true, .put = put};
