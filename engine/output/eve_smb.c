/* SMB in EVE: one record a transaction. */
#include "app/smb/smb.h"

#include <stdio.h>

#include "output/eve_app.h"
#include "output/eve_dcerpc.h"

enum { NUMBER_TEXT = 32 };

struct named {
    uint32_t value;
    const char *name;
};

#define SMB1_COMMAND(value, name) {value, "SMB1_COMMAND_" name},
static const struct named smb1_commands[] = {
#include "output/smb_name_list.h"
};
#undef SMB1_COMMAND

#define SMB2_COMMAND(value, name) {value, "SMB2_COMMAND_" name},
static const struct named smb2_commands[] = {
#include "output/smb_name_list.h"
};
#undef SMB2_COMMAND

#define SMB_STATUS(value, name) {value, name},
static const struct named statuses[] = {
#include "output/smb_name_list.h"
};
#undef SMB_STATUS

#define SMB_FUNCTION(value, name) {value, name},
static const struct named functions[] = {
#include "output/smb_name_list.h"
};
#undef SMB_FUNCTION

#define NAME_OF(list, value, unknown) name_of(list, sizeof(list) / sizeof(list)[0], value, unknown)

static const char *name_of(const struct named *list, size_t count, uint32_t value, const char *unknown)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].value == value)
            return list[i].name;
    return unknown;
}

static void put_command(struct json_line *l, const struct smb_tx *tx)
{
    char unknown[NUMBER_TEXT];
    snprintf(unknown, sizeof unknown, "UNKNOWN_%u", tx->command);
    line_text(l, "command",
              tx->version == 1 ? NAME_OF(smb1_commands, tx->command, unknown)
                               : NAME_OF(smb2_commands, tx->command, unknown));
}

/* Of old servers a class and a number. */
static void put_dos_status(struct json_line *l, uint32_t status)
{
    enum { ERROR_DOS = 1, ERROR_SERVER = 2, SERVER_ERROR = 1 };
    char text[NUMBER_TEXT];
    unsigned class = status & 0xff, code = status >> 16;
    if (class == ERROR_SERVER && code == SERVER_ERROR)
        snprintf(text, sizeof text, "SRV_ERROR");
    else if (class == ERROR_DOS || class == ERROR_SERVER)
        snprintf(text, sizeof text, "%u", code);
    else
        snprintf(text, sizeof text, "UNKNOWN_%02x_%04x", class, code);
    line_text(l, "status", text);
    snprintf(text, sizeof text, "0x%04x", code);
    line_text(l, "status_code", text);
}

static void put_status(struct json_line *l, const struct smb_tx *tx)
{
    char text[NUMBER_TEXT];
    if (!tx->has_status)
        return;
    if (!tx->nt_status) {
        put_dos_status(l, tx->status);
        return;
    }
    snprintf(text, sizeof text, "0x%x", tx->status);
    line_text(l, "status", NAME_OF(statuses, tx->status, text));
    line_text(l, "status_code", text);
}

/* As Suricata writes them: each part of the number with its least byte first, and so the last one. */
static const char *guid_text(const uint8_t guid[SMB_GUID], char text[EVE_UUID_TEXT])
{
    static const uint8_t places[SMB_GUID] = {3, 2, 1, 0, 5, 4, 7, 6, 9, 8, 11, 10, 15, 14, 13, 12};
    uint8_t turned[SMB_GUID];
    for (int i = 0; i < SMB_GUID; i++)
        turned[i] = guid[places[i]];
    return eve_uuid(turned, text);
}

static void put_file_id(struct json_line *l, const struct smb_tx *tx)
{
    char text[EVE_UUID_TEXT] = "";
    if (tx->id_size == SMB_GUID)
        guid_text(tx->id, text);
    else if (tx->id_size == 2)
        snprintf(text, sizeof text, "%02x%02x", tx->id[1], tx->id[0]);
    line_text(l, "fuid", text);
}

static void put_text(struct json_line *l, const char *key, const struct smb_tx *tx, enum smb_text which)
{
    line_bytes(l, key, smb_text(tx, which));
}

/* Texts that a zero byte ends. */
static void put_list(struct json_line *l, const char *key, struct slice rest)
{
    line_open_list(l, key);
    while (rest.n) {
        const uint8_t *end = memchr(rest.p, 0, rest.n);
        size_t n = end ? (size_t)(end - rest.p) : rest.n;
        line_bytes(l, NULL, slice_first(rest, n));
        rest = slice_from(rest, n + 1);
    }
    line_close_list(l);
}

static void put_negotiate(struct json_line *l, const struct smb_tx *tx)
{
    char text[EVE_UUID_TEXT];
    put_list(l, "client_dialects", smb_text(tx, SMB_DIALECTS));
    if (tx->has_guid[TO_SERVER])
        line_text(l, "client_guid", guid_text(tx->guid[TO_SERVER], text));
    if (tx->has_guid[TO_CLIENT])
        line_text(l, "server_guid", guid_text(tx->guid[TO_CLIENT], text));
    if (tx->read_most)
        line_uint(l, "max_read_size", tx->read_most);
    if (tx->write_most)
        line_uint(l, "max_write_size", tx->write_most);
}

static void put_systems(struct json_line *l, const char *key, const struct smb_tx *tx, enum smb_text os)
{
    if (!tx->texts[os].there)
        return;
    line_open(l, key);
    put_text(l, "native_os", tx, os);
    put_text(l, "native_lm", tx, os + 1);
    line_close(l);
}

