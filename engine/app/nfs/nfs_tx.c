/* Transactions of NFS, and the buffers of one. */
#include <zlib.h>

#include "app/answer.h"
#include "app/file/file.h"
#include "app/nfs/nfs_session.h"

static void set_text(struct app_session *s, struct nfs_tx *tx, enum nfs_text text, struct slice bytes)
{
    enum { MOST = 4096 };
    app_memory_append_own(s, &tx->memory, &tx->texts[text], bytes, MOST);
}

void nfs_tx_set_handle(struct nfs_tx *tx, struct slice handle)
{
    if (!handle.n)
        return;
    tx->has_handle = true;
    tx->handle_hash = (uint32_t)crc32_z(0, handle.p, handle.n);
}

bool nfs_renames(const struct nfs_tx *tx)
{
    return tx->texts[NFS_TO_NAME].n;
}

struct nfs_tx *nfs_tx_new(struct app_session *s, const struct rpc_head *head, const struct nfs_call *call)
{
    struct nfs_tx *tx = (struct nfs_tx *)app_tx_new(s);
    if (!tx)
        return NULL;
    tx->version = head->program_version;
    tx->procedure = call->procedure;
    tx->xid = head->xid;
    tx->flavor = head->flavor;
    tx->uid = head->uid;
    tx->gid = head->gid;
    set_text(s, tx, NFS_MACHINE, head->machine);
    set_text(s, tx, NFS_NAME, call->name);
    set_text(s, tx, NFS_TO_NAME, call->to_name);
    nfs_tx_set_handle(tx, call->handle);
    return tx;
}

static bool is_of_file(enum buffer_id id)
{
    return id == BUFFER_FILE || id == BUFFER_FILE_DATA || id == BUFFER_FILE_NAME || id == BUFFER_FILE_MAGIC;
}

enum buffer_answer nfs_buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct nfs_tx *nfs = (const struct nfs_tx *)tx;
    if (nfs->frame.n || nfs_is_frame(id))
        return nfs_is_frame(id) ? nfs_frame_buffer(nfs, id, index, out) : BUFFER_NONE;
    if (is_of_file(id))
        return app_file_buffer(s, tx, direction, id, index, out);
    if (index || direction != TO_SERVER)
        return BUFFER_NONE;
    if (nfs->broken)
        return BUFFER_LATER;
    switch (id) {
    case BUFFER_NFS_VERSION:
        return answer_number(nfs->version, out);
    case BUFFER_NFS_PROCEDURE:
        return answer_number(nfs->procedure, out);
    default:
        return BUFFER_NONE;
    }
}
