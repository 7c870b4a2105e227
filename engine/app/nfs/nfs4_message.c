/*
 * Version 4: a compound is a list of operations, each read as far as those before it are known. Of those that
 * a file's name, data or life hang on, the last is what the compound is taken for.
 */
#include "app/nfs/nfs_message.h"

enum { OPERATIONS_MOST = 64, STATE = 16, CHANGE = 20, SESSION = 16 };

enum {
    ACCESS = 3,
    CLOSE,
    COMMIT,
    CREATE,
    GETATTR = 9,
    GETFH,
    LINK,
    LOOKUP = 15,
    LOOKUPP,
    OPEN = 18,
    OPEN_CONFIRM = 20,
    PUTFH = 22,
    PUTPUBFH,
    PUTROOTFH,
    READ,
    READDIR,
    READLINK,
    REMOVE,
    RENAME,
    RENEW,
    RESTOREFH,
    SAVEFH,
    SETATTR = 34,
    WRITE = 38,
    SEQUENCE = 53,
    RECLAIM_COMPLETE = 58
};

static bool skip_bitmap(struct cursor *c)
{
    uint32_t n;
    return cursor_be32(c, &n) && xdr_skip_words(c, n);
}

static bool skip_attributes(struct cursor *c)
{
    return skip_bitmap(c) && xdr_skip_opaque(c);
}

/* RFC 7530, 16.16.1: how it is opened, and in the end a name. */
static bool read_open(struct cursor *c, struct nfs_call *out)
{
    enum { UNCHECKED, GUARDED, EXCLUSIVE, EXCLUSIVE_4_1, CLAIM_NULL = 0 };
    uint32_t create, mode, claim;
    if (!xdr_skip_words(c, 3) || !cursor_skip(c, 8) || !xdr_skip_opaque(c) || !cursor_be32(c, &create))
        return false;
    if (create) {
        if (!cursor_be32(c, &mode))
            return false;
        if ((mode == EXCLUSIVE || mode == EXCLUSIVE_4_1) && !cursor_skip(c, 8))
            return false;
        if (mode != EXCLUSIVE && !skip_attributes(c))
            return false;
    }
    return cursor_be32(c, &claim) && (claim != CLAIM_NULL || xdr_opaque(c, &out->name));
}

/* The type, what it needs, the name. */
static bool read_create(struct cursor *c, struct nfs_call *out)
{
    enum { BLOCK = 3, CHARACTER, SYMLINK };
    uint32_t type;
    if (!cursor_be32(c, &type))
        return false;
    if (type == SYMLINK && !xdr_skip_opaque(c))
        return false;
    if ((type == BLOCK || type == CHARACTER) && !cursor_skip(c, 8))
        return false;
    return xdr_opaque(c, &out->name) && skip_attributes(c);
}

static bool read_write(struct cursor *c, struct nfs_call *out)
{
    enum { STABLE = 2 };
    uint32_t stable;
    if (!cursor_skip(c, STATE) || !cursor_be64(c, &out->offset) || !cursor_be32(c, &stable))
        return false;
    out->stable = stable == STABLE;
    return nfs_data_read(c, &out->data);
}

static void is(struct nfs_call *out, uint32_t operation, enum nfs_kind kind)
{
    out->procedure = operation;
    out->kind = kind;
}

