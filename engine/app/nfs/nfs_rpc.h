/*
 * ONC RPC (RFC 5531) and the XDR (RFC 4506) in its messages. Slices lie in the bytes that were read. Internal
 * to app/nfs; any thread.
 *
 * A reader that returns false has come to the end of the bytes: more of them may do.
 */
#ifndef SLUICE_APP_NFS_RPC_H
#define SLUICE_APP_NFS_RPC_H

#include "base/cursor.h"

enum { RPC_CALL, RPC_REPLY };
enum { RPC_ACCEPTED, RPC_DENIED };
enum { RPC_AUTH_NULL, RPC_AUTH_UNIX, RPC_AUTH_GSS = 6 };
enum { NFS_PROGRAM = 100003 };

struct rpc_head {
    uint32_t xid, type;
    uint32_t version, program, program_version, procedure; /* of a call */
    uint32_t flavor;                                       /* of its credentials */
    size_t credentials_at, credentials_n;                  /* where they are, flavor and length included */
    struct slice machine;                                  /* with AUTH_UNIX */
    uint32_t uid, gid;
    uint32_t state, accepted; /* of a reply: RPC_ACCEPTED, and 0 for a success */
};

bool rpc_head_read(struct cursor *c, struct rpc_head *out);

/* Bytes of any length with what fills them up to four. */
bool xdr_opaque(struct cursor *c, struct slice *out);
bool xdr_skip_opaque(struct cursor *c);
bool xdr_skip_words(struct cursor *c,
                    uint32_t count); /* an array of 32 bits each, its length read: skips it */

#endif