static void put_session(struct json_line *l, const struct smb_tx *tx)
{
    char text[NUMBER_TEXT + NUMBER_TEXT];
    const uint8_t *v = tx->ntlmssp_version;
    if (tx->texts[SMB_DOMAIN].there) {
        line_open(l, "ntlmssp");
        put_text(l, "domain", tx, SMB_DOMAIN);
        put_text(l, "user", tx, SMB_USER);
        put_text(l, "host", tx, SMB_HOST);
        if (tx->has_version) {
            snprintf(text, sizeof text, "%u.%u build %u rev %u", v[0], v[1], v[2] | v[3] << 8, v[7]);
            line_text(l, "version", text);
        }
        line_close(l);
    }
    if (tx->texts[SMB_REALM].there) {
        line_open(l, "kerberos");
        put_text(l, "realm", tx, SMB_REALM);
        put_list(l, "snames", smb_text(tx, SMB_SERVER_NAMES));
        line_close(l);
    }
    put_systems(l, "request", tx, SMB_OS);
    put_systems(l, "response", tx, SMB_SERVER_OS);
}

static void put_tree(struct json_line *l, const struct smb_tx *tx)
{
    static const char *const types[] = {"UNKNOWN", "FILE", "PIPE", "PRINT"};
    put_text(l, tx->is_pipe ? "named_pipe" : "share", tx, SMB_NAME);
    if (tx->version == 1) {
        line_open(l, "service");
        put_text(l, "request", tx, SMB_SERVICE);
        if (tx->texts[SMB_SERVICE_GIVEN].there)
            put_text(l, "response", tx, SMB_SERVICE_GIVEN);
        line_close(l);
    } else {
        line_text(l, "share_type", types[tx->share_type < 4 ? tx->share_type : 0]);
    }
}

/* 100 ns since 1601, as seconds since 1970. */
static uint64_t seconds(uint64_t time)
{
    const uint64_t second = 10000000, epoch = UINT64_C(11644473600);
    return time / second > epoch ? time / second - epoch : 0;
}

static void put_create(struct json_line *l, const struct smb_tx *tx)
{
    static const char *const dispositions[] = {"FILE_SUPERSEDE", "FILE_OPEN",      "FILE_CREATE",
                                               "FILE_OPEN_IF",   "FILE_OVERWRITE", "FILE_OVERWRITE_IF"};
    static const char *const times[] = {"created", "accessed", "modified", "changed"};
    if (tx->texts[SMB_NAME].n)
        put_text(l, "filename", tx, SMB_NAME);
    else
        line_text(l, "filename", "<share_root>");
    line_text(l, "disposition", tx->disposition < 6 ? dispositions[tx->disposition] : "UNKNOWN");
    line_text(l, "access", tx->delete_on_close ? "delete on close" : "normal");
    for (int i = 0; i < 4; i++)
        line_uint(l, times[i], seconds(tx->times[i]));
    line_uint(l, "size", tx->size & INT64_MAX);
    put_file_id(l, tx);
}

static void put_file(struct json_line *l, const struct smb_tx *tx)
{
    put_text(l, "filename", tx, SMB_NAME);
    put_text(l, "share", tx, SMB_SHARE);
    put_file_id(l, tx);
}

static void put_set_info(struct json_line *l, const struct smb_tx *tx)
{
    if (tx->texts[SMB_NEW_NAME].there) {
        line_open(l, "set_info");
        line_text(l, "class", "FILE_INFO");
        line_text(l, "info_level", "SMB2_FILE_RENAME_INFO");
        line_close(l);
        line_open(l, "rename");
        put_text(l, "from", tx, SMB_NAME);
        put_text(l, "to", tx, SMB_NEW_NAME);
        line_close(l);
    } else {
        put_text(l, "filename", tx, SMB_NAME);
        line_text(l, "access", tx->delete_on_close ? "delete on close" : "normal");
    }
    put_file_id(l, tx);
}

static void put_kind(struct json_line *l, const struct smb_tx *tx)
{
    char text[NUMBER_TEXT];
    switch (tx->kind) {
    case SMB_NEGOTIATE:
        put_negotiate(l, tx);
        break;
    case SMB_SESSION:
        put_session(l, tx);
        break;
    case SMB_TREE:
        put_tree(l, tx);
        break;
    case SMB_CREATE:
        put_create(l, tx);
        break;
    case SMB_FILE:
        put_file(l, tx);
        break;
    case SMB_PIPE:
        line_open(l, "dcerpc");
        if (tx->call)
            eve_dcerpc_smb(l, tx->call);
        line_close(l);
        break;
    case SMB_IOCTL:
        snprintf(text, sizeof text, "0x%x", tx->function);
        line_text(l, "function", NAME_OF(functions, tx->function, text));
        break;
    case SMB_SET_INFO:
        put_set_info(l, tx);
        break;
    default:
        break;
    }
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct smb_tx *smb = (const struct smb_tx *)tx;
    (void)alert;
    if (smb->kind == SMB_FRAME || smb->command == UINT16_MAX)
        return false;
    line_open(l, "smb");
    line_uint(l, "id", smb->number);
    line_text(l, "dialect", smb_dialect(session));
    put_command(l, smb);
    put_status(l, smb);
    line_uint(l, "session_id", smb->session & INT64_MAX);
    line_uint(l, "tree_id", smb->tree);
    put_kind(l, smb);
    line_close(l);
    return true;
}

const struct eve_app eve_app_smb = {.record = RECORD_SMB, .of_flow = true, .put = put};
