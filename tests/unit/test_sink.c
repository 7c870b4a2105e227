/* EVE of a live run when its reader is slow, gone or there again, and when the disk is full. */
#include "support/check.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <signal.h>
#include <unistd.h>

#include "run/sink.h"

static char folder[] = "/tmp/test_sink.XXXXXX";

static void path_of(const char *name, char path[64])
{
    snprintf(path, 64, "%s/%s", folder, name);
}

static void put(struct sink *s, unsigned from, unsigned to)
{
    char line[32];
    for (unsigned i = from; i < to; i++) {
        snprintf(line, sizeof line, "{\"record\":%08u}\n", i);
        assert_int_equal(sink_put(s, slice_str(line)), 0);
    }
    assert_int_equal(sink_flush(s), 0);
}

enum { LINE = 20 };

/* Whole records, numbered on from `from`; returns how many. */
static unsigned check_lines(const char *text, size_t n, unsigned from)
{
    char line[32];
    assert_int_equal(n % LINE, 0);
    for (unsigned i = 0; i < n / LINE; i++) {
        snprintf(line, sizeof line, "{\"record\":%08u}\n", from + i);
        assert_memory_equal(text + i * LINE, line, LINE);
    }
    return (unsigned)(n / LINE);
}

static size_t read_some(int fd, char *text, size_t room)
{
    size_t n = 0;
    for (ssize_t more; n < room && (more = read(fd, text + n, room - n)) > 0;)
        n += (size_t)more;
    return n;
}

static struct sink_counters counters(const struct sink *s)
{
    struct sink_counters c;
    sink_counters(s, &c);
    return c;
}

/* RLIMIT_FSIZE stands for the disk: a write past it fails after having written a part. */
static void test_a_full_disk(void **state)
{
    (void)state;
    struct sink *s;
    struct err err;
    char path[64], *text = malloc(1 << 16);
    path_of("full", path);
    assert_int_equal(sink_open(&s, path, 30 * LINE, NULL, &err), 0);
    struct rlimit was, small;
    getrlimit(RLIMIT_FSIZE, &was);
    small = was;
    small.rlim_cur = 1010; /* 50 records and a half */
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    put(s, 0, 100);
    setrlimit(RLIMIT_FSIZE, &was);
    struct sink_counters c = counters(s);
    assert_int_equal(c.failures, 1);
    assert_int_equal(c.lost_records, 100 - 50 - 30);
    put(s, 1000, 1001); /* there is room again */
    assert_int_equal(counters(s).waiting_bytes, 0);
    assert_int_equal(sink_close(s, &err), -EIO);
    int fd = open(path, O_RDONLY);
    size_t n = read_some(fd, text, 1 << 16);
    close(fd);
    assert_int_equal(n, 81 * LINE);
    assert_int_equal(check_lines(text, 80 * LINE, 0), 80);
    check_lines(text + 80 * LINE, LINE, 1000);
    unlink(path);
    free(text);
}

static void test_reopening(void **state)
{
    (void)state;
    struct sink *s;
    struct err err;
    char path[64], moved[64], text[100];
    path_of("eve", path);
    path_of("eve.1", moved);
    assert_int_equal(sink_open(&s, path, 0, NULL, &err), 0);
    put(s, 0, 2);
    assert_int_equal(rename(path, moved), 0);
    put(s, 2, 3); /* into the old one */
    assert_int_equal(sink_reopen(s), 0);
    put(s, 3, 5);
    assert_int_equal(sink_close(s, &err), 0);
    int old = open(moved, O_RDONLY), new = open(path, O_RDONLY);
    assert_int_equal(check_lines(text, read_some(old, text, sizeof text), 0), 3);
    assert_int_equal(check_lines(text, read_some(new, text, sizeof text), 3), 2);
    close(old);
    close(new);
    unlink(path);
    unlink(moved);
}

static int listen_at(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 4), 0);
    return fd;
}

/* Nobody there, then somebody, who does not read, goes, and comes again. */
static void test_a_socket(void **state)
{
    (void)state;
    struct sink *s;
    struct err err;
    char path[64], name[80], *text = malloc(4 << 20);
    path_of("socket", path);
    snprintf(name, sizeof name, "unix:%s", path);
    assert_int_equal(sink_open(&s, name, 2 << 20, NULL, &err), 0);
    put(s, 0, 5);
    assert_int_equal(counters(s).failures, 1);
    int listener = listen_at(path);
    sleep(2); /* it is tried once a second */
    put(s, 5, 6);
    int reader = accept(listener, NULL, NULL);
    fcntl(reader, F_SETFL, O_NONBLOCK);
    assert_int_equal(check_lines(text, read_some(reader, text, 4 << 20), 0), 6);
    put(s, 6, 60000); /* more than a socket holds */
    assert_true(counters(s).waiting_bytes > 0);
    size_t n = read_some(reader, text, 1003); /* in the middle of a record it goes */
    assert_int_equal(n, 1003);
    close(reader);
    sleep(2);
    assert_int_equal(sink_flush(s), 0);
    sleep(2);
    assert_int_equal(sink_flush(s), 0);
    reader = accept(listener, NULL, NULL);
    assert_int_equal(read_some(reader, text, LINE), LINE); /* whole records again */
    assert_memory_equal(text, "{\"record\":", 10);
    assert_int_equal(text[LINE - 1], '\n');
    assert_int_equal(counters(s).lost_records, 0);
    close(reader);
    close(listener);
    unlink(path);
    sink_close(s, &err);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_full_disk),
        cmocka_unit_test(test_reopening),
        cmocka_unit_test(test_a_socket),
    };
    if (!mkdtemp(folder))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
