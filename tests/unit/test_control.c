/* The control socket: a request a line, an answer a line; who may have the path. */
#include "support/check.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/client.h"

static int say(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    (void)ctx;
    const char *word = json_string_value(json_object_get(request, "word"));
    if (!word) {
        err_fill(err, "no word");
        err_hint(err, "give one");
        return -EINVAL;
    }
    *result = json_string(word);
    return 0;
}

static int nothing(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    (void)ctx;
    (void)request;
    (void)result;
    (void)err;
    return 0;
}

static const struct control_command commands[] = {{"say", say}, {"nothing", nothing}, {0}};

static void check(const char *request, const char *answer)
{
    struct control_config config = {.commands = commands};
    struct buf out = {0};
    assert_int_equal(control_answer(&config, slice_str(request), &out), 0);
    assert_int_equal(out.n, strlen(answer));
    assert_memory_equal(out.p, answer, out.n);
    buf_fini(&out);
}

#define FIFTY_NINE "0123456789012345678901234567890123456789012345678901234567x"

static void test_answers(void **state)
{
    (void)state;
    check("{\"command\":\"say\",\"word\":\"yes\"}", "{\"ok\":true,\"result\":\"yes\"}\n");
    check("{\"command\":\"nothing\",\"id\":[1]}", "{\"ok\":true,\"id\":[1]}\n");
    check("{\"command\":\"say\",\"id\":7}",
          "{\"ok\":false,\"error\":\"no word\",\"hint\":\"give one\",\"id\":7}\n");
    check("{\"command\":\"sya\"}", "{\"ok\":false,\"error\":\"no such command: \\\"sya\\\"\"}\n");
    /* What is quoted is cut in the middle of a character. */
    check("{\"command\":\"" FIFTY_NINE "\xc3\xa9t\xc3\xa9\"}",
          "{\"ok\":false,\"error\":\"no such command: \\\"" FIFTY_NINE ".\\\"\"}\n");
    check("[]", "{\"ok\":false,\"error\":\"expected an object with a \\\"command\\\"\"}\n");
    check("{\"command\":1}", "{\"ok\":false,\"error\":\"expected an object with a \\\"command\\\"\"}\n");
}

static void test_rubbish_is_refused(void **state)
{
    (void)state;
    static const char *const rubbish[] = {"", "{", "\x80", "{\"command\":\"say\",\"command\":\"say\"}",
                                          "nul\0l"};
    struct control_config config = {.commands = commands};
    for (size_t i = 0; i < sizeof rubbish / sizeof rubbish[0]; i++) {
        struct buf out = {0};
        assert_int_equal(control_answer(&config, slice_str(rubbish[i]), &out), 0);
        assert_memory_equal(out.p, "{\"ok\":false,\"error\":\"not JSON", 29);
        buf_fini(&out);
    }
}

static void ask(const char *path, const char *request, const char *answer)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    char got[256] = "";
    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(write(fd, request, strlen(request)), strlen(request));
    for (size_t n = 0; n < strlen(answer);) {
        ssize_t more = read(fd, got + n, sizeof got - 1 - n);
        assert_true(more > 0);
        n += (size_t)more;
    }
    assert_string_equal(got, answer);
    close(fd);
}

static void test_the_path(void **state)
{
    (void)state;
    char folder[] = "/tmp/test_control.XXXXXX", path[64];
    struct err err;
    struct control *first, *second = NULL;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/socket", folder);
    struct control_config config = {.path = path, .commands = commands};

    FILE *file = fopen(path, "w"); /* what is no socket is left alone */
    fclose(file);
    assert_int_equal(control_open(&first, &config, &err), -EEXIST);
    unlink(path);

    struct sockaddr_un at = {.sun_family = AF_UNIX}; /* what a dead run has left is replaced */
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    int dead = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(dead, (struct sockaddr *)&at, sizeof at), 0);
    close(dead);
    assert_int_equal(control_open(&first, &config, &err), 0);

    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0660);
    assert_int_equal(control_open(&second, &config, &err), -EADDRINUSE); /* a live one is not */
    ask(path, "{\"command\":\"nothing\"}\n{\"command\":\"nothing\"}\n", "{\"ok\":true}\n{\"ok\":true}\n");
    control_close(first);
    assert_int_equal(stat(path, &st), -1);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_rubbish_is_refused),
        cmocka_unit_test(test_the_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
