/*
 * Whatever allocation fails, the engine survives it: no crash, no leak (the sanitizers watch), and an honest
 * answer. The linker puts __wrap_malloc and its kind between the engine and the allocator (see the Makefile);
 * libraries keep the real ones.
 */
#include "support/check.h"
#include <stdlib.h>

#include "support/conversation.h"
#include "support/engine.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);

static uint64_t calls;
static uint64_t fail_from = UINT64_MAX, fail_until;

static int refused(void)
{
    calls++;
    return calls >= fail_from && calls < fail_until;
}

void *__wrap_malloc(size_t n)
{
    return refused() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return refused() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return refused() ? NULL : __real_realloc(p, n);
}

char *__wrap_strdup(const char *s)
{
    return refused() ? NULL : __real_strdup(s);
}

char *__wrap_strndup(const char *s, size_t n)
{
    return refused() ? NULL : __real_strndup(s, n);
}

static const char rules[] =
    "alert tcp any any -> any any (msg:\"a\"; content:\"hello\"; content:\"world\"; distance:0; "
    "pcre:\"/w[a-z]+d/\"; "
    "flowbits:set,seen; metadata:a b, c d; reference:url,example.com; classtype:bad-unknown; sid:1;)\n"
    "alert tcp any any -> any any (content:\"again\"; flowbits:isset,seen; byte_test:1,>,1,0,relative; "
    "sid:2;)\n"
    "alert udp $HOME_NET any -> [10.0.0.0/8,!10.1.0.0/16] [1:100,!50] (content:\"x\"; threshold:type limit, "
    "track "
    "by_src, count 1, seconds 60; sid:3;)\n"
    "alert ip [10.0.0.1,192.168.0.0/16] any -> any any (xbits:set,x,track ip_src,expire 60; sid:4;)\n"
    "alert tcp any any -> any any (base64_decode:bytes 8,relative; base64_data; content:\"no\"; sid:5;)\n"
    "alert tcp any any -> any any (flags:S; detection_filter:track by_src, count 1, seconds 60; sid:6;)\n"
    "alert pkthdr any any -> any any (decode-event:ipv4.trunc_pkt; sid:7;)\n";

static void conversation_of_all(struct frames *f)
{
    struct conversation c = conversation_new(f);
    handshake(&c);
    client_sends(&c, TCP_PSH | TCP_ACK, "say hello world", 15);
    server_sends(&c, TCP_ACK, NULL, 0);
    c.client_sequence += 5;
    client_sends(&c, TCP_PSH | TCP_ACK, "again5", 6);
    c.client_sequence -= 11;
    client_sends(&c, TCP_PSH | TCP_ACK, "12345", 5);
    c.client_sequence += 6;
    server_sends(&c, TCP_PSH | TCP_ACK, "aGVsbG8=", 8);
    client_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    server_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    datagram(&c, true, "x", 1);
    datagram(&c, false, "x", 1);
}

/* Runs with allocations [from, until) refused; returns how many there were. */
static uint64_t run(const struct frames *f, uint64_t from, uint64_t until)
{
    struct engine_options options = {.checksums = CHECKSUM_ON};
    struct found found;
    calls = 0;
    fail_from = from;
    fail_until = until;
    int rc = engine_run(rules, f->list, f->count, &options, &found);
    uint64_t made = calls;
    fail_from = UINT64_MAX;
    if (from > made) {
        assert_int_equal(rc, 0);
        assert_int_equal(found.rules, 7);
        assert_true(found_count(&found, 1) > 0 && found_count(&found, 2) > 0);
    } else {
        assert_true(rc <= 0);
    }
    found_fini(&found);
    return made;
}

static void test_each_allocation_fails_alone(void **state)
{
    (void)state;
    struct frames f = {0};
    conversation_of_all(&f);
    uint64_t all = run(&f, UINT64_MAX, UINT64_MAX);
    assert_true(all > 100);
    for (uint64_t k = 1; k <= all; k++)
        run(&f, k, k + 1);
    frames_fini(&f);
}

static void test_all_from_one_on_fail(void **state)
{
    (void)state;
    struct frames f = {0};
    conversation_of_all(&f);
    uint64_t all = run(&f, UINT64_MAX, UINT64_MAX);
    for (uint64_t k = 1; k <= all; k += 1 + k / 50)
        run(&f, k, UINT64_MAX);
    frames_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_allocation_fails_alone),
        cmocka_unit_test(test_all_from_one_on_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
