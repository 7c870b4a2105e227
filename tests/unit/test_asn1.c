/* asn1 and tcp.session through the whole engine, with what was asked of Suricata 8.0.8 of the same packets.
 */
#include "support/check.h"

#include <stdlib.h>

#include "rule/keyword/asn1_walk.h"
#include "support/app_case.h"

/* clang-format off */
static const char rules[] =
    "alert udp any any -> any any (asn1:bitstring_overflow; sid:1;)\n"
    "alert udp any any -> any any (asn1:oversize_length 100; sid:2;)\n"
    "alert udp any any -> any any (asn1:bitstring_overflow, absolute_offset 3; sid:3;)\n"
    "alert udp any any -> any any (content:\"abc\"; asn1:bitstring_overflow, relative_offset 0; sid:4;)\n"
    "alert udp any any -> any any (content:\"abc\"; asn1:bitstring_overflow, relative_offset -7; sid:5;)\n"
    "alert udp any any -> any any (asn1:bitstring_overflow, relative_offset 0; content:\"abc\"; sid:6;)\n"
    "alert udp any any -> any any (content:\"abc\"; asn1:bitstring_overflow; sid:7;)\n"
    "alert udp any any -> any any (content:\"abc\"; content:\"b\"; asn1:bitstring_overflow, relative_offset 1; sid:8;)\n"
    "alert udp any any -> any any (asn1:oversize_length 1, relative_offset 0; sid:9;)\n";

/* Its first byte says that more bits are unused than it has. */
#define ODD "\003\002\377\377"
static const struct app_case datagrams[] = {
    {"a bit string", {CLIENT(ODD)}, "1@1 9@1"},
    {"behind text", {CLIENT("xabc" ODD)}, "4@1 8@1"},
    {"three bytes on", {CLIENT("abc" ODD "abczz")}, "3@1 4@1 8@1"},
    {"before text", {CLIENT(ODD "abc")}, "1@1 5@1 6@1 7@1 9@1"},
    {"the content is not tried again", {CLIENT("abcabc" ODD)}, ""},
    {"as many bits as there are", {CLIENT("\003\002\020\377")}, "9@1"},
    {"one more", {CLIENT("\003\002\021\377")}, "1@1 9@1"},
    {"in a sequence", {CLIENT("\060\004" ODD)}, "1@1 9@1"},
    {"of another class", {CLIENT("\240\004" ODD)}, "9@1"},
    {"before what is broken", {CLIENT(ODD "\004\120")}, "1@1 9@1"},
    {"behind a broken one", {CLIENT("\001\002aa" ODD)}, ""},
};

static const char session_rules[] =
    "alert tcp any any -> any any (tcp.session:setup; sid:1;)\n"
    "alert tcp any any -> any any (tcp.session:established; sid:2;)\n"
    "alert tcp any any -> any any (tcp.session:closing; sid:3;)\n"
    "alert tcp any any -> any any (tcp.session:setup,closing; flow:to_client; sid:4;)\n";

static const struct app_case sessions[] = {
    {"opened and closed", {CLIENT("a"), CLIENT_FIN, SERVER_FIN}, "1@1 1@2 4@2 1@3 2@4 2@5 2@6 3@6 2@7 3@7 4@7 2@8 3@8 4@8 2@9"},
};
/* clang-format on */

static void test_datagrams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 9999, .udp = true};
    app_cases_check(&suite, datagrams, sizeof datagrams / sizeof datagrams[0]);
}

static void test_sessions(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = session_rules, .port = 9999};
    app_cases_check(&suite, sessions, sizeof sessions / sizeof sessions[0]);
}

static bool walk(const char *bytes, size_t n)
{
    static const struct asn1_checks checks = {.bit_string = true};
    return asn1_walk(slice_of((const uint8_t *)bytes, n), &checks);
}

#define WALK(text) walk(text, sizeof(text) - 1)

/* What stands before the odd one decides whether it is come to. */
static void test_walk(void **state)
{
    (void)state;
    assert_true(WALK("\001\001\005" ODD));
    assert_true(WALK("\060\200" ODD "\000\000"));
    assert_false(WALK("\060\200" ODD "\000"));
    assert_false(WALK("\003\200\377\377\000\000"));
    assert_true(WALK("\003\212\000\000\000\000\000\000\000\000\000\002\377\377"));
    assert_false(WALK("\003\211\001\000\000\000\000\000\000\000\002\377\377"));
    assert_true(WALK("\022\0041 23" ODD));
    assert_false(WALK("\022\003abc" ODD));
    assert_true(WALK("\023\003abc" ODD));
    assert_false(WALK("\023\003a*b" ODD));
    assert_false(WALK("\014\001\377" ODD));
    assert_true(WALK("\027\015991231235959Z" ODD));
    assert_true(WALK("\027\021991231235959+0100" ODD));
    assert_false(WALK("\027\015991331235959Z" ODD));
    assert_false(WALK("\027\014991231235959" ODD));
    assert_true(WALK("\030\01620991231235959" ODD));
    assert_true(WALK("\030\02120991231235959.5Z" ODD));
    assert_false(WALK("\036\003abc" ODD));
    assert_true(WALK("\037\200\003\002\377\377")); /* a long tag may be a short one */
    assert_false(WALK("\043\004" ODD));
    assert_true(WALK("\044\000" ODD));
    assert_false(WALK(""));
}

/* Sequences one in the other, and objects side by side, up to 256. */
static void test_limits(void **state)
{
    (void)state;
    enum { MOST = 260, HEADER = 4 };
    static uint8_t nested[MOST * HEADER + 4];
    static const struct asn1_checks checks = {.bit_string = true};
    for (unsigned depth = 250; depth < MOST; depth++) {
        uint8_t *p = nested + sizeof nested;
        memcpy(p -= 4, ODD, 4);
        for (unsigned i = 0; i < depth; i++) {
            size_t n = (size_t)(nested + sizeof nested - p);
            p -= HEADER;
            memcpy(p, ((uint8_t[]){0x30, 0x82, (uint8_t)(n >> 8), (uint8_t)n}), HEADER);
        }
        assert_int_equal(asn1_walk(slice_of(p, (size_t)(nested + sizeof nested - p)), &checks), depth < 256);
        memcpy(nested, ODD, 4);
        for (unsigned i = 0; i < depth; i++)
            memcpy(nested + 4 + i * 3, "\002\001\001", 3);
        assert_int_equal(asn1_walk(slice_of(nested, 4 + depth * 3), &checks), depth < 256);
    }
}

/* Whatever the bytes are, nothing past their end is read. */
static void test_any_bytes(void **state)
{
    (void)state;
    static const uint8_t likely[] = {0x30, 0x31, 0x03, 0x09, 0x1f, 0x80, 0x81, 0x82, 0x17, 0x18, 0x00, 0x02};
    static const struct asn1_checks checks = {
        .bit_string = true, .real_text = true, .oversize = true, .most = 9};
    uint32_t random = 1;
    for (unsigned i = 0; i < 20000; i++) {
        size_t n = i % 40;
        uint8_t *bytes = malloc(n ? n : 1);
        for (size_t j = 0; j < n; j++) {
            random = random * 1664525 + 1013904223;
            uint32_t some = random >> 16;
            bytes[j] = some & 1 ? likely[(some >> 1) % sizeof likely] : (uint8_t)(some >> 1);
        }
        asn1_walk(slice_of(bytes, n), &checks);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_datagrams), cmocka_unit_test(test_sessions),  cmocka_unit_test(test_walk),
        cmocka_unit_test(test_limits),    cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
