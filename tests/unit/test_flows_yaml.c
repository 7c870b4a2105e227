/* Flows written as text: what is made of them, and where they are wrong. */
#include "support/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "craft/flows_yaml.h"
#include "packet/wire.h"
#include "support/crafted.h"

static void make(const char *text, struct flows *flows, struct crafted *crafted)
{
    struct err err = {0};
    if (flows_parse(flows, "flows", slice_str(text), &err))
        fail_msg("%u:%u: %s", err.line, err.column, err.message);
    crafted_init(crafted, flows->list, flows->count);
    assert_int_equal(crafted->wrong_checksums, 0);
}

static void reads(const char *text, const char *to_server, const char *to_client)
{
    struct flows flows;
    struct crafted crafted;
    make(text, &flows, &crafted);
    crafted_read(&crafted, to_server, to_client);
    crafted_fini(&crafted);
    flows_fini(&flows);
}

static void test_bytes(void **state)
{
    (void)state;
    reads("flows: [{steps: [{client: 'a|62 63|d'}, {server: \"x\\r\\n\"}]}]", "abcd", "x\r\n");
    reads("flows: [{steps: [{client: [a, {raw: 'b|c'}, {hex: 64 65}]}]}]", "ab|cde", "");
    reads("flows: [{steps: [{client: {base64: admin:admin}}]}]", "YWRtaW46YWRtaW4=", "");
    reads("flows: [{steps: [{client: {text: ab, times: 3}}]}]", "ababab", "");
    reads("flows: [{steps: [{client: {text: abc, length: 1}}]}]", "\003abc", "");
    reads("flows: [{steps: [{client: {lines: [a, b]}}]}]", "a\r\nb\r\n", "");
    reads("flows:\n- steps:\n  - client:\n      crlf: true\n      text: |\n        a\n        b\n",
          "a\r\nb\r\n", "");
    reads("flows: [{steps: [{client: ~}, {client: ''}, {client: x}]}]", "x", "");
}

static void test_pieces(void **state)
{
    (void)state;
    const char *ways[] = {"segments: 1",
                          "segments: [3, 1, 2]",
                          "segments: 2, order: [4, 0, 2]",
                          "segments: 3, lose: [0, 2]",
                          "segments: 3, duplicate: [0, 1, 2, 3], order: [3, 2, 1, 0]",
                          "segments: 4, acks: each, order: [1, 0]",
                          "segments: 4, acks: none",
                          "segments: 5, overlap: {at: 3, bytes: EVIL, bad-checksum: true, before: 1}",
                          "overlap: [{at: 0, bytes: 01234}]",
                          "fragment: 24",
                          "segments: 3, fragment: 8"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        char text[300];
        struct flows flows;
        struct crafted crafted;
        struct err err = {0};
        snprintf(text, sizeof text, "flows: [{steps: [{client: '0123456789', %s}, {server: ok}]}]", ways[i]);
        if (flows_parse(&flows, "flows", slice_str(text), &err))
            fail_msg("%s: %u:%u: %s", ways[i], err.line, err.column, err.message);
        crafted_init(&crafted, flows.list, flows.count);
        assert_int_equal(crafted.wrong_checksums, i == 7 ? 1 : 0);
        crafted_read(&crafted, "0123456789", "ok");
        crafted_fini(&crafted);
        flows_fini(&flows);
    }
}

static void test_http(void **state)
{
    (void)state;
    reads("flows: [{http: {request: GET /x}}]",
          "GET /x HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n\r\n",
          "HTTP/1.1 200 OK\r\nServer: demo\r\nContent-Type: text/html\r\nContent-Length: "
          "19\r\n\r\n<html>hello</html>\n");
    reads("flows: [{http: [{request: POST /y, headers: {User-Agent: ~, X: 1}, body: a=1, response: 404}, "
          "{response: "
          "none}]}]",
          "POST /y HTTP/1.1\r\nHost: www.example.com\r\nX: 1\r\nContent-Length: 3\r\n\r\na=1GET / "
          "HTTP/1.1\r\nHost: "
          "www.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n\r\n",
          "HTTP/1.1 404 Not Found\r\nServer: demo\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n");
}

