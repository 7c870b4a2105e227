/* A call of DCE/RPC in EVE, of dcerpc and of smb. Internal to output/eve_dcerpc.c and eve_smb*.c. */
#ifndef SLUICE_OUTPUT_EVE_DCERPC_H
#define SLUICE_OUTPUT_EVE_DCERPC_H

#include "app/dcerpc/dcerpc_call.h"
#include "output/json_line.h"

/* request, req, interfaces, response, res: into the object that is open. */
void eve_dcerpc_call(struct json_line *l, const struct dcerpc_call *call);

/* The same as a part of SMB's records, with the call's number. */
void eve_dcerpc_smb(struct json_line *l, const struct dcerpc_call *call);

/* 00000000-0000-0000-0000-000000000000 */
enum { EVE_UUID_TEXT = 37 };
const char *eve_uuid(const uint8_t uuid[DCERPC_UUID], char text[EVE_UUID_TEXT]);

#endif
