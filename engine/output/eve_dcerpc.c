/* DCE/RPC in EVE: one record a call. */
#include "output/eve_dcerpc.h"

#include <stdio.h>

#include "app/dcerpc/dcerpc.h"
#include "output/eve_app.h"

const char *eve_uuid(const uint8_t u[DCERPC_UUID], char text[EVE_UUID_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    char *to = text;
    for (int i = 0; i < DCERPC_UUID; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *to++ = '-';
        *to++ = digits[u[i] >> 4];
        *to++ = digits[u[i] & 15];
    }
    *to = '\0';
    return text;
}

static void put_interface(struct json_line *l, const struct dcerpc_bound *bound)
{
    char text[EVE_UUID_TEXT];
    line_open(l, NULL);
    line_text(l, "uuid", eve_uuid(bound->offer.interface.uuid, text));
    snprintf(text, sizeof text, "%u.%u", bound->offer.interface.major, bound->offer.interface.minor);
    line_text(l, "version", text);
    if (bound->answered)
        line_uint(l, "ack_result", bound->result);
    line_close(l);
}

static void put_stub(struct json_line *l, const struct dcerpc_stub *stub)
{
    line_uint(l, "frag_cnt", stub->fragments);
    line_uint(l, "stub_data_size", stub->size);
}

static void put_interfaces(struct json_line *l, const struct dcerpc_bound *list, uint32_t count)
{
    line_open_list(l, "interfaces");
    for (uint32_t i = 0; i < count; i++)
        put_interface(l, &list[i]);
    line_close_list(l);
}

void eve_dcerpc_call(struct json_line *l, const struct dcerpc_call *call)
{
    line_text(l, "request", call->request == DCERPC_NONE ? "REQUEST_LOST" : dcerpc_type_name(call->request));
    if (call->request == DCERPC_REQUEST) {
        line_open(l, "req");
        line_uint(l, "opnum", call->opnum);
        put_stub(l, &call->stubs[TO_SERVER]);
        line_close(l);
        if (call->has_bound && call->major == 5)
            put_interfaces(l, &call->bound, 1);
    } else if (call->request == DCERPC_BIND) {
        put_interfaces(l, call->offers, call->offer_count);
    }
    line_text(l, "response", call->response == DCERPC_NONE ? "UNREPLIED" : dcerpc_type_name(call->response));
    if (call->response == DCERPC_RESPONSE) {
        line_open(l, "res");
        put_stub(l, &call->stubs[TO_CLIENT]);
        line_close(l);
    }
}

static void put_smb_interface(struct json_line *l, const struct dcerpc_bound *bound, bool bind)
{
    char text[EVE_UUID_TEXT];
    line_open(l, NULL);
    line_text(l, "uuid", eve_uuid(bound->offer.interface.uuid, text));
    snprintf(text, sizeof text, "%u.%u", bound->offer.interface.major, bound->offer.interface.minor);
    line_text(l, "version", text);
    if (bind && bound->answered) {
        line_uint(l, "ack_result", bound->result);
        line_uint(l, "ack_reason", bound->reason);
    }
    line_close(l);
}

void eve_dcerpc_smb(struct json_line *l, const struct dcerpc_call *call)
{
    bool request = call->request == DCERPC_REQUEST;
    line_text(l, "request", dcerpc_type_name(call->request));
    line_text(l, "response", call->response == DCERPC_NONE ? "UNREPLIED" : dcerpc_type_name(call->response));
    if (request) {
        line_uint(l, "opnum", call->opnum);
        line_open(l, "req");
        put_stub(l, &call->stubs[TO_SERVER]);
        line_close(l);
    }
    if (call->offer_count || (request && call->has_bound)) {
        line_open_list(l, "interfaces");
        for (uint32_t i = 0; i < call->offer_count; i++)
            put_smb_interface(l, &call->offers[i], true);
        if (request)
            put_smb_interface(l, &call->bound, false);
        line_close_list(l);
    }
    if (call->response == DCERPC_RESPONSE) {
        line_open(l, "res");
        put_stub(l, &call->stubs[TO_CLIENT]);
        line_close(l);
    }
    line_uint(l, "call_id", call->call_id);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct dcerpc_tx *dcerpc = (const struct dcerpc_tx *)tx;
    char text[EVE_UUID_TEXT];
    (void)session;
    (void)alert;
    if (dcerpc->frame.n)
        return false;
    line_open(l, "dcerpc");
    eve_dcerpc_call(l, &dcerpc->call);
    if (dcerpc->datagram) {
        line_text(l, "activityuuid", eve_uuid(dcerpc->activity, text));
        line_uint(l, "seqnum", dcerpc->sequence);
    } else {
        line_uint(l, "call_id", dcerpc->call.call_id);
    }
    snprintf(text, sizeof text, "%u.%u", dcerpc->call.major, dcerpc->call.minor);
    line_text(l, "rpc_version", text);
    line_close(l);
    return true;
}

const struct eve_app eve_app_dcerpc = {
    .record = RECORD_DCERPC, .no_tx_id = true, .of_flow = true, .put = put};