/* *known: what follows can be read. */
static bool read_operation(uint32_t operation, struct cursor *c, struct nfs_call *out, bool *known)
{
    switch (operation) {
    case GETFH:
    case LOOKUPP:
    case PUTPUBFH:
    case PUTROOTFH:
    case READLINK:
    case RESTOREFH:
    case SAVEFH:
        return true;
    case ACCESS:
    case RECLAIM_COMPLETE:
        return xdr_skip_words(c, 1);
    case GETATTR:
        return skip_bitmap(c);
    case PUTFH:
        return xdr_opaque(c, &out->handle);
    case SEQUENCE:
        return cursor_skip(c, SESSION) && xdr_skip_words(c, 4);
    case RENEW:
        return cursor_skip(c, 8);
    case OPEN_CONFIRM:
        return cursor_skip(c, STATE) && xdr_skip_words(c, 1);
    case SETATTR:
        is(out, operation, NFS_OTHER);
        return cursor_skip(c, STATE) && skip_attributes(c);
    case LOOKUP:
        is(out, operation, NFS_LOOKUP);
        return xdr_opaque(c, &out->name);
    case OPEN:
        is(out, operation, NFS_LOOKUP);
        return read_open(c, out);
    case CREATE:
        is(out, operation, NFS_CREATE);
        return read_create(c, out);
    case REMOVE:
    case LINK:
        is(out, operation, NFS_CREATE);
        return xdr_opaque(c, &out->name);
    case RENAME:
        is(out, operation, NFS_RENAME);
        return xdr_opaque(c, &out->name) && xdr_opaque(c, &out->to_name);
    case READDIR:
        is(out, operation, NFS_OTHER);
        return cursor_skip(c, 24) && skip_bitmap(c);
    case READ:
        is(out, operation, NFS_READ);
        return cursor_skip(c, STATE) && cursor_be64(c, &out->offset) && cursor_be32(c, &out->count);
    case WRITE:
        is(out, operation, NFS_WRITE);
        return read_write(c, out);
    case COMMIT:
        is(out, operation, NFS_COMMIT);
        return cursor_skip(c, 12);
    case CLOSE:
        is(out, operation, NFS_CLOSE);
        return xdr_skip_words(c, 1) && cursor_skip(c, STATE);
    default:
        if (!out->procedure)
            is(out, operation, NFS_OTHER);
        *known = false;
        return true;
    }
}

bool nfs4_call_read(struct cursor *c, struct nfs_call *out)
{
    uint32_t count, operation;
    bool known = true;
    *out = (struct nfs_call){0};
    if (!xdr_skip_opaque(c) || !xdr_skip_words(c, 1) || !cursor_be32(c, &count))
        return false;
    for (uint32_t i = 0; i < count && i < OPERATIONS_MOST && known && !out->data.there; i++)
        if (!cursor_be32(c, &operation) || !read_operation(operation, c, out, &known))
            return false;
    return true;
}

static bool skip_open(struct cursor *c, bool *known)
{
    uint32_t delegation;
    if (!cursor_skip(c, STATE + CHANGE) || !xdr_skip_words(c, 1) || !skip_bitmap(c) ||
        !cursor_be32(c, &delegation))
        return false;
    *known = delegation == 0;
    return true;
}

static bool read_result(uint32_t operation, struct cursor *c, struct nfs_reply *out, bool *known)
{
    uint32_t end;
    switch (operation) {
    case LOOKUP:
    case LOOKUPP:
    case PUTFH:
    case PUTPUBFH:
    case PUTROOTFH:
    case RESTOREFH:
    case SAVEFH:
    case RENEW:
    case RECLAIM_COMPLETE:
        return true;
    case GETFH:
        return xdr_opaque(c, &out->handle);
    case GETATTR:
        return skip_attributes(c);
    case ACCESS:
        return xdr_skip_words(c, 2);
    case SEQUENCE:
        return cursor_skip(c, SESSION) && xdr_skip_words(c, 5);
    case OPEN:
        return skip_open(c, known);
    case OPEN_CONFIRM:
    case CLOSE:
        return cursor_skip(c, STATE);
    case CREATE:
        return cursor_skip(c, CHANGE) && skip_bitmap(c);
    case READ:
        if (!cursor_be32(c, &end) || !nfs_data_read(c, &out->data))
            return false;
        out->end = end;
        return true;
    default:
        *known = false;
        return true;
    }
}

bool nfs4_reply_read(struct cursor *c, struct nfs_reply *out)
{
    uint32_t count, operation, status = 0;
    bool known = true;
    *out = (struct nfs_reply){0};
    if (!cursor_be32(c, &out->status) || !xdr_skip_opaque(c) || !cursor_be32(c, &count))
        return false;
    for (uint32_t i = 0; i < count && i < OPERATIONS_MOST && known && !status && !out->data.there; i++)
        if (!cursor_be32(c, &operation) || !cursor_be32(c, &status) ||
            (!status && !read_result(operation, c, out, &known)))
            return false;
    return true;
}
