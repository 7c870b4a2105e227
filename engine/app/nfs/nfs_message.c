/* Versions 2 and 3. */
#include "app/nfs/nfs_message.h"

enum { HANDLE_2 = 32, ATTRIBUTES_2 = 68, ATTRIBUTES_3 = 84, STABLE = 2 };

enum {
    LOOKUP_3 = 3,
    READ_3 = 6,
    WRITE_3,
    CREATE_3,
    MKDIR_3,
    SYMLINK_3,
    MKNOD_3,
    REMOVE_3,
    RMDIR_3,
    RENAME_3,
    LINK_3,
    READDIRPLUS_3 = 17,
    COMMIT_3 = 21
};
enum {
    LOOKUP_2 = 4,
    READ_2 = 6,
    WRITE_2 = 8,
    CREATE_2,
    REMOVE_2,
    RENAME_2,
    LINK_2,
    SYMLINK_2,
    MKDIR_2,
    RMDIR_2,
};

/* As a handle is of fixed length in version 2. */
static bool take_handle(uint32_t version, struct cursor *c, struct slice *out)
{
    return version == 2 ? cursor_bytes(c, HANDLE_2, out) : xdr_opaque(c, out);
}

bool nfs_data_read(struct cursor *c, struct nfs_data *out)
{
    if (!cursor_be32(c, &out->n))
        return false;
    out->at = c->at;
    out->there = true;
    return true;
}

static enum nfs_kind kind_2(uint32_t procedure)
{
    static const uint8_t kinds[] = {
        [LOOKUP_2] = NFS_LOOKUP,  [READ_2] = NFS_READ,     [WRITE_2] = NFS_WRITE,
        [CREATE_2] = NFS_CREATE,  [REMOVE_2] = NFS_CREATE, [RENAME_2] = NFS_RENAME,
        [SYMLINK_2] = NFS_CREATE, [MKDIR_2] = NFS_CREATE,  [RMDIR_2] = NFS_CREATE};
    return procedure < sizeof kinds ? (enum nfs_kind)kinds[procedure] : NFS_OTHER;
}

static enum nfs_kind kind_3(uint32_t procedure)
{
    static const uint8_t kinds[] = {
        [LOOKUP_3] = NFS_LOOKUP, [READ_3] = NFS_READ,        [WRITE_3] = NFS_WRITE,
        [CREATE_3] = NFS_CREATE, [MKDIR_3] = NFS_CREATE,     [SYMLINK_3] = NFS_CREATE,
        [MKNOD_3] = NFS_CREATE,  [REMOVE_3] = NFS_CREATE,    [RMDIR_3] = NFS_CREATE,
        [RENAME_3] = NFS_RENAME, [READDIRPLUS_3] = NFS_LIST, [COMMIT_3] = NFS_COMMIT};
    return procedure < sizeof kinds ? (enum nfs_kind)kinds[procedure] : NFS_OTHER;
}

static bool read_name(struct cursor *c, struct nfs_call *out)
{
    return xdr_opaque(c, &out->name);
}

static bool read_rename(uint32_t version, struct cursor *c, struct nfs_call *out)
{
    struct slice folder;
    return xdr_opaque(c, &out->name) && take_handle(version, c, &folder) && xdr_opaque(c, &out->to_name);
}

static bool read_place_2(struct cursor *c, struct nfs_call *out)
{
    uint32_t offset, ignored;
    if (out->kind == NFS_WRITE && !cursor_be32(c, &ignored))
        return false;
    if (!cursor_be32(c, &offset) || !cursor_be32(c, &out->count))
        return false;
    out->offset = offset;
    if (out->kind == NFS_READ)
        return xdr_skip_words(c, 1);
    out->stable = true;
    return nfs_data_read(c, &out->data);
}

static bool read_place_3(struct cursor *c, struct nfs_call *out)
{
    uint32_t stable;
    if (!cursor_be64(c, &out->offset) || !cursor_be32(c, &out->count))
        return false;
    if (out->kind == NFS_READ)
        return true;
    if (!cursor_be32(c, &stable))
        return false;
    out->stable = stable == STABLE;
    return nfs_data_read(c, &out->data);
}

bool nfs_call_read(uint32_t version, uint32_t procedure, struct cursor *c, struct nfs_call *out)
{
    *out = (struct nfs_call){.procedure = procedure,
                             .kind = version == 2 ? kind_2(procedure) : kind_3(procedure)};
    if (!procedure || !nfs_procedure_name(version, procedure))
        return true;
    if (!take_handle(version, c, &out->handle))
        return false;
    switch (out->kind) {
    case NFS_LOOKUP:
    case NFS_CREATE:
        return read_name(c, out);
    case NFS_RENAME:
        return read_rename(version, c, out);
    case NFS_READ:
    case NFS_WRITE:
        return version == 2 ? read_place_2(c, out) : read_place_3(c, out);
    default:
        return true;
    }
}

/* What may be there, behind a word that says so. */
static bool skip_attributes(struct cursor *c)
{
    uint32_t there;
    return cursor_be32(c, &there) && (!there || cursor_skip(c, ATTRIBUTES_3));
}

static bool maybe_handle(struct cursor *c, struct slice *out)
{
    uint32_t there;
    return cursor_be32(c, &there) && (!there || xdr_opaque(c, out));
}

static bool made_has_handle(uint32_t version, uint32_t procedure)
{
    if (version == 2)
        return procedure == CREATE_2 || procedure == MKDIR_2;
    return procedure >= CREATE_3 && procedure <= MKNOD_3;
}

static bool read_reply_read(uint32_t version, struct cursor *c, struct nfs_reply *out)
{
    uint32_t end = 0;
    if (version == 2) {
        out->sized = true;
        return xdr_skip_words(c, 5) && cursor_be32(c, &out->size) && cursor_skip(c, ATTRIBUTES_2 - 24) &&
               nfs_data_read(c, &out->data);
    }
    if (!skip_attributes(c) || !xdr_skip_words(c, 1) || !cursor_be32(c, &end))
        return false;
    out->end = end;
    return nfs_data_read(c, &out->data);
}

bool nfs_reply_read(uint32_t version, uint32_t procedure, enum nfs_kind kind, struct cursor *c,
                    struct nfs_reply *out)
{
    *out = (struct nfs_reply){0};
    if (!procedure || !nfs_procedure_name(version, procedure))
        return true;
    if (!cursor_be32(c, &out->status))
        return false;
    if (out->status)
        return true;
    switch (kind) {
    case NFS_LOOKUP:
        return take_handle(version, c, &out->handle);
    case NFS_CREATE:
        if (!made_has_handle(version, procedure))
            return true;
        return version == 2 ? cursor_bytes(c, HANDLE_2, &out->handle) : maybe_handle(c, &out->handle);
    case NFS_READ:
        return read_reply_read(version, c, out);
    case NFS_LIST:
        if (!skip_attributes(c) || !cursor_skip(c, 8))
            return false;
        out->entries = *c;
        return true;
    default:
        return true;
    }
}

/* RFC 1813, 3.3.17. */
bool nfs_entry_next(struct cursor *c, struct slice *name, struct slice *handle)
{
    uint32_t there;
    *handle = slice_of(NULL, 0);
    return cursor_be32(c, &there) && there && cursor_skip(c, 8) && xdr_opaque(c, name) && cursor_skip(c, 8) &&
           skip_attributes(c) && maybe_handle(c, handle);
}
