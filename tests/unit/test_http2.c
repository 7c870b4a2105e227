/* HTTP/2 through the whole engine: frames of either side, with what was asked of Suricata 8.0.8 of the same
 * packets. */
#include "support/check.h"

#include "app/parser_list.h"
#include "app/session.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* clang-format off */
#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define SETTINGS "\0\0\0\4\0\0\0\0\0"
#define SETTINGS_ACK "\0\0\0\4\1\0\0\0\0"
#define WINDOW "\0\0\4\x08\0\0\0\0\0\0\1\0\0"
#define BLOCK "\x82\x86\4\5/page\1\x0fwww.example.com" /* GET, http, :path, :authority (RFC 7541, appendix A) */
#define GET "\0\0\x1a\1\5\0\0\0\1" BLOCK
#define GET_3 "\0\0\x1a\1\5\0\0\0\3" BLOCK
#define POST_5 "\0\0\x1a\1\5\0\0\0\5\x83\x86\4\5/page\1\x0fwww.example.com"
#define GET_7 "\0\0\x1a\1\5\0\0\0\7" BLOCK
#define OK_BLOCK "\x88\x0f\x10\x09text/html" /* 200, content-type */
#define OK "\0\0\x0d\1\4\0\0\0\1" OK_BLOCK
#define OK_END "\0\0\x0d\1\5\0\0\0\1" OK_BLOCK
#define OK_3 "\0\0\x0d\1\5\0\0\0\3" OK_BLOCK
#define BODY "\0\0\5\0\1\0\0\0\1hello"
#define BEGIN CLIENT(PREFACE SETTINGS), SERVER(SETTINGS SETTINGS_ACK)

static const char rules[] =
    "alert http2 any any -> any any (http.uri; content:\"/page\"; bsize:5; sid:1;)\n"
    "alert http2 any any -> any any (http.method; content:\"GET\"; sid:2;)\n"
    "alert http2 any any -> any any (http.host; content:\"www.example.com\"; sid:3;)\n"
    "alert http2 any any -> any any (http.stat_code; content:\"200\"; sid:4;)\n"
    "alert http2 any any -> any any (http.header; content:\"text/html\"; flow:to_client; sid:5;)\n"
    "alert http2 any any -> any any (file.data; content:\"hello\"; flow:to_client; sid:6;)\n"
    "alert http2 any any -> any any (http2.header_name; content:\":path\"; sid:7;)\n"
    "alert http2 any any -> any any (http2.frametype:SETTINGS; sid:8;)\n"
    "alert http2 any any -> any any (http2.frametype:GOAWAY; sid:9;)\n"
    "alert http2 any any -> any any (http2.errorcode:REFUSED_STREAM; sid:10;)\n"
    "alert http2 any any -> any any (http2.window:>60000; sid:11;)\n"
    "alert http2 any any -> any any (http2.settings:SETTINGS_HEADER_TABLE_SIZE >60000; sid:12;)\n"
    "alert http2 any any -> any any (http2.priority:>10; sid:13;)\n"
    "alert http2 any any -> any any (http.request_body; content:\"user\"; sid:14;)\n"
    "alert http2 any any -> any any (http2.size_update:>4000; sid:15;)\n"
    "alert http2 any any -> any any (app-layer-event:http2.invalid_frame_header; sid:20;)\n"
    "alert http2 any any -> any any (app-layer-event:http2.invalid_frame_data; sid:21;)\n"
    "alert http2 any any -> any any (app-layer-event:http2.invalid_frame_length; sid:22;)\n"
    "alert http2 any any -> any any (app-layer-event:http2.invalid_header; sid:23;)\n"
    "alert http2 any any -> any any (app-layer-event:http2.invalid_client_magic; sid:24;)\n"
    "alert http2 any any -> any any (app-layer-event:http2.stream_id_reuse; sid:25;)\n"
    "alert http2 any any -> any any (app-layer-event:http2.long_frame_data; sid:26;)\n"
    "alert http2 any any -> any any (app-layer-event:http2.header_integer_overflow; sid:27;)\n"
    "alert http2 any any -> any any (app-layer-event:http2.continuation_without_headers; sid:28;)\n"
    "alert http2 any any -> any any (app-layer-event:http2.data_stream_zero; sid:29;)\n"
    "alert http2 any any -> any any (app-layer-event:http2.authority_host_mismatch; sid:30;)\n"
    "alert http2 any any -> any any (app-layer-event:http2.userinfo_in_uri; sid:31;)\n";

