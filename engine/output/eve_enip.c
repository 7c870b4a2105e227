/* EtherNet/IP and CIP in EVE: one record a message with its answer. */
#include "app/enip/enip.h"
#include "output/eve_app.h"

#include <inttypes.h>
#include <stdio.h>

struct code_name {
    uint32_t code;
    const char *name;
};

#define TABLE(table)     static const struct code_name table[]
#define NAME(code, name) {code, name},
#define END     \
    {           \
        0, NULL \
    }

TABLE(commands) = {
#define ENIP_COMMAND NAME
#include "base/enip_name_list.h"
#undef ENIP_COMMAND
    END};

TABLE(states) = {
#define ENIP_STATUS NAME
#include "base/enip_name_list.h"
#undef ENIP_STATUS
    END};

TABLE(services) = {
#define CIP_SERVICE NAME
#include "output/cip_name_list.h"
#undef CIP_SERVICE
    END};

TABLE(cip_states) = {
#define CIP_STATUS NAME
#include "output/cip_name_list.h"
#undef CIP_STATUS
    END};

TABLE(extended_states) = {
#define CIP_EXTENDED_STATUS NAME
#include "output/cip_name_list.h"
#undef CIP_EXTENDED_STATUS
    END};

TABLE(classes) = {
#define CIP_CLASS NAME
#include "output/cip_name_list.h"
#undef CIP_CLASS
    END};

TABLE(devices) = {
#define CIP_DEVICE NAME
#include "output/cip_name_list.h"
#undef CIP_DEVICE
    END};

TABLE(vendors) = {
#define CIP_VENDOR NAME
#include "output/cip_name_list.h"
#undef CIP_VENDOR
    END};

static const char *find(const struct code_name *table, uint32_t code)
{
    while (table->name && table->code != code)
        table++;
    return table->name;
}

static void put_name(struct json_line *l, const char *key, const struct code_name *table, uint32_t code)
{
    char text[24];
    const char *name = find(table, code);
    snprintf(text, sizeof text, "unknown-%" PRIu32, code);
    line_text(l, key, name ? name : text);
}

static void put_registration(struct json_line *l, const struct enip_message *m)
{
    line_open(l, "register_session");
    line_uint(l, "protocol_version", m->register_version);
    line_uint(l, "options", m->register_options);
    line_close(l);
}

static void put_identity(struct json_line *l, const struct enip_message *m)
{
    const struct enip_identity *id = &m->identity;
    char revision[16];
    snprintf(revision, sizeof revision, "%u.%u", id->revision >> 8, id->revision & 0xff);
    line_open(l, "identity");
    line_uint(l, "protocol_version", id->version);
    line_text(l, "revision", revision);
    put_name(l, "vendor_id", vendors, id->vendor);
    put_name(l, "device_type", devices, id->device);
    line_uint(l, "product_code", id->product);
    line_uint(l, "status", id->status);
    line_uint(l, "serial", id->serial);
    line_bytes(l, "product_name", enip_bytes(m, id->name));
    line_uint(l, "state", id->state);
    line_close(l);
}

static void put_service(struct json_line *l, const struct enip_message *m)
{
    line_open(l, "list_services");
    line_uint(l, "protocol_version", m->service.version);
    line_uint(l, "capabilities", m->service.capabilities);
    line_bytes(l, "service_name", enip_bytes(m, m->service.name));
    line_close(l);
}

static void put_step(struct json_line *l, const struct cip_path_step *step)
{
    static const struct code_name types[] = {{0x20, "class"}, {0x24, "instance"}, {0x30, "attribute"}, END};
    line_open(l, NULL);
    if (step->text.n) {
        line_text(l, "segment_type", "symbolic");
        line_bytes(l, "name", step->text);
    } else {
        put_name(l, "segment_type", types, step->type);
        if (step->is_number)
            line_uint(l, "value", step->number);
    }
    line_close(l);
}

static void put_path(struct json_line *l, const struct cip_service *service, struct slice path)
{
    struct cip_path_step step;
    bool bad;
    if (path.n) {
        line_open_list(l, "path");
        while (cip_path_next(&path, &step, &bad))
            put_step(l, &step);
        line_close_list(l);
    }
    if (service->has_class)
        put_name(l, "class_name", classes, service->class_id);
}

static void put_status(struct json_line *l, const struct cip_service *service, struct slice more)
{
    char text[2 * UINT8_MAX + 1] = "";
    put_name(l, "status", cip_states, service->status);
    if (more.n < 2)
        return;
    for (size_t i = 0; i < more.n && 2 * i + 2 < sizeof text; i++)
        snprintf(text + 2 * i, 3, "%02x", more.p[i]);
    line_text(l, "status_extended", text);
    const char *meaning = find(extended_states, (uint32_t)more.p[1] << 8 | more.p[0]);
    if (meaning)
        line_text(l, "status_extended_meaning", meaning);
}

static void put_one(struct json_line *l, const struct enip_message *m, const struct cip_service *service)
{
    struct slice rest = enip_bytes(m, (struct enip_piece){service->at, service->length});
    put_name(l, "service", services, service->service & ~CIP_ANSWER & 0xffU);
    if (service->service & CIP_ANSWER)
        put_status(l, service, rest);
    else
        put_path(l, service, rest);
}

static void put_cip(struct json_line *l, const struct enip_message *m)
{
    const struct cip *cip = &m->cip;
    line_open(l, "cip");
    put_one(l, m, &cip->services[0]);
    if (cip->count > 1) {
        line_open_list(l, "multiple");
        for (uint32_t i = 1; i < cip->count; i++) {
            line_open(l, NULL);
            put_one(l, m, &cip->services[i]);
            line_close(l);
        }
        line_close_list(l);
    }
    line_close(l);
}

static void put_message(struct json_line *l, const char *key, const struct enip_message *m)
{
    if (!m->there)
        return;
    line_open(l, key);
    put_name(l, "command", commands, m->command);
    put_name(l, "status", states, m->status);
    if (m->options)
        line_uint(l, "options", m->options);
    if (m->has_register)
        put_registration(l, m);
    if (m->has_identity)
        put_identity(l, m);
    if (m->has_service)
        put_service(l, m);
    if (m->has_cip && m->cip.count)
        put_cip(l, m);
    line_close(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *app, bool alert)
{
    const struct enip_tx *tx = (const struct enip_tx *)app;
    (void)session;
    (void)alert;
    line_open(l, "enip");
    put_message(l, "request", &tx->sides[TO_SERVER]);
    put_message(l, "response", &tx->sides[TO_CLIENT]);
    line_close(l);
    return true;
}

const struct eve_app eve_app_enip = {.record = RECORD_ENIP, .no_tx_id = true, .of_flow = true, .put = put};
