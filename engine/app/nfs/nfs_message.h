/*
 * What of an NFS call or reply is followed: versions 2 (RFC 1094), 3 (RFC 1813) and 4 (RFC 7530, 8881), whose
 * compounds are taken for the operation in them that matters most. Slices lie in the bytes that were read.
 * Internal to app/nfs.
 */
#ifndef SLUICE_APP_NFS_MESSAGE_H
#define SLUICE_APP_NFS_MESSAGE_H

#include "app/nfs/nfs_rpc.h"

enum { NFS_ENTRIES_MOST = 1024 }; /* of a listing that are remembered */

/* Of version 3; what the other versions have in common with it has the same number here. */
enum nfs_kind {
    NFS_OTHER,
    NFS_LOOKUP,
    NFS_READ,
    NFS_WRITE,
    NFS_CREATE, /* or a directory, a link, a node: there is a name, and the reply has its handle */
    NFS_RENAME,
    NFS_LIST, /* READDIRPLUS */
    NFS_COMMIT,
    NFS_CLOSE,
};

struct nfs_data {
    bool there;
    size_t at; /* in the message */
    uint32_t n;
};

struct nfs_call {
    enum nfs_kind kind;
    uint32_t procedure; /* of version 4: the operation */
    struct slice handle, name, to_name;
    uint64_t offset;
    uint32_t count;
    bool stable; /* written once it is answered */
    struct nfs_data data;
};

struct nfs_reply {
    uint32_t status;
    struct slice handle; /* of what was looked up or made */
    bool end;            /* of the file */
    bool sized;          /* in version 2 the size tells that */
    uint32_t size;
    struct nfs_data data;
    struct cursor entries; /* of a listing: nfs_entry_next */
};

/* A length: its bytes follow. */
bool nfs_data_read(struct cursor *c, struct nfs_data *out);

/* Behind the head of a call. False: the bytes end before that; what is there is set. */
bool nfs_call_read(uint32_t version, uint32_t procedure, struct cursor *c, struct nfs_call *out);
bool nfs4_call_read(struct cursor *c, struct nfs_call *out);

/* ... of a reply to such a call. */
bool nfs_reply_read(uint32_t version, uint32_t procedure, enum nfs_kind kind, struct cursor *c,
                    struct nfs_reply *out);
bool nfs4_reply_read(struct cursor *c, struct nfs_reply *out);

/* False at the end, or where an entry is broken. */
bool nfs_entry_next(struct cursor *c, struct slice *name, struct slice *handle);

/* "LOOKUP"; NULL: there is none of that number. */
const char *nfs_procedure_name(uint32_t version, uint32_t procedure);
const char *nfs_status_name(uint32_t status);

#endif
