#include "app/nfs/nfs_message.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const version_2[] = {"NULL", "GETATTR",    "SETATTR", "ROOT",   "LOOKUP",  "READLINK",
                                        "READ", "WRITECACHE", "WRITE",   "CREATE", "REMOVE",  "RENAME",
                                        "LINK", "SYMLINK",    "MKDIR",   "RMDIR",  "READDIR", "STATFS"};
static const char *const version_3[] = {"NULL",   "GETATTR", "SETATTR",  "LOOKUP", "ACCESS",  "READLINK",
                                        "READ",   "WRITE",   "CREATE",   "MKDIR",  "SYMLINK", "MKNOD",
                                        "REMOVE", "RMDIR",   "RENAME",   "LINK",   "READDIR", "READDIRPLUS",
                                        "FSSTAT", "FSINFO",  "PATHCONF", "COMMIT"};
static const char *const version_4[] = {"NULL",
                                        NULL,
                                        NULL,
                                        "ACCESS",
                                        "CLOSE",
                                        "COMMIT",
                                        "CREATE",
                                        "DELEGPURGE",
                                        "DELEGRETURN",
                                        "GETATTR",
                                        "GETFH",
                                        "LINK",
                                        "LOCK",
                                        "LOCKT",
                                        "LOCKU",
                                        "LOOKUP",
                                        "LOOKUPP",
                                        "NVERIFY",
                                        "OPEN",
                                        "OPENATTR",
                                        "OPEN_CONFIRM",
                                        "OPEN_DOWNGRADE",
                                        "PUTFH",
                                        "PUTPUBFH",
                                        "PUTROOTFH",
                                        "READ",
                                        "READDIR",
                                        "READLINK",
                                        "REMOVE",
                                        "RENAME",
                                        "RENEW",
                                        "RESTOREFH",
                                        "SAVEFH",
                                        "SECINFO",
                                        "SETATTR",
                                        "SETCLIENTID",
                                        "SETCLIENTID_CONFIRM",
                                        "VERIFY",
                                        "WRITE",
                                        "RELEASE_LOCKOWNER",
                                        "BACKCHANNEL_CTL",
                                        "BIND_CONN_TO_SESSION",
                                        "EXCHANGE_ID",
                                        "CREATE_SESSION",
                                        "DESTROY_SESSION",
                                        "FREE_STATEID",
                                        "GET_DIR_DELEGATION",
                                        "GETDEVICEINFO",
                                        "GETDEVICELIST",
                                        "LAYOUTCOMMIT",
                                        "LAYOUTGET",
                                        "LAYOUTRETURN",
                                        "SECINFO_NO_NAME",
                                        "SEQUENCE",
                                        "SET_SSV",
                                        "TEST_STATEID",
                                        "WANT_DELEGATION",
                                        "DESTROY_CLIENTID",
                                        "RECLAIM_COMPLETE"};

static const char *at(const char *const *list, size_t count, uint32_t number)
{
    return number < count ? list[number] : NULL;
}

const char *nfs_procedure_name(uint32_t version, uint32_t procedure)
{
    switch (version) {
    case 2:
        return at(version_2, COUNT(version_2), procedure);
    case 3:
        return at(version_3, COUNT(version_3), procedure);
    default:
        return at(version_4, COUNT(version_4), procedure);
    }
}

/* RFC 1813, 2.6; RFC 7530, 13. */
const char *nfs_status_name(uint32_t status)
{
    static const struct {
        uint32_t number;
        const char *name;
    } names[] = {
        {0, "OK"},
        {1, "ERR_PERM"},
        {2, "ERR_NOENT"},
        {5, "ERR_IO"},
        {6, "ERR_NXIO"},
        {13, "ERR_ACCES"},
        {17, "ERR_EXIST"},
        {18, "ERR_XDEV"},
        {19, "ERR_NODEV"},
        {20, "ERR_NOTDIR"},
        {21, "ERR_ISDIR"},
        {22, "ERR_INVAL"},
        {27, "ERR_FBIG"},
        {28, "ERR_NOSPC"},
        {30, "ERR_ROFS"},
        {31, "ERR_MLINK"},
        {63, "ERR_NAMETOOLONG"},
        {66, "ERR_NOTEMPTY"},
        {69, "ERR_DQUOT"},
        {70, "ERR_STALE"},
        {71, "ERR_REMOTE"},
        {10001, "ERR_BADHANDLE"},
        {10002, "ERR_NOT_SYNC"},
        {10003, "ERR_BAD_COOKIE"},
        {10004, "ERR_NOTSUPP"},
        {10005, "ERR_TOOSMALL"},
        {10006, "ERR_SERVERFAULT"},
        {10007, "ERR_BADTYPE"},
        {10008, "ERR_JUKEBOX"},
    };
    for (size_t i = 0; i < COUNT(names); i++)
        if (names[i].number == status)
            return names[i].name;
    return NULL;
}
