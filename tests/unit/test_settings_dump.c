/* The settings shown: a file that makes the same settings, and where each was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "run/settings/settings.h"
#include "run/settings/settings_dump.h"

static const char yaml[] = "run:\n"
                           "  interfaces:\n"
                           "    - interface: eth1\n"
                           "      queues: 2\n"
                           "    - eth2\n"
                           "  rules: \"a \\\"b\\\".rules\"\n"
                           "  frames: 512\n"
                           "files:\n"
                           "  force-hash: [md5, sha256]\n"
                           "vars:\n"
                           "  address-groups:\n"
                           "    HOME_NET: \"[10.0.0.0/8,!10.1.0.0/16]\"\n";

static struct settings *load(const char *text, char path[32])
{
    snprintf(path, 32, "/tmp/dump-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    struct settings *s = settings_new();
    struct err err = {0};
    if (settings_load(s, path, &err))
        fail_msg("%u: %s", err.line, err.message);
    unlink(path);
    return s;
}

static char *dump(const struct settings *s)
{
    struct buf out = {0};
    assert_int_equal(settings_dump(s, &out), 0);
    assert_int_equal(buf_append_byte(&out, 0), 0);
    return (char *)out.p;
}

static void assert_has(const char *text, const char *line)
{
    if (!strstr(text, line))
        fail_msg("\"%s\" is not in: %s", line, text);
}

static void what_is_shown_makes_the_same(void **state)
{
    (void)state;
    char path[32], second[32], wanted[96];
    struct settings *s = load(yaml, path);
    struct err err;
    assert_int_equal(settings_assign(s, "run.workers=3", &err), 0);
    char *text = dump(s);
    struct settings *again = load(text, second);
    assert_int_equal(again->live.interfaces.count, 2);
    assert_string_equal(again->live.interfaces.list[0].name, "eth1");
    assert_int_equal(again->live.interfaces.list[0].queues, 2);
    assert_string_equal(again->live.interfaces.list[1].name, "eth2");
    assert_string_equal(again->live.rules, "a \"b\".rules");
    assert_int_equal(again->live.frames, 512);
    assert_int_equal(again->live.workers, 3);
    assert_int_equal(again->live.receive_ring, s->live.receive_ring);
    assert_true(again->app.files.hashes[FILE_MD5] && again->app.files.hashes[FILE_SHA256]);
    assert_false(again->app.files.hashes[FILE_SHA1]);
    assert_true(again->cache);
    assert_int_equal(again->output.records, s->output.records);
    snprintf(wanted, sizeof wanted, "run.frames: 512  # %s:7\n", path);
    assert_has(text, wanted);
    snprintf(wanted, sizeof wanted, "run.interfaces.0.queues: 2  # %s:4\n", path);
    assert_has(text, wanted);
    assert_has(text, "run.workers: 3  # given\n");
    assert_has(text, "run.receive-ring: 2048  # default\n");
    assert_has(text, "# stream.reassembly.depth:\n");
    free(text);
    settings_free(again);
    settings_free(s);
}

static void an_error_found_later_is_placed(void **state)
{
    (void)state;
    char path[32];
    struct settings *s = load(yaml, path);
    static const struct {
        const char *message;
        unsigned line;
    } cases[] = {{"run.frames: too few", 7}, {"run.interfaces.0: which?", 3},
                 {"run.rules", 6},           {"run.queues: 3", 0},
                 {"run.frame: 3", 0},        {"", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        err_fill(&err, "%s", cases[i].message);
        setting_notes_blame(&s->notes, &err);
        assert_int_equal(err.line, cases[i].line);
        assert_string_equal(err.file, cases[i].line ? path : "");
    }
    struct err placed = {0};
    err_fill(&placed, "run.frames: no");
    err_at(&placed, "elsewhere", 9, 1);
    setting_notes_blame(&s->notes, &placed);
    assert_int_equal(placed.line, 9);
    settings_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shown_makes_the_same),
        cmocka_unit_test(an_error_found_later_is_placed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
