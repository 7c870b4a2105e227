#include "app/nfs/nfs_rpc.h"

bool xdr_opaque(struct cursor *c, struct slice *out)
{
    struct cursor at = *c;
    uint32_t n;
    if (!cursor_be32(&at, &n) || !cursor_bytes(&at, n, out) || !cursor_skip(&at, -n & 3))
        return false;
    *c = at;
    return true;
}

bool xdr_skip_opaque(struct cursor *c)
{
    struct slice ignored;
    return xdr_opaque(c, &ignored);
}

bool xdr_skip_words(struct cursor *c, uint32_t count)
{
    return cursor_skip(c, (size_t)count * 4);
}

/* RFC 5531, appendix A. What is wrong in there says nothing about the call. */
static void read_unix(struct slice body, struct rpc_head *out)
{
    struct cursor c = cursor_of(body);
    if (!xdr_skip_words(&c, 1) || !xdr_opaque(&c, &out->machine) || !cursor_be32(&c, &out->uid) ||
        !cursor_be32(&c, &out->gid))
        out->machine = slice_of(NULL, 0);
}

static bool read_call(struct cursor *c, struct rpc_head *out)
{
    struct slice credentials;
    if (!cursor_be32(c, &out->version) || !cursor_be32(c, &out->program) ||
        !cursor_be32(c, &out->program_version) || !cursor_be32(c, &out->procedure))
        return false;
    out->credentials_at = c->at;
    if (!cursor_be32(c, &out->flavor) || !xdr_opaque(c, &credentials))
        return false;
    out->credentials_n = c->at - out->credentials_at;
    if (out->flavor == RPC_AUTH_UNIX)
        read_unix(credentials, out);
    return xdr_skip_words(c, 1) && xdr_skip_opaque(c);
}

static bool read_reply(struct cursor *c, struct rpc_head *out)
{
    if (!cursor_be32(c, &out->state))
        return false;
    if (out->state != RPC_ACCEPTED)
        return true;
    return xdr_skip_words(c, 1) && xdr_skip_opaque(c) && cursor_be32(c, &out->accepted);
}

bool rpc_head_read(struct cursor *c, struct rpc_head *out)
{
    *out = (struct rpc_head){0};
    if (!cursor_be32(c, &out->xid) || !cursor_be32(c, &out->type))
        return false;
    return out->type == RPC_CALL ? read_call(c, out) : read_reply(c, out);
}
