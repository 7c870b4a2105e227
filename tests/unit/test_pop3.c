/* POP3 through the whole engine, with what was asked of Suricata 8.0.8 of the same packets. */
#include "support/check.h"

#include "app/parser_list.h"
#include "app/pop3/pop3.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* clang-format off */
static const char rules[] =
    "alert pop3 any any -> any any (content:\"USER\"; sid:1;)\n"
    "alert pop3 any any -> any any (content:\"+OK\"; sid:2;)\n"
    "alert pop3 any any -> any any (content:\"line1\"; sid:3;)\n"
    "alert pop3 any any -> any any (app-layer-event:pop3.too_many_transactions; sid:10;)\n"
    "alert pop3 any any -> any any (app-layer-event:pop3.request_too_long; sid:11;)\n"
    "alert pop3 any any -> any any (app-layer-event:pop3.incorrect_argument_count; sid:12;)\n"
    "alert pop3 any any -> any any (app-layer-event:pop3.unknown_command; sid:13;)\n"
    "alert pop3 any any -> any any (app-layer-event:pop3.response_too_long; sid:14;)\n";

/* Different here: "retr", "no crlf". */
static const struct app_case streams[] = {
    {"session", {SERVER("+OK POP3 ready\015\012"), CLIENT("USER bob\015\012"), SERVER("+OK\015\012"), CLIENT("PASS secret\015\012"), SERVER("+OK hi\015\012"), CLIENT("STAT\015\012"), SERVER("+OK 2 320\015\012"), CLIENT("QUIT\015\012"), SERVER("+OK bye\015\012")}, "2@7 1@9 2@11 2@15 2@19 2@end"},
    {"list", {SERVER("+OK POP3 ready\015\012"), CLIENT("USER bob\015\012"), SERVER("+OK\015\012"), CLIENT("PASS secret\015\012"), SERVER("+OK logged in\015\012"), CLIENT("LIST\015\012"), SERVER("+OK 2 messages\015\0121 120\015\0122 200\015\012.\015\012"), CLIENT("QUIT\015\012")}, "2@7 1@9 2@11 2@15 2@19"},
    {"retr", {SERVER("+OK POP3 ready\015\012"), CLIENT("USER bob\015\012"), SERVER("+OK\015\012"), CLIENT("PASS secret\015\012"), SERVER("+OK logged in\015\012"), CLIENT("RETR 1\015\012"), SERVER("+OK 120 octets\015\012From: a@b\015\012\015\012line1\015\012..dot\015\012.\015\012"), CLIENT("QUIT\015\012")}, "2@7 1@9 2@11 2@15 2@19 3@19"},
    {"list 1", {SERVER("+OK POP3 ready\015\012"), CLIENT("USER bob\015\012"), SERVER("+OK\015\012"), CLIENT("PASS secret\015\012"), SERVER("+OK logged in\015\012"), CLIENT("LIST 1\015\012"), SERVER("+OK 1 120\015\012"), CLIENT("UIDL\015\012"), SERVER("+OK\015\0121 abc\015\012.\015\012"), CLIENT("UIDL 1\015\012"), SERVER("+OK 1 abc\015\012")}, "2@7 1@9 2@11 2@15 2@19 2@23 2@end"},
    {"err", {SERVER("+OK POP3 ready\015\012"), CLIENT("USER bob\015\012"), SERVER("+OK\015\012"), CLIENT("PASS x\015\012"), SERVER("-ERR no\015\012"), CLIENT("QUIT\015\012")}, "2@7 1@9 2@11"},
    {"capa", {SERVER("+OK POP3 ready\015\012"), CLIENT("CAPA\015\012"), SERVER("+OK list\015\012TOP\015\012SASL PLAIN\015\012.\015\012"), CLIENT("TOP 1 10\015\012"), SERVER("+OK\015\012line1\015\012.\015\012"), CLIENT("NOOP\015\012"), SERVER("+OK\015\012")}, "2@7 2@11 2@15 3@15 2@end"},
    {"apop", {SERVER("+OK ready <1896.697170952@dbc>\015\012"), CLIENT("APOP mrose c4c9334bac560ecc979e58001b3e22fb\015\012"), SERVER("+OK\015\012"), CLIENT("DELE 1\015\012"), SERVER("+OK\015\012"), CLIENT("RSET\015\012"), SERVER("+OK\015\012")}, "2@7 2@11 2@15 2@end"},
    {"auth", {SERVER("+OK POP3 ready\015\012"), CLIENT("AUTH PLAIN\015\012"), SERVER("+ \015\012"), CLIENT("AGJvYgBzZWNyZXQ=\015\012"), SERVER("+OK\015\012"), CLIENT("STAT\015\012"), SERVER("+OK 0 0\015\012")}, "2@7 2@15 2@end"},
    {"auth init", {SERVER("+OK POP3 ready\015\012"), CLIENT("AUTH PLAIN AGJvYgBzZWNyZXQ=\015\012"), SERVER("+OK\015\012"), CLIENT("STAT\015\012"), SERVER("+OK 0 0\015\012")}, "2@7 2@11 2@end"},
    {"stls", {SERVER("+OK POP3 ready\015\012"), CLIENT("STLS\015\012"), SERVER("+OK begin\015\012"), CLIENT("\026\003\001\000\005\001\000\000\001\000"), SERVER("\026\003\001\000\005\002\000\000\001\000")}, "2@7 2@end"},
    {"stls no", {SERVER("+OK POP3 ready\015\012"), CLIENT("STLS\015\012"), SERVER("-ERR no\015\012"), CLIENT("QUIT\015\012"), SERVER("+OK\015\012")}, "2@7 2@end"},
    {"unknown", {SERVER("+OK POP3 ready\015\012"), CLIENT("FOO bar\015\012"), SERVER("-ERR what\015\012"), CLIENT("QUIT\015\012")}, "2@7 13@7 13@9"},
    {"args", {SERVER("+OK POP3 ready\015\012"), CLIENT("USER\015\012"), SERVER("-ERR\015\012"), CLIENT("USER a b\015\012"), SERVER("+OK\015\012"), CLIENT("STAT x\015\012"), SERVER("+OK 1 2\015\012"), CLIENT("RETR\015\012"), SERVER("-ERR\015\012")}, "2@7 12@7 1@9 12@9 12@11 1@13 12@13 2@15 12@15 12@17 2@19 12@19 12@21"},
    {"lower", {SERVER("+OK POP3 ready\015\012"), CLIENT("user bob\015\012"), SERVER("+OK\015\012"), CLIENT("pass a b c\015\012"), SERVER("+OK hi\015\012")}, "2@7 13@7 13@9 2@11 13@11 13@13 2@end"},
    {"pipelined", {SERVER("+OK POP3 ready\015\012"), CLIENT("USER bob\015\012"), SERVER("+OK\015\012"), CLIENT("PASS secret\015\012"), SERVER("+OK logged in\015\012"), CLIENT("STAT\015\012LIST\015\012QUIT\015\012"), SERVER("+OK 1 2\015\012+OK\015\0121 2\015\012.\015\012+OK bye\015\012")}, "2@7 1@9 2@11 2@15 2@end"},
    {"long request", {SERVER("+OK POP3 ready\015\012"), CLIENT("USER bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\015\012"), SERVER("+OK\015\012"), CLIENT("QUIT\015\012")}, "2@7 11@7 1@9 11@9 2@11"},
    {"long response", {SERVER("+OK POP3 ready\015\012"), CLIENT("USER b\015\012"), SERVER("+OK xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\015\012"), CLIENT("QUIT\015\012")}, "2@7 1@9 14@9 2@11 14@11"},
    {"client first", {CLIENT("USER bob\015\012"), SERVER("+OK\015\012"), CLIENT("PASS x\015\012"), SERVER("+OK\015\012")}, ""},
    {"no crlf", {SERVER("+OK POP3 ready\015\012"), CLIENT("USER bob\012"), SERVER("+OK\015\012"), CLIENT("PASS x\012"), SERVER("+OK\015\012")}, "2@7 1@9 2@11 2@end"},
    {"gap c", {SERVER("+OK POP3 ready\015\012"), CLIENT("USER bob\015\012"), SERVER("+OK\015\012"), CLIENT_GAP(10), CLIENT("PASS x\015\012"), SERVER("+OK\015\012")}, "2@7 1@9 2@11 2@end"},
    {"gap s", {SERVER("+OK POP3 ready\015\012"), CLIENT("USER bob\015\012"), SERVER_GAP(10), SERVER("+OK\015\012"), CLIENT("PASS x\015\012"), SERVER("+OK\015\012")}, "2@7 1@9 2@11 2@end"},
    {"response only", {SERVER("+OK POP3 ready\015\012"), SERVER("+OK 1\015\012"), SERVER("+OK 2\015\012"), SERVER("foo\015\012"), CLIENT("STAT\015\012")}, "2@6 2@8 2@10"},
    {"bad response", {SERVER("+OK POP3 ready\015\012"), CLIENT("STAT\015\012"), SERVER("what is this\015\012"), CLIENT("QUIT\015\012"), SERVER("+OK\015\012")}, "2@7 2@end"},
    {"binary", {SERVER("+OK POP3 ready\015\012"), CLIENT("\000\001\002\015\012"), SERVER("-ERR\015\012"), CLIENT("QUIT\015\012"), SERVER("+OK\015\012")}, "2@7 2@end"},
    {"empty line", {SERVER("+OK POP3 ready\015\012"), CLIENT("\015\012"), SERVER("-ERR\015\012"), CLIENT("QUIT\015\012"), SERVER("+OK\015\012")}, "2@7 2@end"},
};
/* clang-format on */

