/* Choosing literals, sorting rules into kinds, and the cache of compiled databases. */
#include "support/check.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "match/classify.h"
#include "match/database_facts.h"
#include "support/rule_text.h"

static void check_bytes(const char *options, struct slice literal, bool none)
{
    char text[512];
    snprintf(text, sizeof text, "alert tcp any any -> any any (%s sid:1;)\n", options);
    struct rule_list *list = rule_list_of(text);
    assert_non_null(list);
    if (list->count != 1)
        fail_msg("refused: %s", options);
    struct fast_pattern fast = fast_pattern_choose(list->rules[0]);
    if (none) {
        assert_null(fast.chain);
    } else {
        assert_non_null(fast.chain);
        if (!slice_equal(fast.literal, literal))
            fail_msg("%s: %.*s", options, (int)fast.literal.n, (const char *)fast.literal.p);
    }
    rule_list_free(list);
}

static void check_literal(const char *options, const char *literal)
{
    check_bytes(options, slice_str(literal ? literal : ""), !literal);
}

static void test_the_strongest_literal_is_chosen(void **state)
{
    (void)state;
    check_literal("content:\"ab\"; content:\"longer one\";", "longer one");
    check_literal("content:\"aaaaaaaa\"; content:\"qX7z|c3 9b|\";", "qX7z\xc3\x9b");
    check_literal("content:\"|20 20 20 20|\"; content:\"JKv\";", "JKv");
    check_literal("content:!\"much longer and negated\"; content:\"it\";", "it");
    check_literal("content:\"a\"; content:\"b\";", NULL);
    check_literal("content:!\"negated\";", NULL);
    check_literal("flags:S;", NULL);
#define TWENTY "                    "
    check_literal("content:\"" TWENTY TWENTY TWENTY TWENTY "the rare part |fe ed fa ce c0 ff ee|\";",
                  TWENTY TWENTY "   the rare part \xfe\xed\xfa\xce\xc0\xff\xee");
#undef TWENTY
}

static void test_the_author_is_obeyed(void **state)
{
    (void)state;
    check_literal("content:\"ab\"; fast_pattern; content:\"longer one\";", "ab");
    check_literal("content:\"longer one\"; content:\"abcdef\"; fast_pattern:2,3;", "cde");
    check_literal("tcp.hdr; content:\"xy\"; fast_pattern; pkt_data; content:\"longer one\";", "xy");
}

/* In runs of zeros each place would be looked at closely. */
static void test_literals_end_in_one_zero(void **state)
{
    (void)state;
    check_bytes("content:\"close|00 00 00|\";", slice_of("close\0", 6), false);
    check_bytes("content:\"close|00|\";", slice_of("close\0", 6), false);
    check_bytes("content:\"|14 00 00 00|\";", slice_of("\x14\0\0", 3), false);
    check_bytes("content:\"|14 00|\";", slice_of("\x14\0", 2), false);
    check_bytes("content:\"|00 00 00 00|\";", slice_of("\0\0\0\0", 4), false);
    check_bytes("content:\"|00 00 00 14|\";", slice_of("\0\0\0\x14", 4), false);
}

/* A rule about transactions is named by the raw stream where nothing is lost by leaving it alone till then.
 */
static void test_literals_of_the_stream(void **state)
{
    (void)state;
    check_literal("content:\"raw text\"; fast_pattern; http.uri; content:\"/longer/path\";", "raw text");
    check_literal("content:\"raw text\"; http.method; content:\"GET\";", "raw text");
    check_literal("content:\"raw\"; fast_pattern; http.uri; content:\"/path\";", "/path");
    check_literal("content:\"raw text\"; http.uri; content:\"/longer/path\";", "/longer/path");
    check_literal("content:\"raw text\"; http.request_body; content:\"a=1\";", "a=1");
    check_literal("content:\"raw text\"; http.uri; content:\"/a\"; flowbits:isset,seen;", "/a");
    check_literal("content:\"raw text\"; http.uri; content:\"/a\"; flowbits:set,seen;", "raw text");
    check_literal("content:\"raw text\"; http.uri; content:\"/a\"; flow:not_established;", "/a");
}

