/* Modbus in EVE: one record a request with its answer. */
#include "app/modbus/modbus.h"
#include "output/eve_app.h"

#include <stdio.h>

enum { WORDS = 128 };

struct bit_name {
    unsigned bit;
    const char *name;
};

/* "READ | COILS"; "NONE". */
static void put_bits(struct json_line *l, const char *key, unsigned bits, const struct bit_name *names)
{
    char text[WORDS] = "";
    size_t at = 0;
    for (; names->name; names++)
        if ((bits & names->bit) == names->bit)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", at ? " | " : "", names->name);
    line_text(l, key, at ? text : "NONE");
}

static const char *named(const struct bit_name *names, unsigned value, const char *otherwise)
{
    while (names->name && names->bit != value)
        names++;
    return names->name ? names->name : otherwise;
}

static void put_access(struct json_line *l, unsigned access)
{
    static const struct bit_name names[] = {{MODBUS_READ, "READ"},
                                            {MODBUS_WRITE, "WRITE"},
                                            {MODBUS_DISCRETES, "DISCRETES"},
                                            {MODBUS_COILS, "COILS"},
                                            {MODBUS_INPUT, "INPUT"},
                                            {MODBUS_HOLDING, "HOLDING"},
                                            {MODBUS_SINGLE, "SINGLE"},
                                            {MODBUS_MULTIPLE, "MULTIPLE"},
                                            {MODBUS_WRITE | MODBUS_SINGLE, "WRITE_SINGLE"},
                                            {MODBUS_WRITE | MODBUS_MULTIPLE, "WRITE_MULTIPLE"},
                                            {0, NULL}};
    put_bits(l, "access_type", access, names);
}

static void put_category(struct json_line *l, unsigned category)
{
    static const struct bit_name names[] = {{MODBUS_ASSIGNED, "PUBLIC_ASSIGNED"},
                                            {MODBUS_UNASSIGNED, "PUBLIC_UNASSIGNED"},
                                            {MODBUS_USER, "USER_DEFINED"},
                                            {MODBUS_RESERVED, "RESERVED"},
                                            {0, NULL}};
    put_bits(l, "category", category, names);
}

static void put_errors(struct json_line *l, unsigned errors)
{
    static const struct bit_name names[] = {
        {MODBUS_BAD_VALUE, "DATA_VALUE"},   {MODBUS_BAD_LENGTH, "DATA_LENGTH"},
        {MODBUS_BAD_EXCEPTION, "EXC_CODE"}, {MODBUS_BAD_FUNCTION, "FUNC_CODE"},
        {MODBUS_BAD_PROTOCOL, "PROTO_ID"},  {0, NULL}};
    put_bits(l, "error_flags", errors, names);
}

/* V1.1b3, 7. */
static void put_exception(struct json_line *l, const struct modbus_message *m)
{
    static const struct bit_name names[] = {{1, "IllegalFunction"},
                                            {2, "IllegalDataAddr"},
                                            {3, "IllegalDataValue"},
                                            {4, "ServerDeviceFail"},
                                            {5, "Ack"},
                                            {6, "ServerDeviceBusy"},
                                            {7, "NegAck"},
                                            {8, "MemParityErr"},
                                            {10, "GatewayPathUnavailable"},
                                            {11, "GatewayTargetFailToResp"},
                                            {0, NULL}};
    line_open(l, "exception");
    line_uint(l, "raw", m->exception);
    line_text(l, "code", named(names, m->exception, "Unknown"));
    line_close(l);
}

