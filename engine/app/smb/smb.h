/*
 * SMB 1 to 3 over TCP ([MS-CIFS], [MS-SMB2], RFC 1002): a transaction is a command and its answer, or a file
 * as it is read or written, or a call of DCE/RPC over a named pipe. Internal to app/smb*.c; output/eve_smb.c
 * shows it.
 *
 * Texts are in UTF-8, in one buffer of their transaction; everything is accounted to the session and capped.
 */
#ifndef SLUICE_APP_SMB_H
#define SLUICE_APP_SMB_H

#include "app/session.h"

struct dcerpc_call; /* dcerpc_call.h */

enum {
    SMB_MESSAGE_MOST = 64 << 10, /* bytes of a message that is not all file that are looked at */
    SMB_TEXT_MOST = 4096         /* bytes of one text */
};

enum smb_kind {
    SMB_GENERIC,
    SMB_NEGOTIATE,
    SMB_SESSION,
    SMB_TREE,
    SMB_CREATE,
    SMB_FILE, /* reading or writing one: of many commands */
    SMB_PIPE, /* a call of DCE/RPC */
    SMB_IOCTL,
    SMB_SET_INFO,
    SMB_FRAME, /* a message's bytes, for the rules on frames: not shown */
};

enum smb_text {
    SMB_NAME,  /* of the share or pipe, of the file */
    SMB_SHARE, /* that the file is on */
    SMB_NEW_NAME,
    SMB_DIALECTS, /* of the client, each ended by a zero byte; of SMB 2 in numbers */
    SMB_DOMAIN,
    SMB_USER,
    SMB_HOST,
    SMB_SERVICE,
    SMB_SERVICE_GIVEN,
    SMB_OS,
    SMB_LAN_MANAGER,
    SMB_SERVER_OS,
    SMB_SERVER_LAN_MANAGER,
    SMB_REALM,
    SMB_SERVER_NAMES, /* of Kerberos, each ended by a zero byte */
    SMB_TEXTS
};

enum { SMB_GUID = 16 };

struct smb_tx {
    struct app_tx tx;
    uint8_t kind;    /* enum smb_kind */
    uint8_t version; /* 1 or 2 */
    bool has_status, nt_status;
    uint16_t command;
    uint32_t status;
    uint32_t tree;
    uint64_t session, message; /* the ids that an answer repeats; tree may come with it */
    struct buf text;
    size_t memory; /* accounted for `text` and `frame` */
    struct {
        bool there;
        uint32_t at, n;
    } texts[SMB_TEXTS];
    bool is_pipe, has_guid[DIRECTIONS], has_version, delete_on_close;
    uint8_t share_type;
    uint8_t ntlmssp_version[8];
    uint32_t disposition, function;
    uint64_t times[4], size; /* of a file: created, accessed, written, changed, in its 100 ns; its bytes */
    uint32_t read_most, write_most;
    uint8_t guid[DIRECTIONS][SMB_GUID]; /* of client and server */
    uint8_t id_size, id[SMB_GUID];      /* of the file, as it is on the wire */
    uint64_t number;                    /* from 1 on, frames not counted */
    uint64_t file;                      /* its key in smb_note.h; 0: none */
    struct dcerpc_call *call;           /* of SMB_PIPE, its own */
    struct buf frame;                   /* of SMB_FRAME: a record, or a message */
    uint16_t frame_head;                /* bytes of its head */
    uint8_t frame_kind;                 /* enum smb_frame */
};

enum smb_frame { SMB_FRAME_NBSS, SMB_FRAME_SMB1, SMB_FRAME_SMB2, SMB_FRAME_SMB3, SMB_FRAMES };

/* The dialect that was agreed on, as EVE has it; "unknown". */
const char *smb_dialect(const struct app_session *session);

static inline struct slice smb_text(const struct smb_tx *tx, enum smb_text which)
{
    return tx->text.p ? slice_of(tx->text.p + tx->texts[which].at, tx->texts[which].n) : slice_of(NULL, 0);
}

#endif
