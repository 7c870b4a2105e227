/* WebSocket through the whole engine: an upgrade, frames of either side, with what was asked of
 * Suricata 8.0.8 of the same packets. */
#include "support/check.h"

#include "app/parser_list.h"
#include "app/session.h"
#include "app/websocket/websocket.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* clang-format off */
#define ASK "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
#define SWITCH "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
#define UPGRADE CLIENT(ASK), SERVER(SWITCH)
#define HELLO "\x81\x85" "\1\2\3\4" "\x69\x67\x6f\x68\x6e" /* "hello" under the mask 01020304 */
#define PLAIN "\x81\5hello"
#define CLOSE "\x88\2\3\xe8"

static const char rules[] =
    "alert websocket any any -> any any (websocket.payload; content:\"hello\"; bsize:5; sid:1;)\n"
    "alert websocket any any -> any any (websocket.payload; content:\"lo wor\"; sid:2;)\n"
    "alert websocket any any -> any any (websocket.opcode:text; sid:3;)\n"
    "alert websocket any any -> any any (websocket.opcode:binary; sid:4;)\n"
    "alert websocket any any -> any any (websocket.opcode:ping; sid:5;)\n"
    "alert websocket any any -> any any (websocket.opcode:close; sid:6;)\n"
    "alert websocket any any -> any any (websocket.opcode:continuation; sid:7;)\n"
    "alert websocket any any -> any any (websocket.opcode:11; sid:8;)\n"
    "alert websocket any any -> any any (websocket.flags:fin; sid:9;)\n"
    "alert websocket any any -> any any (websocket.flags:!fin; sid:10;)\n"
    "alert websocket any any -> any any (websocket.flags:comp; sid:11;)\n"
    "alert websocket any any -> any any (websocket.mask:16909060; sid:12;)\n"
    "alert websocket any any -> any any (websocket.mask:>0; flow:to_client; sid:13;)\n"
    "alert websocket any any -> any any (app-layer-event:websocket.skip_end_of_payload; sid:20;)\n"
    "alert websocket any any -> any any (app-layer-event:websocket.reassembly_limit_reached; sid:21;)\n"
    "alert websocket any any -> any any (websocket.payload; content:\"hel\"; startswith; bsize:3; sid:22;)\n"
    "alert websocket any any -> any any (websocket.payload; content:!\"hello\"; sid:23;)\n";

