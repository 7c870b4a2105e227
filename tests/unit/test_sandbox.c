/* What a run may no longer do once its system calls are filtered, in processes of their own. */
#include "support/check.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/sandbox.h"

/* Each returns what does not hold, by number; 0: all of it does. */
typedef int (*case_fn)(void);

static bool refused(int result)
{
    return result == -1 && errno == EPERM;
}

static int forbidden_calls(void)
{
    char *const words[] = {"/bin/true", NULL};
    if (!refused(execv(words[0], words)))
        return 1;
    if (!refused(fork()))
        return 2;
    if (!refused(socket(AF_INET, SOCK_STREAM, 0)) || !refused(socket(AF_INET6, SOCK_DGRAM, 0)))
        return 3;
    if (!refused((int)ptrace(PTRACE_TRACEME, 0, NULL, NULL)))
        return 4;
    if (!refused(setuid(0)) || !refused(chroot("/")) || !refused(kill(getppid(), 0)))
        return 5;
    return 0;
}

static void *in_a_thread(void *ctx)
{
    *(int *)ctx = forbidden_calls();
    return NULL;
}

static int allowed_calls(void)
{
    int seen = -1, unix_socket = socket(AF_UNIX, SOCK_STREAM, 0);
    pthread_t thread;
    FILE *file = fopen("/proc/self/status", "re");
    if (unix_socket < 0 || !file)
        return 11;
    fclose(file);
    close(unix_socket);
    if (pthread_create(&thread, NULL, in_a_thread, &seen) || pthread_join(thread, NULL))
        return 12;
    return seen;
}

static int of_the_main_thread(void)
{
    struct err err;
    if (sandbox_enter(SANDBOX_ERRNO, &err))
        return 21;
    int seen = forbidden_calls();
    return seen ? seen : allowed_calls();
}

struct waiting {
    pthread_barrier_t barrier;
    int seen;
};

static void *wait_and_try(void *ctx)
{
    struct waiting *w = ctx;
    pthread_barrier_wait(&w->barrier);
    w->seen = forbidden_calls();
    return NULL;
}

/* A thread that was there before is held to it, too. */
static int of_other_threads(void)
{
    struct waiting w = {.seen = -1};
    struct err err;
    pthread_t thread;
    pthread_barrier_init(&w.barrier, NULL, 2);
    if (pthread_create(&thread, NULL, wait_and_try, &w) || sandbox_enter(SANDBOX_ERRNO, &err))
        return 21;
    pthread_barrier_wait(&w.barrier);
    return pthread_join(thread, NULL) ? 22 : w.seen;
}

static int killed(void)
{
    struct err err;
    if (sandbox_enter(SANDBOX_KILL, &err))
        return 21;
    forbidden_calls();
    return 22;
}

static int only_logged(void)
{
    struct err err;
    if (sandbox_enter(SANDBOX_LOG, &err))
        return 21;
    return socket(AF_INET, SOCK_STREAM, 0) < 0;
}

static int without(void)
{
    struct err err;
    if (sandbox_enter(SANDBOX_NO, &err))
        return 21;
    return socket(AF_INET, SOCK_STREAM, 0) < 0;
}

/* As waitpid says. */
static int in_a_process(case_fn run)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child)
        _exit(run());
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void test_calls_are_refused(void **state)
{
    (void)state;
    assert_int_equal(in_a_process(of_the_main_thread), 0);
    assert_int_equal(in_a_process(of_other_threads), 0);
}

static void test_calls_end_the_process(void **state)
{
    (void)state;
    int status = in_a_process(killed);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

static void test_calls_are_let_through(void **state)
{
    (void)state;
    assert_int_equal(in_a_process(only_logged), 0);
    assert_int_equal(in_a_process(without), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls_are_refused),
        cmocka_unit_test(test_calls_end_the_process),
        cmocka_unit_test(test_calls_are_let_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
