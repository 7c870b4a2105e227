/* The keywords of files: what is taken and refused, and which files they hold of. Answers are
 * Suricata 8.0.8's. */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file_facts.h"
#include "rule/chain_instance.h"
#include "support/rule_text.h"
#include "packet/packet.h"

struct fixture {
    struct rule_kit kit;
    char list[64], empty[64];
};

static void write_list(char path[64], const char *text)
{
    strcpy(path, "/tmp/test_hashes.XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
}

static void begin(struct fixture *f)
{
    rule_kit_init(&f->kit);
    write_list(f->list, "# md5 of \"abc\"\n\nnonsense\n900150983CD24FB0D6963F7D28E17F72  abc.txt\r\n"
                        "00000000000000000000000000000000\n900150983cd24fb0d6963f7d28e17f720\n");
    write_list(f->empty, "# none\n");
}

static void finish(struct fixture *f)
{
    unlink(f->list);
    unlink(f->empty);
    rule_kit_fini(&f->kit);
}

static struct rule *rule_of(struct fixture *f, const char *options)
{
    return rule_kit_rule(&f->kit, "http", options, 1);
}

static void test_refusals(void **state)
{
    static const char *const good[] = {
        "filename:\"a\"",
        "filename:a",
        "filename:!\"a|41|\"",
        "filename:\"a\"; depth:5",
        "fileext:\"exe\"; startswith",
        "filename:\"a\"; fast_pattern",
        "filemagic:\"PDF\"",
        "filesize:10",
        "filesize:to_client,>1kb",
        "filesize: to_server , <5",
        "filestore",
        "filestore:request",
        "filestore:both,flow",
        "filestore:anything,at,all",
        "file.data; content:\"a\"; filename:\"b\"; content:\"c\"",
        "file.name; content:\"a\"; to_lowercase",
    };
    static const char *const bad[] = {
        "filename:\"\"",
        "filename",
        "filename:\"abcdef\"; depth:3",
        "fileext:\"a\"; nocase",
        "filesize",
        "filesize:x",
        "filesize:both,1",
        "filesize:to_client",
        "filestore:,tx",
        "file.data; filename:\"a\"",
        "file.data; filesize:1",
        "filemd5:/no/such/list",
        "filemd5:\"/tmp/x\"",
        "file.name; to_lowercase; content:\"a\"; to_lowercase",
    };
    struct fixture f;
    (void)state;
    begin(&f);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct rule *rule = rule_of(&f, good[i]);
        if (!rule)
            fail_msg("%s: %s", good[i], f.kit.err.message);
        rule_free(rule);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct rule *rule = rule_of(&f, bad[i]);
        if (rule)
            fail_msg("%s was taken", bad[i]);
    }
    char text[128];
    snprintf(text, sizeof text, "filemd5:%s", f.empty);
    assert_null(rule_of(&f, text));
    snprintf(text, sizeof text, "filesha1:%s", f.list); /* digests of another length */
    assert_null(rule_of(&f, text));
    assert_null(rule_kit_rule(&f.kit, "dns", "filesize:1", 1));
    finish(&f);
}

/* Which chains there are: what shares one must hold of the same file. */
static void test_chains(void **state)
{
    static const struct {
        const char *options;
        unsigned chains;
    } rules[] = {
        {"filename:\"a\"; fileext:\"b\"; filename:\"c\"", 1},
        {"file.name; content:\"a\"; filename:\"b\"", 1},
        {"filename:\"a\"; file.name; content:\"b\"", 2},
        {"file.name; content:\"a\"; file.name; content:\"b\"; filename:\"c\"", 2},
        {"file.magic; content:\"a\"; filemagic:\"b\"", 1},
        {"filesize:>1; filesize:<5; filestore", 1},
        {"filename:\"a\"; filesize:1", 2},
        {"file.data; content:\"a\"; filesize:1; content:\"b\"", 3},
    };
    struct fixture f;
    (void)state;
    begin(&f);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct rule *rule = rule_of(&f, rules[i].options);
        if (!rule || rule->chain_count != rules[i].chains)
            fail_msg("%s: %u chains", rules[i].options, rule ? rule->chain_count : 0);
        rule_free(rule);
    }
    struct rule *rule = rule_of(&f, "filesize:to_server,1");
    assert_int_equal(rule->sides, BUFFER_TO_SERVER);
    rule_free(rule);
    finish(&f);
}

struct one_file {
    const char *name;
    struct file_facts facts;
};

static enum buffer_answer file_buffer(void *ctx, enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct one_file *file = ctx;
    if (index || (id != BUFFER_FILE && id != BUFFER_FILE_NAME))
        return BUFFER_NONE;
    *out = (struct view_buffer){.first = true, .last = true, .file = &file->facts};
    if (id == BUFFER_FILE_NAME)
        out->bytes = slice_str(file->name);
    return BUFFER_HERE;
}

static const struct view_app_ops file_ops = {.buffer = file_buffer};

static bool holds(struct fixture *f, const char *options, struct one_file *file)
{
    struct rule *rule = rule_of(f, options);
    struct eval *eval = eval_new();
    struct packet packet = packet_between(1, 2, 1);
    struct view view = packet_view(&packet);
    if (!rule)
        fail_msg("%s: %s", options, f->kit.err.message);
    view.kind = VIEW_TRANSACTION;
    view.app = &file_ops;
    view.app_ctx = file;
    eval_reset(eval, &view);
    bool all = true;
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        bool match = chain_match(eval, &rule->chains[i]);
        assert_int_equal(chain_fits(eval, &rule->chains[i], 0), match);
        assert_false(chain_fits(eval, &rule->chains[i], 1));
        all &= match;
    }
    eval_free(eval);
    rule_free(rule);
    return all;
}