static void test_http_bodies(void **state)
{
    (void)state;
    reads("flows: [{http: {request: GET / HTTP/1.0, headers: ['A: b'], response: {headers: {Server: ~, "
          "Content-Type: ~}, body: hello, chunked: [2, 10]}}}]",
          "GET / HTTP/1.0\r\nA: b\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
    struct flows flows;
    struct crafted crafted;
    make("flows: [{http: {response: {body: {text: a, times: 500}, gzip: true}}}]", &flows, &crafted);
    const struct buf *answer = &crafted.streams[1];
    assert_non_null(memmem(answer->p, answer->n, "Content-Encoding: gzip\r\n", 24));
    assert_non_null(memmem(answer->p, answer->n, "\r\n\r\n\x1f\x8b", 6));
    assert_true(answer->n < 250);
    crafted_fini(&crafted);
    flows_fini(&flows);
}

static void test_dns_and_datagrams(void **state)
{
    (void)state;
    struct flows flows;
    struct crafted crafted;
    make("flows:\n- dns: {query: a.example, type: TXT, id: 7, edns: 1232, answers: [{text: [hi]}, {name: "
         "b.example, "
         "target: c.example}, 192.0.2.1]}\n",
         &flows, &crafted);
    assert_int_equal(crafted.frames.count, 2);
    struct slice query = slice_from(crafted.frames.list[0].bytes, 42);
    static const uint8_t expected[] = {0,   7, 1,   0,   0,   1,   0,   0,   0,   0, 0, 1,  1,
                                       'a', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 16, 0,
                                       1,   0, 0,   41,  4,   208, 0,   0,   0,   0, 0, 0};
    assert_int_equal(query.n, sizeof expected);
    assert_memory_equal(query.p, expected, sizeof expected);
    assert_int_equal(wire_be16(crafted.frames.list[0].bytes, 36), 53);
    assert_int_equal(wire_be16(slice_from(crafted.frames.list[1].bytes, 42), 6), 3);
    crafted_fini(&crafted);
    flows_fini(&flows);
    make("flows:\n- proto: icmp\n  steps: [{ping: hello}, {client: x, type: 13}]\n- proto: 47\n  steps: "
         "[{client: "
         "{packet: {proto: udp, client: 10.0.0.1, steps: [{client: inner}]}}}]\n",
         &flows, &crafted);
    assert_int_equal(crafted.frames.count, 4);
    assert_int_equal(wire_u8(crafted.frames.list[1].bytes, 34), 0);
    assert_int_equal(wire_u8(crafted.frames.list[2].bytes, 34), 13);
    assert_int_equal(wire_u8(crafted.frames.list[3].bytes, 34), 0x45);
    assert_int_equal(crafted.frames.list[3].bytes.n, 34 + 20 + 8 + 5);
    crafted_fini(&crafted);
    flows_fini(&flows);
}

static void test_segments_and_repetition(void **state)
{
    (void)state;
    struct flows flows;
    struct crafted crafted;
    make("hosts: {a: 10.0.0.255}\nflows:\n- client: a:1000\n  handshake: false\n  repeat: {times: 3, every: "
         "1s, "
         "client-port: 1, client-address: 1}\n  steps: [{segment: client, flags: S, tcp-options: '|02 04 00 "
         "30|'}]\n",
         &flows, &crafted);
    assert_int_equal(crafted.frames.count, 3);
    assert_int_equal(wire_be32(crafted.frames.list[2].bytes, 26), 0x0a000101);
    assert_int_equal(wire_be16(crafted.frames.list[2].bytes, 34), 1002);
    assert_int_equal(wire_u8(crafted.frames.list[0].bytes, 47), TCP_SYN);
    assert_int_equal(crafted.frames.list[2].time_ns - crafted.frames.list[1].time_ns, 1001000000);
    crafted_fini(&crafted);
    flows_fini(&flows);
}

static void wrong(const char *text, unsigned line, unsigned column, const char *message)
{
    struct flows flows;
    struct err err = {0};
    int rc = flows_parse(&flows, "f.yaml", slice_str(text), &err);
    flows_fini(&flows);
    if (!rc)
        fail_msg("taken: %s", text);
    assert_non_null(strstr(err.message, message));
    assert_string_equal(err.file, "f.yaml");
    if (err.line != line || err.column != column)
        fail_msg("%s\nis at %u:%u, not %u:%u", text, err.line, err.column, line, column);
}

static void test_what_is_wrong(void **state)
{
    (void)state;
    wrong("flow: []", 1, 1, "there is no \"flow\" here");
    wrong("hosts: {}", 1, 1, "there are no `flows`");
    wrong("flows: {}", 1, 8, "expected a list of flows");
    wrong("flows:\n- client: insde:80", 2, 11, "is no address, and no name");
    wrong("flows:\n- client: 10.0.0.1:99999", 2, 11, "a port from 0 to 65535");
    wrong("flows:\n- proto: sctp", 2, 10, "expected tcp, udp, icmp");
    wrong("flows:\n- steps:\n  - client: 'ab|0x|'", 3, 18, "hexadecimal digits");
    wrong("flows:\n- steps:\n  - client: 'ab|00'", 3, 16, "is not closed");
    wrong("flows:\n- steps:\n  - {client: a, server: b}", 3, 25, "of one side");
    wrong("flows:\n- steps:\n  - {client: a, wait: 1s}", 3, 5, "a step is one of");
    wrong("flows:\n- steps:\n  - {segments: 1}", 3, 5, "a step is one of");
    wrong("flows:\n- steps:\n  - {client: abc, segments: 1, order: [3]}", 3, 40, "a number from 0 to 2");
    wrong("flows:\n- steps:\n  - {client: abc, segments: 1, missing: [0, 1, 2]}", 3, 29, "nothing is sent");
    wrong("flows:\n- steps:\n  - {client: abc, segments: 1, order: [1, 1]}", 3, 43, "stands here twice");
    wrong("flows:\n- proto: udp\n  steps:\n  - {client: abc, segments: 1}", 4, 29, "only TCP has segments");
    wrong("flows:\n- steps:\n  - {segment: client, flags: X}", 3, 30, "letters of FSRPAUEC");
    wrong("flows:\n- steps:\n  - {client: {text: a, raw: b}}", 3, 14, "one of text");
    wrong("flows:\n- steps:\n  - {client: {text: [a, b], length: 1, times: 200}}", 3, 14, "can say");
    wrong("flows:\n- http: {request: GET /, response: {sttus: 1}}", 2, 37, "there is no \"sttus\" here");
    wrong("flows:\n- dns: {type: A}", 2, 8, "a question has a name");
    wrong("flows:\n- dns: {query: a, answers: [b]}", 2, 29, "is no address");
    wrong("flows:\n- tls: {subject: Example}", 2, 8, "is not of the form");
    wrong("start: yesterday\nflows: []", 1, 8, "a time in UTC");
    wrong("flows:\n- steps: &a\n  - client: &b [x, *b]", 3, 17, "nested too deeply");
}

static void test_aliases_are_counted(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_printf(&text, "flows:\n- steps:\n  - client: &a0 ['']\n");
    for (unsigned i = 1; i < 9; i++)
        buf_printf(&text, "  - client: &a%u [*a%u, *a%u, *a%u, *a%u, *a%u, *a%u, *a%u, *a%u]\n", i, i - 1,
                   i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    struct flows flows;
    struct err err = {0};
    assert_int_equal(flows_parse(&flows, "f", buf_slice(&text), &err), -E2BIG);
    flows_fini(&flows);
    buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_http),
        cmocka_unit_test(test_http_bodies),
        cmocka_unit_test(test_dns_and_datagrams),
        cmocka_unit_test(test_segments_and_repetition),
        cmocka_unit_test(test_what_is_wrong),
        cmocka_unit_test(test_aliases_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
