/* NFS in EVE: one record a call with its reply, or a file that was read or written; beside it the RPC. */
#include "app/nfs/nfs.h"
#include "output/eve_app.h"

#include <stdio.h>

static void put_number_or_name(struct json_line *l, const char *key, const char *name, uint32_t number)
{
    char text[16];
    snprintf(text, sizeof text, "%u", number);
    line_text(l, key, name ? name : text);
}

static void put_rpc(struct json_line *l, const struct nfs_tx *tx)
{
    line_open(l, "rpc");
    line_uint(l, "xid", tx->xid);
    line_text(l, "status", tx->denied ? "DENIED" : "ACCEPTED");
    if (tx->flavor == RPC_AUTH_UNIX) {
        line_text(l, "auth_type", "UNIX");
        line_open(l, "creds");
        line_bytes(l, "machine_name", buf_slice(&tx->texts[NFS_MACHINE]));
        line_uint(l, "uid", tx->uid);
        line_uint(l, "gid", tx->gid);
        line_close(l);
    } else {
        put_number_or_name(l, "auth_type",
                           tx->flavor == RPC_AUTH_NULL  ? "NULL"
                           : tx->flavor == RPC_AUTH_GSS ? "GSS_API"
                                                        : NULL,
                           tx->flavor);
    }
    line_close(l);
}

static void put_transfer(struct json_line *l, const struct nfs_tx *tx)
{
    line_open(l, tx->direction == TO_CLIENT ? "read" : "write");
    line_bool(l, "first", true);
    line_bool(l, "last", tx->ended);
    line_uint(l, "last_xid", tx->ended ? tx->xid : 0);
    line_uint(l, "chunks", tx->pieces);
    line_close(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct nfs_tx *nfs = (const struct nfs_tx *)tx;
    char hash[16];
    (void)session;
    (void)alert;
    if (nfs->broken || nfs->frame.n)
        return false;
    put_rpc(l, nfs);
    line_open(l, "nfs");
    line_uint(l, "version", nfs->version);
    put_number_or_name(l, "procedure", nfs_procedure_name(nfs->version, nfs->procedure), nfs->procedure);
    line_bytes(l, "filename", buf_slice(&nfs->texts[NFS_NAME]));
    if (nfs->has_handle) {
        snprintf(hash, sizeof hash, "%x", nfs->handle_hash);
        line_text(l, "hhash", hash);
    }
    line_uint(l, "id", tx->id + 1);
    line_bool(l, "file_tx", nfs->is_file);
    line_text(l, "type", "response");
    put_number_or_name(l, "status", nfs_status_name(nfs->status), nfs->status);
    if (nfs_renames(nfs)) {
        line_open(l, "rename");
        line_bytes(l, "from", buf_slice(&nfs->texts[NFS_NAME]));
        line_bytes(l, "to", buf_slice(&nfs->texts[NFS_TO_NAME]));
        line_close(l);
    }
    if (nfs->is_file)
        put_transfer(l, nfs);
    line_close(l);
    return true;
}

const struct eve_app eve_app_nfs = {.record = RECORD_NFS, .no_tx_id = true, .of_flow = true, .put = put};
