#include "run/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const int allowed[] = {
#define SYSCALL(name) SCMP_SYS(name),
#include "run/syscall_list.h"
#undef SYSCALL
};

static const int families[] = {AF_UNIX, AF_NETLINK};

/* abort() */
static int allow_own_signals(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
}

static int allow_lists(scmp_filter_ctx filter)
{
    int result = 0;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0] && !result; i++)
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; i < sizeof families / sizeof families[0] && !result; i++)
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                                  SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0));
    return result;
}

/* Threads, no processes. What clone3 is asked for lies in memory, where a filter cannot look: libc does
 * without. */
static int allow_threads(scmp_filter_ctx filter)
{
    int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                                  SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    return result ? result : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

static uint32_t action_of(enum sandbox sandbox)
{
    return sandbox == SANDBOX_LOG     ? SCMP_ACT_LOG
           : sandbox == SANDBOX_ERRNO ? SCMP_ACT_ERRNO(EPERM)
                                      : SCMP_ACT_KILL_PROCESS;
}

int sandbox_enter(enum sandbox sandbox, struct err *err)
{
    if (sandbox == SANDBOX_NO)
        return 0;
    scmp_filter_ctx filter = seccomp_init(action_of(sandbox));
    int result = filter ? seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) : -ENOMEM;
    if (!result)
        result = allow_lists(filter);
    if (!result)
        result = allow_threads(filter);
    if (!result)
        result = allow_own_signals(filter);
    if (!result) /* a tree instead of a list: some hundred calls are compared with, at each poll */
        result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    if (!result)
        result = seccomp_load(filter);
    if (filter)
        seccomp_release(filter);
    return result ? err_set(err, result, "run.seccomp: no filter of system calls: %s", strerror(-result)) : 0;
}
