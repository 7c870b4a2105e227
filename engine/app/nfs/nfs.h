/*
 * NFS: a transaction is a call with its reply; what is read or written of a file is one transaction a
 * direction, which lasts until the file is committed, closed or read to its end. Internal to app/nfs and
 * output/eve_nfs.c.
 */
#ifndef SLUICE_APP_NFS_H
#define SLUICE_APP_NFS_H

#include "app/nfs/nfs_message.h"
#include "app/parser.h"
#include "base/buf.h"

struct app_session;

enum nfs_text { NFS_NAME, NFS_TO_NAME, NFS_MACHINE, NFS_TEXTS };

/* Where the parts of a message lie in its frame. */
struct nfs_layout {
    bool reply;
    uint8_t mark;     /* bytes in front of it: RPC's record mark */
    uint32_t version; /* of the NFS in it; 0: none is known */
    uint32_t credentials_at, credentials_n, nfs_at;
};

struct nfs_tx {
    struct app_tx tx;
    uint32_t version, procedure;
    uint32_t xid; /* of the last call */
    struct buf texts[NFS_TEXTS];
    bool has_handle;
    uint32_t handle_hash; /* CRC-32 */
    uint32_t flavor, uid, gid;
    bool answered, denied;
    bool broken; /* there is nothing but an event */
    uint32_t status;
    bool is_file;
    enum direction direction : 8; /* of the file's bytes */
    bool ended;                   /* the file came to its end */
    uint32_t pieces;              /* messages that brought bytes of it */
    uint64_t file;                /* the key of its handle */
    size_t memory;                /* accounted */
    struct buf frame;             /* of a frame: a record, or a datagram; then there is nothing else */
    struct nfs_layout layout;
};

bool nfs_renames(const struct nfs_tx *tx);

enum buffer_answer nfs_buffer(struct app_session *session, struct app_tx *tx, enum direction direction,
                              enum buffer_id id, unsigned index, struct view_buffer *out);

#endif