/* 6.8.1. */
static void put_diagnostic(struct json_line *l, const struct modbus_message *m)
{
    static const struct bit_name names[] = {{0, "RetQueryData"},
                                            {1, "RestartCommOpt"},
                                            {2, "RetDiagReg"},
                                            {3, "ChangeInputDelimiter"},
                                            {4, "ForceListenOnlyMode"},
                                            {10, "ClearCtrDiagReg"},
                                            {11, "RetBusMsgCount"},
                                            {12, "RetBusCommErrCount"},
                                            {13, "RetBusExcErrCount"},
                                            {14, "RetServerMsgCount"},
                                            {15, "RetServerNoRespCount"},
                                            {16, "RetServerNAKCount"},
                                            {17, "RetServerBusyCount"},
                                            {18, "RetBusCharOverrunCount"},
                                            {19, "RetOverrunErrCount"},
                                            {20, "ClearOverrunCounterFlag"},
                                            {21, "GetClearPlusStats"},
                                            {0, NULL}};
    line_open(l, "diagnostic");
    line_uint(l, "raw", m->subfunction);
    line_text(l, "code", named(names, m->subfunction, "Reserved"));
    line_bytes(l, "data", m->data);
    line_close(l);
}

static void put_mei(struct json_line *l, const struct modbus_message *m)
{
    static const struct bit_name names[] = {{13, "CANOpenGenRefReqResp"}, {14, "RdDevId"}, {0, NULL}};
    line_open(l, "mei");
    line_uint(l, "raw", m->mei);
    line_text(l, "code", named(names, m->mei, "Unknown"));
    line_bytes(l, "data", m->data);
    line_close(l);
}

static void put_read(struct json_line *l, const struct modbus_message *m, bool answer)
{
    line_open(l, "read");
    if (answer) {
        line_bytes(l, "data", m->data);
    } else {
        line_uint(l, "address", m->address);
        line_uint(l, "quantity", m->quantity);
    }
    line_close(l);
}

static void put_write_many(struct json_line *l, const struct modbus_message *m)
{
    line_open(l, "write");
    line_uint(l, "address", m->write_address);
    line_uint(l, "quantity", m->write_quantity);
    line_bytes(l, "data", m->data);
    line_close(l);
}

static void put_write_one(struct json_line *l, const struct modbus_message *m)
{
    line_open(l, "write");
    line_uint(l, "address", m->address);
    if (m->form == MODBUS_MASKS) {
        line_uint(l, "and_mask", m->and_mask);
        line_uint(l, "or_mask", m->or_mask);
    } else {
        line_uint(l, "data", m->value);
    }
    line_close(l);
}

static void put_body(struct json_line *l, const struct modbus_message *m, bool answer)
{
    switch (m->form) {
    case MODBUS_READS:
        put_read(l, m, answer);
        break;
    case MODBUS_READS_WRITES:
        put_read(l, m, answer);
        if (!answer)
            put_write_many(l, m);
        break;
    case MODBUS_WRITES_MANY:
        (answer ? put_write_one : put_write_many)(l, m);
        break;
    case MODBUS_WRITES_ONE:
    case MODBUS_MASKS:
        put_write_one(l, m);
        break;
    case MODBUS_DIAGNOSTIC:
        put_diagnostic(l, m);
        break;
    case MODBUS_MEI:
        put_mei(l, m);
        break;
    case MODBUS_EXCEPTS:
        put_exception(l, m);
        break;
    case MODBUS_DATA:
        line_bytes(l, "data", m->data);
        break;
    default:
        break;
    }
}

static void put_part(struct json_line *l, const char *key, const struct modbus_part *part, bool answer)
{
    const struct modbus_message *m = &part->message;
    if (!part->there)
        return;
    line_open(l, key);
    line_uint(l, "transaction_id", m->transaction);
    line_uint(l, "protocol_id", m->protocol);
    line_uint(l, "unit_id", m->unit);
    line_uint(l, "function_raw", m->raw);
    line_text(l, "function_code", modbus_function_name(m->raw));
    put_access(l, m->access);
    put_category(l, m->category);
    put_errors(l, m->errors);
    put_body(l, m, answer);
    line_close(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *app, bool alert)
{
    const struct modbus_tx *tx = (const struct modbus_tx *)app;
    (void)session;
    (void)alert;
    line_open(l, "modbus");
    line_uint(l, "id", app->id + 1);
    put_part(l, "request", &tx->request, false);
    put_part(l, "response", &tx->answer, true);
    line_close(l);
    return true;
}

const struct eve_app eve_app_modbus = {
    .record = RECORD_MODBUS, .no_tx_id = true, .of_flow = true, .put = put};