static void test_names(void **state)
{
    struct one_file file = {.name = "/Hello.TXT"};
    struct fixture f;
    (void)state;
    begin(&f);
    assert_true(holds(&f, "filename:\"hello\"", &file));
    assert_true(holds(&f, "filename:\"hel|4c|o\"", &file));
    assert_true(holds(&f, "filename:\"/Hello\"", &file));
    assert_false(holds(&f, "filename:!\"hello\"", &file));
    assert_false(holds(&f, "filename:\"hello\"; endswith", &file));
    assert_true(holds(&f, "fileext:\"txt\"", &file));
    assert_false(holds(&f, "fileext:\"xt\"", &file));
    assert_false(holds(&f, "fileext:\".txt\"", &file));
    assert_false(holds(&f, "fileext:!\"TXT\"", &file));
    assert_true(holds(&f, "filename:\"hello\"; fileext:\"txt\"; filestore", &file));
    finish(&f);
}

static void test_sizes(void **state)
{
    static const struct {
        const char *condition;
        bool closed, truncated; /* of 100 bytes */
    } sizes[] = {
        {"100", true, false},    {"=100", true, false},    {"!5", true, false},        {"!100", false, false},
        {"50-200", true, false}, {"50<>200", true, false}, {"100<>200", false, false}, {"<101", true, false},
        {"<=100", true, false},  {">99", true, true},      {">=100", true, true},      {">100", false, false},
        {"1kb", false, false},   {"<1kb", true, false},
    };
    struct fixture f;
    (void)state;
    begin(&f);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct one_file file = {.name = "a", .facts = {.state = FILE_OPEN, .size = 100}};
        char options[64];
        snprintf(options, sizeof options, "filesize:%s", sizes[i].condition);
        assert_false(holds(&f, options, &file));
        file.facts.state = FILE_CLOSED;
        assert_int_equal(holds(&f, options, &file), sizes[i].closed);
        file.facts.state = FILE_TRUNCATED;
        assert_int_equal(holds(&f, options, &file), sizes[i].truncated);
    }
    finish(&f);
}

static void test_hashes(void **state)
{
    static const uint8_t abc[] = {0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2, 0x4f, 0xb0,
                                  0xd6, 0x96, 0x3f, 0x7d, 0x28, 0xe1, 0x7f, 0x72};
    struct one_file file = {.name = "a", .facts = {.state = FILE_CLOSED, .hashed = {[FILE_MD5] = true}}};
    struct fixture f;
    char in[80], out[80];
    (void)state;
    begin(&f);
    snprintf(in, sizeof in, "filemd5:%s", f.list);
    snprintf(out, sizeof out, "filemd5:!%s", f.list);
    memcpy(file.facts.digest[FILE_MD5], abc, sizeof abc);
    assert_true(holds(&f, in, &file));
    assert_false(holds(&f, out, &file));
    file.facts.digest[FILE_MD5][15]++;
    assert_false(holds(&f, in, &file));
    assert_true(holds(&f, out, &file));
    memset(file.facts.digest[FILE_MD5], 0, 16);
    assert_true(holds(&f, in, &file));
    /* Of what is not known nothing holds. */
    file.facts.hashed[FILE_MD5] = false;
    assert_false(holds(&f, in, &file) || holds(&f, out, &file));
    file.facts.hashed[FILE_MD5] = true;
    file.facts.state = FILE_TRUNCATED;
    assert_false(holds(&f, in, &file) || holds(&f, out, &file));
    struct rule *rule = rule_of(&f, in);
    assert_int_equal(rule->files.hashes, 1 << FILE_MD5);
    rule_free(rule);
    finish(&f);
}

static void test_store(void **state)
{
    enum { S = BUFFER_TO_SERVER, C = BUFFER_TO_CLIENT };
    static const struct {
        const char *options;
        enum file_store_scope scope;
        unsigned sides;
    } stores[] = {
        {"filestore", FILE_STORE_FILE, 0},
        {"filestore:request", FILE_STORE_TRANSACTION, S},
        {"filestore:to_client,file", FILE_STORE_FILE, C},
        {"filestore:response,tx", FILE_STORE_TRANSACTION, C},
        {"filestore:both,ssn", FILE_STORE_FLOW, S | C},
        {"filestore:to_server , flow", FILE_STORE_FLOW, S},
        {"filestore:tx", FILE_STORE_FILE, 0},
        {"filesize:1", FILE_STORE_NOTHING, 0},
    };
    struct fixture f;
    (void)state;
    begin(&f);
    for (size_t i = 0; i < sizeof stores / sizeof stores[0]; i++) {
        struct rule *rule = rule_of(&f, stores[i].options);
        assert_non_null(rule);
        assert_int_equal(rule->files.store, stores[i].scope);
        assert_int_equal(rule->files.store_sides, stores[i].sides);
        rule_free(rule);
    }
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_chains), cmocka_unit_test(test_names),
        cmocka_unit_test(test_sizes),    cmocka_unit_test(test_hashes), cmocka_unit_test(test_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