static uint32_t flags_of(const char *rule)
{
    char text[512];
    snprintf(text, sizeof text, "%s\n", rule);
    struct rule_list *list = rule_list_of(text);
    assert_non_null(list);
    if (list->count != 1)
        fail_msg("refused: %s", rule);
    struct compiled_rule compiled;
    classify(list->rules[0], &compiled);
    rule_list_free(list);
    return compiled.flags;
}

static void test_kinds(void **state)
{
    (void)state;
    const uint32_t views = COMPILED_IP_ONLY | COMPILED_PACKET | COMPILED_STREAM;
    static const struct {
        const char *rule;
        uint32_t views;
    } kinds[] = {
        {"alert tcp any any -> any 80 (sid:1;)", COMPILED_IP_ONLY},
        {"alert ip [10.0.0.0/8,!10.1.1.1] any -> any any (sid:1;)", COMPILED_PACKET},
        {"alert ip any any -> any any (ip_proto:47; sid:1;)", COMPILED_IP_ONLY},
        {"alert ip any any -> any any (flowbits:set,a; sid:1;)", COMPILED_IP_ONLY},
        {"alert ip any any -> any any (flowbits:isset,a; sid:1;)", COMPILED_PACKET},
        {"alert ip any any -> any any (flowint:cnt, +, 1; sid:1;)", COMPILED_PACKET},
        {"alert tcp any any -> any any (flow:to_server; sid:1;)", COMPILED_PACKET},
        {"alert udp any any -> any any (flow:stateless; sid:1;)", COMPILED_PACKET},
        {"alert tcp any any -> any any (content:\"a\"; sid:1;)", COMPILED_STREAM},
        {"alert ip any any -> any any (content:\"a\"; sid:1;)", COMPILED_STREAM},
        {"alert tcp any any -> any any (content:\"a\"; offset:1; sid:1;)", COMPILED_STREAM | COMPILED_PACKET},
        {"alert tcp any any -> any any (content:\"a\"; dsize:>3; sid:1;)", COMPILED_PACKET},
        {"alert tcp any any -> any any (content:\"a\"; flags:A; sid:1;)", COMPILED_PACKET},
        {"alert tcp any any -> any any (content:\"a\"; stream_size:either,>,2; sid:1;)",
         COMPILED_STREAM | COMPILED_PACKET},
        {"alert tcp-pkt any any -> any any (content:\"a\"; sid:1;)", COMPILED_PACKET},
        {"alert tcp-stream any any -> any any (content:\"a\"; depth:4; sid:1;)", COMPILED_STREAM},
        {"alert udp any any -> any any (content:\"a\"; sid:1;)", COMPILED_PACKET},
        {"alert tcp any any -> any any (tcp.hdr; content:\"a\"; pkt_data; content:\"b\"; sid:1;)",
         COMPILED_PACKET},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if ((flags_of(kinds[i].rule) & views) != kinds[i].views)
            fail_msg("%s: %x", kinds[i].rule, flags_of(kinds[i].rule));
}

static const char rules[] = "alert tcp any any -> any any (content:\"stream literal\"; sid:1;)\n"
                            "alert udp any any -> any any (content:\"packet literal\"; sid:2;)\n";

static void test_databases_have_names_and_weights(void **state)
{
    (void)state;
    static const char mixed[] =
        "alert udp any any -> any any (content:\"over udp\"; sid:1;)\n"
        "alert tcp any any -> any any (flow:to_server; content:\"in the stream\"; sid:2;)\n"
        "alert http any any -> any any (http.uri; content:\"/a/long/one\"; sid:3;)\n"
        "alert http any any -> any any (http.uri; content:\"/another/one\"; sid:4;)\n";
    struct ruleset *ruleset;
    struct err err;
    struct ruleset_options options = {0};
    assert_int_equal(ruleset_build(rule_list_of(mixed), &options, &ruleset, &err), 0);
    uint32_t count;
    struct database_facts *facts = database_facts(ruleset, &count);
    assert_int_equal(count, ruleset_stats(ruleset)->databases);
    uint64_t bytes = 0;
    bool uri = false, stream = false;
    for (uint32_t i = 0; i < count; i++) {
        bytes += facts[i].bytes;
        assert_true(i == 0 || facts[i].bytes <= facts[i - 1].bytes);
        uri |= strcmp(facts[i].name, "http.uri to_server") == 0 && facts[i].literals == 2;
        stream |= strcmp(facts[i].name, "tcp streams to_server") == 0 && facts[i].literals == 1;
    }
    assert_true(uri && stream);
    assert_int_equal(bytes, ruleset_stats(ruleset)->database_bytes);
    free(facts);
    ruleset_unref(ruleset);
}

static struct ruleset_stats build(const char *directory)
{
    struct ruleset_options options = {.cache_directory = directory};
    struct ruleset *ruleset;
    struct err err;
    assert_int_equal(ruleset_build(rule_list_of(rules), &options, &ruleset, &err), 0);
    struct ruleset_stats stats = *ruleset_stats(ruleset);
    ruleset_unref(ruleset);
    return stats;
}

/* Calls `change` for each cached file; returns how many there are. */
static unsigned each_file(const char *directory, void (*change)(const char *path))
{
    DIR *folder = opendir(directory);
    assert_non_null(folder);
    unsigned count = 0;
    const struct dirent *entry;
    while ((entry = readdir(folder))) {
        if (!strstr(entry->d_name, ".hsdb"))
            continue;
        char path[512];
        snprintf(path, sizeof path, "%s/%.200s", directory, entry->d_name);
        change(path);
        count++;
    }
    closedir(folder);
    return count;
}

static void flip_byte(const char *path)
{
    int file = open(path, O_RDWR);
    uint8_t byte;
    assert_int_equal(pread(file, &byte, 1, 200), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(file, &byte, 1, 200), 1);
    close(file);
}

static void cut(const char *path)
{
    assert_int_equal(truncate(path, 100), 0);
}

static void open_to_others(const char *path)
{
    assert_int_equal(chmod(path, 0666), 0);
}

static void remove_file(const char *path)
{
    unlink(path);
}

static void test_cache_is_used_verified_and_mended(void **state)
{
    (void)state;
    static void (*const harms[])(const char *path) = {flip_byte, cut, open_to_others};
    char base[] = "/tmp/sluice-cache-XXXXXX", directory[64];
    assert_non_null(mkdtemp(base));
    snprintf(directory, sizeof directory, "%s/a/b", base);
    unsigned databases = build(directory).databases;
    assert_true(databases >= 3);
    assert_int_equal(build(directory).from_cache, databases);
    for (size_t i = 0; i < sizeof harms / sizeof harms[0]; i++) {
        each_file(directory, harms[i]);
        /* the same literals for both directions: the second finds what the first has built */
        assert_true(build(directory).from_cache < databases);
        assert_int_equal(build(directory).from_cache, databases);
    }
    assert_int_equal(chmod(directory, 0777), 0);
    assert_int_equal(build(directory).from_cache, 0);
    each_file(directory, remove_file);
    rmdir(directory);
    snprintf(directory, sizeof directory, "%s/a", base);
    rmdir(directory);
    rmdir(base);
}

static void test_no_folder_is_only_a_warning(void **state)
{
    (void)state;
    assert_int_equal(build("/proc/no/such").from_cache, 0);
    assert_int_equal(build(NULL).from_cache, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_strongest_literal_is_chosen),
        cmocka_unit_test(test_the_author_is_obeyed),
        cmocka_unit_test(test_literals_end_in_one_zero),
        cmocka_unit_test(test_literals_of_the_stream),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_databases_have_names_and_weights),
        cmocka_unit_test(test_cache_is_used_verified_and_mended),
        cmocka_unit_test(test_no_folder_is_only_a_warning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