static void test_streams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 110, .udp = false};
    app_cases_check(&suite, streams, sizeof streams / sizeof streams[0]);
}

static void feed(struct app_driver *d, enum direction direction, const char *text)
{
    app_driver_feed(d, direction, slice_str(text));
}

static const struct pop3_tx *oldest(const struct app_driver *d)
{
    assert_non_null(d->session->first);
    return (const struct pop3_tx *)d->session->first;
}

/* What is sent at once is answered in order; a message's lines are capped and end with a dot. */
static void test_answers_in_order(void **state)
{
    (void)state;
    struct app_driver d;
    assert_true(app_driver_open(&d, &pop3_parser, false));
    feed(&d, TO_SERVER, "STAT\r\nRETR 1\r\nQUIT\r\n");
    feed(&d, TO_CLIENT, "+OK 1 2\r\n+OK mess");
    assert_true(slice_equal(buf_slice(&oldest(&d)->request), slice_str("RETR 1")));
    feed(&d, TO_CLIENT, "age\r\n..dot\r\n+OK no status\r\n");
    assert_true(slice_equal(buf_slice(&oldest(&d)->data), slice_str(".dot\n+OK no status\n")));
    for (int i = 0; i < 2000; i++)
        feed(&d, TO_CLIENT, "a line of a message\r\n");
    assert_true(oldest(&d)->data.n <= POP3_DATA_MOST);
    feed(&d, TO_CLIENT, ".\r\n");
    assert_true(slice_equal(buf_slice(&oldest(&d)->request), slice_str("QUIT")));
    feed(&d, TO_CLIENT, "+OK\r\n");
    assert_null(d.session->first);
    assert_false(d.bad);
    app_driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_streams),
                                       cmocka_unit_test(test_answers_in_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