static const struct app_case cases[] = {
    {"a page", {BEGIN, CLIENT(GET), SERVER(OK BODY), CLIENT(SETTINGS_ACK), SERVER(SETTINGS_ACK)}, "1@11 2@11 3@11 7@11 4@13 5@13 6@13"},
    {"a page, closed", {BEGIN, CLIENT(GET), SERVER(OK BODY), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 7@11 4@13 5@13 6@13"},
    {"two streams at once", {BEGIN, CLIENT(GET GET_3), SERVER(OK OK_3 BODY), CLIENT(SETTINGS_ACK), SERVER(SETTINGS_ACK)}, "1@11 1@11 2@11 2@11 3@11 3@11 7@11 7@11 4@13 4@13 5@13 5@13 6@13"},
    {"streams alike, one that is not, and alike again", {BEGIN, CLIENT(GET GET_3 POST_5 GET_7), SERVER(SETTINGS_ACK), CLIENT(SETTINGS_ACK)}, "1@11 1@11 1@11 1@11 2@11 2@11 2@11 3@11 3@11 3@11 3@11 7@11 7@11 7@11 7@11"},
    {"all of the client at once", {CLIENT(PREFACE SETTINGS WINDOW GET), SERVER(SETTINGS OK BODY), CLIENT(SETTINGS_ACK)}, "1@7 2@7 3@7 7@7 11@7 4@9 5@9 6@9"},
    {"a frame in three segments", {BEGIN, CLIENT("\0\0"), CLIENT("\x1a\1\5\0\0\0\1\x82\x86\4\5/pa"), CLIENT("ge\1\x0fwww.example.com"), SERVER(OK BODY), CLIENT(SETTINGS_ACK)}, "1@15 2@15 3@15 7@15 4@17 5@17 6@17"},
    {"headers that are continued", {BEGIN, CLIENT("\0\0\2\1\1\0\0\0\1\x82\x86" "\0\0\x18\x09\4\0\0\0\1\4\5/page\1\x0fwww.example.com"), SERVER(OK_END), CLIENT(SETTINGS_ACK)}, "1@11 2@11 3@11 7@11 4@13 5@13"},
    {"a continuation of nothing", {BEGIN, CLIENT("\0\0\x18\x09\4\0\0\0\1\4\5/page\1\x0fwww.example.com"), SERVER(SETTINGS_ACK), CLIENT(SETTINGS_ACK)}, "28@9 1@11 3@11 7@11 28@11"},
    {"padding and a priority", {BEGIN, CLIENT("\0\0\x24\1\x2d\0\0\0\1\4\0\0\0\0\x20" BLOCK "\0\0\0\0"), SERVER(OK_END), CLIENT(SETTINGS_ACK)}, "1@11 2@11 3@11 7@11 13@11 4@13 5@13"},
    {"more padding than frame", {BEGIN, CLIENT("\0\0\x1b\1\x0d\0\0\0\1\x40" BLOCK), SERVER(SETTINGS_ACK), CLIENT(GET_3), SERVER(OK_3)}, "21@9 21@11 1@15 2@15 3@15 7@15 4@end 5@end"},
    {"a body of a request", {BEGIN, CLIENT("\0\0\x1a\1\4\0\0\0\1\x83\x86\4\5/page\1\x0fwww.example.com" "\0\0\x09\0\1\0\0\0\1user=me&x"), SERVER(OK_END), CLIENT(SETTINGS_ACK)}, "1@11 3@11 7@11 14@11 4@13 5@13"},
    {"a stream that is refused", {BEGIN, CLIENT(GET), SERVER("\0\0\4\3\0\0\0\0\1\0\0\0\7"), CLIENT(SETTINGS_ACK)}, "1@11 2@11 3@11 7@11"},
    {"the end", {BEGIN, CLIENT(GET), SERVER(OK_END "\0\0\x08\7\0\0\0\0\0\0\0\0\1\0\0\0\0"), CLIENT(SETTINGS_ACK)}, "1@11 2@11 3@11 7@11 4@13 5@13 9@13"},
    {"windows and settings", {CLIENT(PREFACE "\0\0\6\4\0\0\0\0\0\0\1\0\1\0\0" WINDOW), SERVER(SETTINGS), CLIENT(GET), SERVER(OK_END)}, "8@7 11@7 12@7 1@11 2@11 3@11 7@11 4@end 5@end"},
    {"data on stream 0", {BEGIN, CLIENT(GET), SERVER("\0\0\5\0\1\0\0\0\0hello"), CLIENT(SETTINGS_ACK)}, "1@11 2@11 3@11 7@11 29@11 29@13"},
    {"a frame of no type", {BEGIN, CLIENT("\0\0\4\x77\0\0\0\0\0abcd"), CLIENT(GET), SERVER(OK_END)}, "1@13 2@13 3@13 7@13 4@end 5@end"},
    {"settings of a wrong length", {BEGIN, CLIENT("\0\0\5\4\0\0\0\0\0abcde"), CLIENT(GET), SERVER(OK_END)}, "8@10 1@13 2@13 3@13 7@13 4@end 5@end"},
    {"a window of a wrong length", {BEGIN, CLIENT("\0\0\3\x08\0\0\0\0\0abc"), CLIENT(GET), SERVER(OK_END)}, "22@9 22@10 1@13 2@13 3@13 7@13 4@end 5@end"},
    {"an index that is none", {BEGIN, CLIENT("\0\0\3\1\5\0\0\0\1\x82\xff\1"), CLIENT(GET_3), SERVER(OK_3)}, "23@9 2@10 23@10 1@13 2@13 3@13 7@13 4@end 5@end"},
    {"a number that is too large", {BEGIN, CLIENT("\0\0\x0b\1\5\0\0\0\1\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), CLIENT(GET_3), SERVER(OK_3)}, "23@9 2@10 23@10 1@13 2@13 3@13 7@13 4@end 5@end"},
    {"a table that is made larger", {BEGIN, CLIENT("\0\0\x1d\1\5\0\0\0\1\x3f\xe1\x3f" BLOCK), SERVER(OK_END), CLIENT(SETTINGS_ACK)}, "1@11 2@11 3@11 7@11 15@11 4@13 5@13"},
    {"a name that is kept, and used again", {BEGIN, CLIENT("\0\0\x1a\1\5\0\0\0\1\x82\x86\x44\5/page\x41\x0fwww.example.com"), CLIENT("\0\0\4\1\5\0\0\0\3\x82\x86\xbf\xbe"), SERVER(OK_END OK_3), CLIENT(SETTINGS_ACK)}, "1@10 2@10 3@10 7@10 1@13 2@13 3@13 7@13 4@15 4@15 5@15 5@15"},
    {"a user in the authority", {BEGIN, CLIENT("\0\0\x16\1\5\0\0\0\1\x82\x86\4\5/page\1\x0bme@a.exampl"), SERVER(OK_END), CLIENT(SETTINGS_ACK)}, "31@9 1@11 2@11 7@11 31@11 4@13 5@13"},
    {"another host", {BEGIN, CLIENT("\0\0\x22\1\5\0\0\0\1" BLOCK "\x0f\x17\5other"), SERVER(OK_END), CLIENT(SETTINGS_ACK)}, "30@9 1@11 2@11 3@11 7@11 30@11 4@13 5@13"},
    {"bytes missing between frames", {BEGIN, CLIENT(GET), CLIENT_GAP(35), CLIENT(SETTINGS_ACK), SERVER(OK_END), CLIENT(SETTINGS_ACK)}, "1@10 2@10 3@10 7@10"},
    {"rubbish", {BEGIN, CLIENT("rubbishrubbishrubbish"), SERVER(SETTINGS_ACK), CLIENT(GET), SERVER(OK_END)}, "4@end 5@end"},
};

/* The old forms of options are about HTTP/1. */
static const char form_rules[] =
    "alert http any any -> any any (content:\"/page\"; http_uri; sid:1;)\n"
    "alert http any any -> any any (uricontent:\"/page\"; sid:2;)\n"
    "alert http any any -> any any (content:!\"zzz\"; http_method; sid:3;)\n"
    "alert http any any -> any any (pcre:\"/page/U\"; sid:4;)\n"
    "alert tcp any any -> any any (pcre:\"/example/W\"; sid:5;)\n"
    "alert http any any -> any any (http.uri; pcre:\"/page/U\"; sid:6;)\n"
    "alert http any any -> any any (urilen:5; sid:7;)\n"
    "alert http any any -> any any (content:\"200\"; http_stat_code; sid:9;)\n"
    "alert http any any -> any any (flow:to_server; file.data; content:\"hello\"; sid:10;)\n"
    "alert http any any -> any any (http.request_body; content:\"hello\"; sid:11;)\n"
    "alert http any any -> any any (file.data; content:\"hello\"; sid:12;)\n"
    "alert http any any -> any any (file.name; content:!\"zzz\"; sid:13;)\n"
    "alert http any any -> any any (file.name; bsize:0; sid:14;)\n"
    "alert http any any -> any any (filename:!\"zzz\"; flow:to_server; sid:15;)\n"
    "alert http any any -> any any (filesize:5; sid:16;)\n"
    "alert http any any -> any any (file_data; content:!\"zzz\"; sid:17;)\n";

static const struct app_case form_cases[] = {
    {"a page", {BEGIN, CLIENT(GET), SERVER(OK BODY), CLIENT(GET_3), SERVER(OK_3)}, "6@11 7@11 12@13 13@13 14@13 16@13 17@13 6@15 7@15"},
    {"bodies both ways", {BEGIN, CLIENT("\0\0\x1a\1\4\0\0\0\1" BLOCK), CLIENT("\0\0\5\0\1\0\0\0\1hello"), SERVER(OK "\0\0\5\0\1\0\0\0\1hello"), CLIENT(GET_3), SERVER(OK_3)}, "6@10 7@10 11@13 13@13 14@13 15@13 16@13 12@15 13@15 14@15 16@15 17@15 6@17 7@17"},
    {"a page of HTTP/1", {CLIENT("POST /page HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 5\r\n\r\nhello"), SERVER("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 4@7 5@7 6@7 7@7 10@7 11@7 12@7 13@7 15@7 16@7 17@7 9@9 12@9 13@9 16@9 17@9"},
};

/* The raw stream: inspected with each frame, but for settings acknowledged. */
static const char raw_rules[] =
    "alert tcp-stream any any -> any any (content:!\"zzzz\"; sid:1;)\n"
    "alert tcp-stream any any -> any any (content:\"hello\"; sid:2;)\n"
    "alert http any any -> any any (content:\"Host\"; sid:3;)\n"
    "alert http any any -> any any (flow:to_client; content:\"HTTP/1.1\"; sid:4;)\n"
    "alert http any any -> any any (http.method; content:\"E\"; sid:5;)\n"
    "alert http any any -> any any (http.stat_code; content:\"0\"; sid:6;)\n"
    "alert http2 any any -> any any (content:\"hello\"; sid:7;)\n";

static const struct app_case raw_cases[] = {
    {"a page", {BEGIN, CLIENT(GET), SERVER(OK BODY), CLIENT(GET_3), SERVER(OK_3)}, "1@11 5@11 1@13 2@13 6@13 7@13 1@15 5@15 1@end 6@end"},
    {"a frame in two segments", {BEGIN, CLIENT(GET), SERVER(OK), SERVER("\0\0\5\0\1\0\0\0\1he"), SERVER("llo"), CLIENT(GET_3)}, "1@11 5@11 1@12 1@17 2@17 6@17 7@17 1@end 5@end"},
    {"settings and acknowledgments", {CLIENT(PREFACE SETTINGS), SERVER(SETTINGS), CLIENT(SETTINGS_ACK), SERVER(SETTINGS_ACK), CLIENT(SETTINGS_ACK), SERVER(SETTINGS_ACK), CLIENT(WINDOW)}, "1@end 1@end"},
};
/* clang-format on */

static void test_forms(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = form_rules, .port = 80};
    app_cases_check(&suite, form_cases, sizeof form_cases / sizeof form_cases[0]);
}

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

static const char begin[] = PREFACE SETTINGS;

static void open_driver(struct app_driver *d)
{
    assert_true(app_driver_open(d, &http2_parser, false));
    app_driver_feed(d, TO_SERVER, slice_of(begin, sizeof begin - 1));
}

static void feed_stream(struct app_driver *d, enum direction direction, const char *frame, size_t n,
                        uint32_t stream)
{
    char bytes[64];
    memcpy(bytes, frame, n);
    for (int i = 0; i < 4; i++)
        bytes[5 + i] = (char)(stream >> (24 - 8 * i));
    app_driver_feed(d, direction, slice_of(bytes, n));
}

/* Byte by byte: the same transactions as in one piece. */
static void test_bytes(void **state)
{
    (void)state;
    enum { FRAMES_C = 1, FRAMES_S = 2 }; /* the driver asks for them too */
    static const char request[] = GET, response[] = OK BODY;
    struct app_driver d;
    open_driver(&d);
    uint64_t before = d.session->next_id;
    for (size_t i = 0; i + 1 < sizeof request; i++)
        app_driver_feed(&d, TO_SERVER, slice_of(request + i, 1));
    assert_int_equal(d.session->next_id, before + 1 + FRAMES_C);
    uint32_t alive = d.session->alive;
    for (size_t i = 0; i + 1 < sizeof response; i++)
        app_driver_feed(&d, TO_CLIENT, slice_of(response + i, 1));
    assert_int_equal(d.session->next_id, before + 1 + FRAMES_C + FRAMES_S);
    assert_int_equal(d.session->alive, alive - 1); /* complete in both directions, and gone */
    app_driver_close(&d);
}

/* Streams that nobody answers: the oldest are completed, and counted; the rest goes on. */
static void test_many_streams(void **state)
{
    (void)state;
    enum { MANY = 3000 };
    static const char request[] = GET;
    struct app_driver d;
    open_driver(&d);
    for (uint32_t i = 0; i < MANY && !d.bad; i++)
        feed_stream(&d, TO_SERVER, request, sizeof request - 1, 2 * i + 1);
    assert_in_range(d.session->alive, 1, 512);
    assert_true(app_engine_counters(d.engine)->transactions_forced > 0 || d.bad);
    app_driver_close(&d);
}

/* Streams that are answered leave nothing behind, however many. */
static void test_nothing_is_left(void **state)
{
    (void)state;
    static const char request[] = GET, response[] = OK_END;
    struct app_driver d;
    open_driver(&d);
    uint32_t alive = d.session->alive;
    for (uint32_t i = 0; i < 1000; i++) {
        feed_stream(&d, TO_SERVER, request, sizeof request - 1, 2 * i + 1);
        feed_stream(&d, TO_CLIENT, response, sizeof response - 1, 2 * i + 1);
        assert_int_equal(d.session->alive, alive);
    }
    assert_int_equal(app_engine_counters(d.engine)->transactions_forced, 0);
    app_driver_close(&d);
}

/* A block that refers to what it has just put into the table, over and over: fields are capped by bytes. */
static void test_table_abuse(void **state)
{
    (void)state;
    enum { VALUE = 4000, REFERENCES = 16000 };
    static char frame[9 + 5 + VALUE + REFERENCES] = {0, 0, 0,    1, 5,   0,    0,
                                                     0, 1, 0x40, 1, 'x', 0x7f, (char)0xa1};
    size_t at = 14;
    frame[at++] = 0x1e; /* 127 + 0x21 + (0x1e << 7) = 4000 */
    memset(frame + at, 'v', VALUE);
    at += VALUE;
    memset(frame + at, 0xbe, sizeof frame - at);
    size_t n = sizeof frame - 9;
    frame[1] = (char)(n >> 8);
    frame[2] = (char)n;
    struct app_driver d;
    open_driver(&d);
    app_driver_feed(&d, TO_SERVER, slice_of(frame, sizeof frame));
    assert_in_range(d.session->memory, 100 << 10, 2 << 20);
    app_driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),        cmocka_unit_test(test_raw),
        cmocka_unit_test(test_forms),        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_many_streams), cmocka_unit_test(test_nothing_is_left),
        cmocka_unit_test(test_table_abuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
