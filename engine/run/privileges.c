#include "run/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIT(capability) (UINT64_C(1) << (capability))

int privileges_find(struct privileges *p, const char *name, struct err *err)
{
    *p = (struct privileges){.user = getuid(), .group = getgid()};
    if (!name)
        return 0;
    errno = 0;
    const struct passwd *entry = getpwnam(name);
    if (!entry)
        return err_set(err, errno ? -errno : -EINVAL, "run.user: there is no user \"%.60s\"", name);
    *p = (struct privileges){.user = entry->pw_uid, .group = entry->pw_gid, .name = name};
    return 0;
}

enum { GIVE_DEPTH = 4 };

void privileges_give(const struct privileges *p, const char *path)
{
    char *const roots[] = {(char *)path, NULL};
    FTS *walk = p->name ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL) : NULL;
    for (FTSENT *entry; walk && (entry = fts_read(walk));)
        if (entry->fts_info != FTS_DP && entry->fts_info != FTS_NS && entry->fts_level <= GIVE_DEPTH)
            (void)!lchown(entry->fts_path, p->user, p->group);
    if (walk)
        fts_close(walk);
}

static int set_capabilities(uint64_t kept)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {
        {.effective = (uint32_t)kept, .permitted = (uint32_t)kept},
        {.effective = (uint32_t)(kept >> 32), .permitted = (uint32_t)(kept >> 32)},
    };
    return syscall(SYS_capset, &header, data) ? -errno : 0;
}

static uint64_t permitted(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};
    if (syscall(SYS_capget, &header, data))
        return 0;
    return data[0].permitted | (uint64_t)data[1].permitted << 32;
}

static int become(const struct privileges *p, struct err *err)
{
    if (!p->name || (getuid() == p->user && geteuid() == p->user))
        return 0;
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) || setgroups(0, NULL) || setresgid(p->group, p->group, p->group) ||
        setresuid(p->user, p->user, p->user))
        return err_set(err, -errno, "run.user: cannot become %.60s: %s", p->name, strerror(errno));
    return 0;
}

int privileges_drop(const struct privileges *p, struct err *err)
{
    uint64_t kept = BIT(CAP_NET_ADMIN) | BIT(CAP_NET_RAW) | BIT(CAP_BPF) | BIT(CAP_PERFMON);
    kept |= p->name ? BIT(CAP_DAC_READ_SEARCH) : BIT(CAP_DAC_OVERRIDE);
    kept |= p->administers ? BIT(CAP_SYS_ADMIN) : 0;
    if (permitted() & BIT(CAP_SETPCAP))
        for (int c = 0; c <= CAP_LAST_CAP; c++)
            if (!(kept & BIT(c)))
                prctl(PR_CAPBSET_DROP, c, 0, 0, 0); /* one that this kernel does not know is none */
    int result = become(p, err);
    if (result)
        return result;
    result = set_capabilities(permitted() & kept);
    if (!result && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        result = -errno;
    return result ? err_set(err, result, "privileges cannot be given up: %s", strerror(-result)) : 0;
}