static const struct app_case cases[] = {
    {"a word each way", {UPGRADE, CLIENT(HELLO), SERVER(PLAIN), CLIENT(HELLO), SERVER(PLAIN)}, "1@11 3@11 9@11 12@11 1@13 3@13 9@13 1@15 3@15 9@15 12@15 1@end 3@end 9@end"},
    {"both at the end", {UPGRADE, CLIENT(HELLO), SERVER(PLAIN)}, "1@11 3@11 9@11 12@11 1@end 3@end 9@end"},
    {"closed as it should be", {UPGRADE, CLIENT(HELLO), SERVER(CLOSE), CLIENT("\x88\x82\0\0\0\0\3\xe8"), CLIENT_FIN, SERVER_FIN}, "1@11 3@11 9@11 12@11 6@13 9@13 23@13 6@14 9@14 23@14"},
    {"binary", {UPGRADE, CLIENT("\x82\x83\0\0\0\0\0\1\2"), SERVER(PLAIN), CLIENT(HELLO)}, "4@11 9@11 23@11 1@13 3@13 9@13 1@end 3@end 9@end 12@end"},
    {"a ping, a pong", {UPGRADE, SERVER("\x89\2ab"), CLIENT("\x8a\x82\0\0\0\0" "ab"), SERVER(PLAIN), CLIENT(HELLO)}, "5@11 9@11 23@11 9@13 23@13 1@15 3@15 9@15 1@end 3@end 9@end 12@end"},
    {"a message in two frames", {UPGRADE, SERVER("\1\6hello "), SERVER("\x80\5world"), SERVER(PLAIN), CLIENT(HELLO)}, "3@10 10@10 2@12 7@12 9@12 1@15 3@15 9@15 1@end 3@end 9@end 12@end"},
    {"a ping within a message", {UPGRADE, SERVER("\1\6hello "), SERVER("\x89\1p"), SERVER("\x80\5world"), CLIENT(HELLO), SERVER(PLAIN)}, "3@10 10@10 5@12 9@12 23@12 2@15 7@15 9@15 1@17 3@17 9@17 12@17 1@end 3@end 9@end"},
    {"two frames in a segment", {UPGRADE, CLIENT(HELLO HELLO), SERVER(PLAIN), CLIENT(HELLO)}, "1@11 1@11 3@11 3@11 9@11 9@11 12@11 12@11 1@13 3@13 9@13 1@end 3@end 9@end 12@end"},
    {"a frame in three segments", {UPGRADE, CLIENT("\x81"), CLIENT("\x85" "\1\2\3"), CLIENT("\4" "\x69\x67\x6f\x68\x6e"), CLIENT(HELLO), SERVER(PLAIN)}, "1@14 3@14 9@14 12@14 1@17 3@17 9@17 12@17 1@end 3@end 9@end"},
    {"no bytes", {UPGRADE, CLIENT("\x81\x80\1\2\3\4"), SERVER("\x81\0"), CLIENT(HELLO), SERVER(PLAIN)}, "3@11 9@11 12@11 23@11 3@13 9@13 23@13 1@15 3@15 9@15 12@15 1@end 3@end 9@end"},
    {"a length of sixteen bits", {UPGRADE, SERVER("\x81\x7e\0\5hello"), CLIENT(HELLO), SERVER(PLAIN)}, "1@11 3@11 9@11 1@13 3@13 9@13 12@13 1@end 3@end 9@end"},
    {"a length of sixty-four bits", {UPGRADE, SERVER("\x81\x7f\0\0\0\0\0\0\0\5hello"), CLIENT(HELLO), SERVER(PLAIN)}, "1@11 3@11 9@11 1@13 3@13 9@13 12@13 1@end 3@end 9@end"},
    {"longer than it will ever be", {UPGRADE, SERVER("\x81\x7f\x7f\xff\xff\xff\0\0\0\5hello"), CLIENT(HELLO), SERVER(PLAIN), CLIENT(HELLO)}, "1@13 3@13 9@13 12@13 1@end 3@end 9@end 12@end"},
    {"an opcode that is none", {UPGRADE, CLIENT("\x8b\x80\1\2\3\4"), SERVER(PLAIN), CLIENT(HELLO)}, "8@11 9@11 12@11 23@11 1@13 3@13 9@13 1@end 3@end 9@end 12@end"},
    {"a masked server", {UPGRADE, SERVER(HELLO), CLIENT(HELLO), SERVER(PLAIN)}, "1@11 3@11 9@11 12@11 13@11 1@13 3@13 9@13 12@13 1@end 3@end 9@end"},
    {"a client without a mask", {UPGRADE, CLIENT(PLAIN), SERVER(PLAIN), CLIENT(HELLO)}, "1@11 3@11 9@11 1@13 3@13 9@13 1@end 3@end 9@end 12@end"},
    {"compressed, says its flag, but is not", {UPGRADE, CLIENT("\xc1\x85" "\1\2\3\4" "\x69\x67\x6f\x68\x6e"), SERVER(PLAIN), CLIENT(HELLO)}, "3@11 9@11 11@11 12@11 1@13 3@13 9@13 1@end 3@end 9@end 12@end"},
    {"compressed, cut after three bytes", {UPGRADE, SERVER("\xc1\11\0\3\0\xfc\xffhel\7"), CLIENT(HELLO), SERVER(PLAIN)}, "3@11 9@11 11@11 22@11 23@11 1@13 3@13 9@13 12@13 1@end 3@end 9@end"},
    {"compressed", {UPGRADE, SERVER("\xc1\7\xca\x48\xcd\xc9\xc9\7\0"), CLIENT(HELLO), SERVER(PLAIN)}, "1@11 3@11 9@11 11@11 1@13 3@13 9@13 12@13 1@end 3@end 9@end"},
    {"a continuation of nothing", {UPGRADE, SERVER("\x80\5world"), CLIENT(HELLO), SERVER(PLAIN)}, "7@11 9@11 23@11 1@13 3@13 9@13 12@13 1@end 3@end 9@end"},
    {"a frame missing", {UPGRADE, CLIENT(HELLO), CLIENT_GAP(11), CLIENT(HELLO), SERVER(PLAIN), CLIENT(HELLO)}, "1@10 3@10 9@10 12@10"},
    {"bytes missing within a frame", {UPGRADE, CLIENT("\x81\x8c" "\1\2\3\4" "\x69"), CLIENT_GAP(11), CLIENT(HELLO), SERVER(PLAIN), CLIENT(HELLO)}, ""},
    {"an upgrade that is refused", {CLIENT(ASK), SERVER("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), CLIENT(HELLO), SERVER(PLAIN)}, ""},
    {"a frame that is never whole", {UPGRADE, CLIENT("\x81\x85" "\1\2\3\4" "\x69"), CLIENT_FIN, SERVER_FIN}, ""},
};

/* The raw stream: inspected with each frame, and all of HTTP's before there is another protocol. */
static const char raw_rules[] =
    "alert tcp-stream any any -> any any (content:!\"zzzz\"; sid:1;)\n"
    "alert tcp-stream any any -> any any (content:\"hello\"; sid:2;)\n"
    "alert http any any -> any any (content:\"Host\"; sid:3;)\n"
    "alert http any any -> any any (flow:to_client; content:\"HTTP/1.1\"; sid:4;)\n"
    "alert http any any -> any any (http.method; content:\"E\"; sid:5;)\n"
    "alert http any any -> any any (http.stat_code; content:\"0\"; sid:6;)\n"
    "alert websocket any any -> any any (content:\"hello\"; sid:7;)\n";

static const struct app_case raw_cases[] = {
    {"a word each way", {UPGRADE, CLIENT(HELLO), SERVER(PLAIN), CLIENT(HELLO), SERVER(PLAIN)}, "1@11 1@13 2@13 7@13 1@15 1@end 1@end 1@end 2@end 3@end 4@end 5@end 6@end 7@end"},
    {"a frame in two segments", {UPGRADE, CLIENT(HELLO), SERVER("\x81\7hello"), SERVER("ab"), CLIENT(HELLO), SERVER(PLAIN)}, "1@11 1@12 2@12 7@12 1@15 1@17 1@end 1@end 1@end 2@end 3@end 4@end 5@end 6@end 7@end"},
    {"begins in parts", {UPGRADE, SERVER("\x81\7hello"), SERVER("ab"), CLIENT(HELLO), SERVER(PLAIN)}, "1@10 2@10 7@10 1@13 1@15 1@end 1@end 1@end 2@end 3@end 4@end 5@end 6@end 7@end"},
    {"no frame", {UPGRADE, CLIENT_FIN, SERVER_FIN}, "1@end 1@end 3@end 4@end 5@end 6@end"},
};
/* clang-format on */

static void test_raw(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = raw_rules, .port = 80};
    app_cases_check(&suite, raw_cases, sizeof raw_cases / sizeof raw_cases[0]);
}

static void test_cases(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 80};
    app_cases_check(&suite, cases, sizeof cases / sizeof cases[0]);
}

struct payload {
    size_t n;
    unsigned seen;
};

static void saw(void *ctx, const struct app_tx *tx, enum direction direction, enum buffer_id id,
                unsigned index, const struct view_buffer *buffer)
{
    struct payload *payload = ctx;
    (void)tx;
    (void)direction;
    (void)index;
    if (id != BUFFER_WEBSOCKET_PAYLOAD)
        return;
    payload->n = buffer->bytes.n;
    payload->seen++;
}

/* A message of many frames: what is kept of it is capped, what is said of it an event, the rest passed over.
 */
static void test_long_message(void **state)
{
    (void)state;
    enum { FRAMES = 100, SIZE = 1000 };
    char frame[4 + SIZE] = {1, 126, SIZE >> 8, (char)(SIZE & 0xff)};
    struct payload payload = {0};
    struct app_driver d;
    assert_true(app_driver_open(&d, &websocket_parser, false));
    d.saw = saw;
    d.ctx = &payload;
    for (int i = 0; i < FRAMES; i++) {
        frame[0] = i == FRAMES - 1 ? (char)0x80 : i ? 0 : 1;
        app_driver_feed(&d, TO_CLIENT, slice_of(frame, sizeof frame));
        assert_true(d.session->memory <= 3 * WEBSOCKET_PAYLOAD_MOST);
    }
    assert_int_equal(d.session->next_id, FRAMES);
    assert_int_equal(payload.seen, FRAMES);
    assert_true(payload.n <= WEBSOCKET_PAYLOAD_MOST);
    assert_int_equal(app_engine_counters(d.engine)->events, 1);
    assert_int_equal(d.session->alive, 0);
    app_driver_close(&d);
}

/* A frame of many bytes is not waited for: the first of them make its transaction. */
static void test_long_frame(void **state)
{
    (void)state;
    static const char head[] = "\x82\x7f\0\0\0\0\0\x0f\x42\x40"; /* a million */
    char zeros[10000] = {0};
    struct payload payload = {0};
    struct app_driver d;
    assert_true(app_driver_open(&d, &websocket_parser, false));
    d.saw = saw;
    d.ctx = &payload;
    app_driver_feed(&d, TO_CLIENT, slice_of(head, sizeof head - 1));
    for (int i = 0; i < 100; i++) {
        app_driver_feed(&d, TO_CLIENT, slice_of(zeros, sizeof zeros));
        assert_in_range(d.pending[TO_CLIENT].n, 0, 2 * WEBSOCKET_PAYLOAD_MOST);
    }
    assert_int_equal(payload.seen, 1);
    assert_int_equal(payload.n, WEBSOCKET_PAYLOAD_MOST);
    app_driver_feed(&d, TO_CLIENT, slice_str("\x81\5hello")); /* found again behind it */
    assert_int_equal(payload.seen, 2);
    assert_int_equal(payload.n, 5);
    app_driver_close(&d);
}

/* Byte by byte: as in one piece. */
static void test_bytes(void **state)
{
    (void)state;
    static const char frames[] = HELLO "\x89\x80\0\0\0\0" HELLO;
    struct payload payload = {0};
    struct app_driver d;
    assert_true(app_driver_open(&d, &websocket_parser, false));
    d.saw = saw;
    d.ctx = &payload;
    for (size_t i = 0; i + 1 < sizeof frames; i++)
        app_driver_feed(&d, TO_SERVER, slice_of(frames + i, 1));
    assert_int_equal(d.session->next_id, 3);
    assert_int_equal(d.session->memory, 0);
    app_driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),      cmocka_unit_test(test_raw),   cmocka_unit_test(test_long_message),
        cmocka_unit_test(test_long_frame), cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
