/*
 * An established flow in which no transactions are asks for no memory with its packets, however many come: a
 * long conversation takes as many allocations as one of a third its length. Connections like those before ask
 * for little. The linker puts __wrap_malloc and
 * its kind between the engine and the allocator (see the Makefile).
 */
#include "support/check.h"
#include <stdio.h>
#include <stdlib.h>

#include "packet/transport.h"
#include "support/conversation.h"
#include "support/engine.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static uint64_t calls;

void *__wrap_malloc(size_t n)
{
    calls++;
    return __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    calls++;
    return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    calls++;
    return __real_realloc(p, n);
}

/* Candidates of packets and of streams, that fail late; and one without a literal. */
static const char rules[] =
    "alert tcp any any -> any any (content:\"segment\"; content:\"needle\"; distance:0; sid:1;)\n"
    "alert tcp any any -> any any (content:\"number\"; pcre:\"/number [a-z]/\"; flowbits:set,x; sid:2;)\n"
    "alert udp any any -> any any (content:\"segment\"; depth:40; content:\"needle\"; within:9; sid:3;)\n"
    "alert ip any any -> any any (dsize:3; ttl:7; sid:4;)\n";

static void say(struct conversation *c, bool udp, unsigned number)
{
    char text[400];
    int n = snprintf(text, sizeof text, "a segment, number %u, of what no parser knows%*s", number,
                     (int)(number % 300), ".");
    if (udp)
        datagram(c, number % 2, text, (size_t)n);
    else if (number % 2)
        client_sends(c, TCP_ACK | TCP_PSH, text, (size_t)n);
    else
        server_sends(c, TCP_ACK | TCP_PSH, text, (size_t)n);
}

static uint64_t allocations_for(struct frames *f)
{
    struct engine_options options = {0};
    struct found found;
    calls = 0;
    assert_int_equal(engine_run(rules, f->list, f->count, &options, &found), 0);
    uint64_t made = calls;
    assert_int_equal(found.count, 0);
    assert_int_equal(found.refused, 0);
    found_fini(&found);
    frames_fini(f);
    return made;
}

/* Allocations of the engine for a conversation of so many segments, from its start to its end. */
static uint64_t allocations(bool udp, unsigned segments)
{
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    if (!udp)
        handshake(&c);
    for (unsigned i = 0; i < segments; i++)
        say(&c, udp, i);
    return allocations_for(&f);
}

static const char request[] = "GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: a\r\n\r\n";
static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

static void exchange(struct conversation *c)
{
    client_sends(c, TCP_PSH | TCP_ACK, request, sizeof request - 1);
    server_sends(c, TCP_PSH | TCP_ACK, answer, sizeof answer - 1);
    client_sends(c, TCP_ACK, NULL, 0);
}

static uint64_t allocations_of_connections(unsigned count)
{
    struct frames f = {0};
    for (unsigned i = 0; i < count; i++) {
        struct conversation c = conversation_new(&f);
        c.client_port = (uint16_t)(10000 + i);
        handshake(&c);
        exchange(&c);
        client_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
        server_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
        client_sends(&c, TCP_ACK, NULL, 0);
    }
    return allocations_for(&f);
}

static uint64_t allocations_of_requests(unsigned count)
{
    struct frames f = {0};
    struct conversation c = conversation_new(&f);
    handshake(&c);
    for (unsigned i = 0; i < count; i++)
        exchange(&c);
    return allocations_for(&f);
}

/* A connection asks for none of its own; its exchange for a few: the answer's file, its name, its body. */
static void a_connection_asks_for_little(void **state)
{
    (void)state;
    enum { MORE = 100, MOST = 5 };
    uint64_t requests = allocations_of_requests(200 + MORE) - allocations_of_requests(200);
    uint64_t connections = allocations_of_connections(200 + MORE) - allocations_of_connections(200);
    assert_true(requests <= MORE * MOST);
    assert_true(connections <= MORE * MOST);
}

static void packets_of_a_connection_ask_for_no_memory(void **state)
{
    (void)state;
    uint64_t some = allocations(false, 600);
    assert_true(some > 0);
    assert_int_equal(allocations(false, 1800), some);
}

static void datagrams_ask_for_no_memory(void **state)
{
    (void)state;
    assert_int_equal(allocations(true, 1800), allocations(true, 600));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_of_a_connection_ask_for_no_memory),
        cmocka_unit_test(datagrams_ask_for_no_memory),
        cmocka_unit_test(a_connection_asks_for_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
