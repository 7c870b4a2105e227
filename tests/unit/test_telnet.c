/* Telnet through the whole engine, with what was asked of Suricata 8.0.8 of the same packets. */
#include "support/check.h"

#include "app/parser_list.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* clang-format off */
static const char rules[] =
    "alert telnet any any -> any any (frame:telnet.pdu; bsize:2; sid:1002;)\n"
    "alert telnet any any -> any any (frame:telnet.pdu; bsize:3; sid:1003;)\n"
    "alert telnet any any -> any any (frame:telnet.pdu; bsize:4; sid:1004;)\n"
    "alert telnet any any -> any any (frame:telnet.pdu; bsize:5; sid:1005;)\n"
    "alert telnet any any -> any any (frame:telnet.pdu; bsize:7; sid:1007;)\n"
    "alert telnet any any -> any any (frame:telnet.pdu; bsize:9; sid:1009;)\n"
    "alert telnet any any -> any any (frame:telnet.pdu; bsize:10; sid:1010;)\n"
    "alert telnet any any -> any any (frame:telnet.pdu; bsize:12; sid:1012;)\n"
    "alert telnet any any -> any any (frame:telnet.pdu; bsize:15; sid:1015;)\n"
    "alert telnet any any -> any any (frame:telnet.pdu; bsize:17; sid:1017;)\n"
    "alert telnet any any -> any any (frame:telnet.pdu; bsize:26; sid:1026;)\n"
    "alert telnet any any -> any any (frame:telnet.ctl; bsize:2; sid:2002;)\n"
    "alert telnet any any -> any any (frame:telnet.ctl; bsize:3; sid:2003;)\n"
    "alert telnet any any -> any any (frame:telnet.ctl; bsize:4; sid:2004;)\n"
    "alert telnet any any -> any any (frame:telnet.ctl; bsize:5; sid:2005;)\n"
    "alert telnet any any -> any any (frame:telnet.ctl; bsize:7; sid:2007;)\n"
    "alert telnet any any -> any any (frame:telnet.ctl; bsize:9; sid:2009;)\n"
    "alert telnet any any -> any any (frame:telnet.ctl; bsize:10; sid:2010;)\n"
    "alert telnet any any -> any any (frame:telnet.ctl; bsize:12; sid:2012;)\n"
    "alert telnet any any -> any any (frame:telnet.ctl; bsize:15; sid:2015;)\n"
    "alert telnet any any -> any any (frame:telnet.ctl; bsize:17; sid:2017;)\n"
    "alert telnet any any -> any any (frame:telnet.ctl; bsize:26; sid:2026;)\n"
    "alert telnet any any -> any any (frame:telnet.data; bsize:2; sid:3002;)\n"
    "alert telnet any any -> any any (frame:telnet.data; bsize:3; sid:3003;)\n"
    "alert telnet any any -> any any (frame:telnet.data; bsize:4; sid:3004;)\n"
    "alert telnet any any -> any any (frame:telnet.data; bsize:5; sid:3005;)\n"
    "alert telnet any any -> any any (frame:telnet.data; bsize:7; sid:3007;)\n"
    "alert telnet any any -> any any (frame:telnet.data; bsize:9; sid:3009;)\n"
    "alert telnet any any -> any any (frame:telnet.data; bsize:10; sid:3010;)\n"
    "alert telnet any any -> any any (frame:telnet.data; bsize:12; sid:3012;)\n"
    "alert telnet any any -> any any (frame:telnet.data; bsize:15; sid:3015;)\n"
    "alert telnet any any -> any any (frame:telnet.data; bsize:17; sid:3017;)\n"
    "alert telnet any any -> any any (frame:telnet.data; bsize:26; sid:3026;)\n"
    "alert telnet any any -> any any (frame:pdu; content:\"bob\"; sid:1;)\n"
    "alert telnet any any -> any any (frame:ctl; content:\"bob\"; sid:2;)\n"
    "alert telnet any any -> any any (frame:data; content:\"bob\"; sid:3;)\n"
    "alert telnet any any -> any any (frame:telnet.ctl; content:\"|ff fb|\"; startswith; flow:to_server; sid:4;)\n"
    "alert telnet any any -> any any (content:\"bob\"; sid:50;)\n"
    "alert telnet any any -> any any (content:\"ok\"; sid:51;)\n"
    "alert telnet:request_complete any any -> any any (sid:52;)\n";

/* Different here: "cut iac". */
static const struct app_case streams[] = {
    {"simple", {SERVER("\377\375\001\377\373\003"), CLIENT("\377\373\001\377\375\003"), SERVER("login: "), CLIENT("bob\015\012"), SERVER("\015\012Password: "), CLIENT("secret\015\012"), SERVER("\015\012$ ")}, "1003@7 1003@7 2003@7 2003@7 4@9 1003@9 1003@9 2003@9 2003@9 1007@11 3007@11 1@13 3@13 1005@13 3005@13 1012@15 3012@15 50@end 1002@end 1002@end 3002@end 3002@end"},
    {"client first", {CLIENT("\377\373\037\377\372\037\000P\000\030\377\360"), SERVER("\377\375\037"), SERVER("login: "), CLIENT("bob\015\012")}, "4@7 1002@7 1003@7 1007@7 2002@7 2003@7 2007@7 1003@8 2003@8 1007@11 3007@11 1@end 3@end 50@end 1005@end 3005@end"},
    {"text", {SERVER("Welcome\015\012line two\015\012login: "), CLIENT("bob\015\012ls -l\015\012"), SERVER("total 0\015\012file\015\012$ ")}, "1026@7 3026@7 1@9 3@9 1005@9 1007@9 3005@9 3007@9 50@end 1017@end 3017@end"},
    {"mixed", {SERVER("\377\375\001hello\015\012\377\373\003more\015\012\377\372\030\001\377\360rest"), CLIENT("\377\374\001x\015\012"), SERVER("ok\015\012")}, "1003@7 2003@7 1003@9 1003@9 2003@9 3003@9 51@end"},
    {"bytes", {SERVER("\377\375\001"), CLIENT("\377\373\001"), CLIENT("b"), CLIENT("o"), CLIENT("b"), CLIENT("\015"), CLIENT("\012"), SERVER("ok\015\012")}, "1003@7 2003@7 4@8 1003@8 2003@8 1@19 3@19 1005@19 3005@19 50@end 51@end 1004@end 3004@end"},
    {"iac iac", {SERVER("\377\375\001"), CLIENT("a\377\377b\015\012"), SERVER("ok\015\012")}, "1003@7 2003@7 51@end 1004@end 3004@end"},
    {"cmd", {SERVER("\377\375\001"), CLIENT("\377\364\377\375\006x\015\012"), SERVER("\377\362ok\015\012")}, "1003@7 2003@7 1002@9 1003@9 1003@9 2002@9 2003@9 3003@9 51@end 1002@end 1004@end 2002@end 3004@end"},
    {"cut iac", {SERVER("\377\375\001"), CLIENT("\377"), CLIENT("\373"), CLIENT("\001x\015\012"), SERVER("ok\015\012")}, "1003@7 2003@7 4@13 1003@13 1003@13 2003@13 3003@13 51@end 1004@end 3004@end"},
    {"cut sb", {SERVER("\377\375\001"), CLIENT("\377\372\037\000P"), CLIENT("\000\030\377"), CLIENT("\360x\015\012"), SERVER("ok\015\012")}, "1003@7 2003@7 1002@13 1003@13 1007@13 2002@13 2007@13 3003@13 51@end 1004@end 3004@end"},
    {"cr nul", {SERVER("\377\375\001"), CLIENT("bob\015\000ls\015\000"), SERVER("ok\015\012")}, "1003@7 2003@7 1@end 3@end 50@end 51@end 1004@end 1009@end 3004@end 3009@end"},
    {"lf", {SERVER("\377\375\001"), CLIENT("bob\012ls\012"), SERVER("ok\012")}, "1003@7 2003@7 1@9 3@9 1003@9 1004@9 3003@9 3004@9 50@end 51@end 1003@end 3003@end"},
    {"gap", {SERVER("\377\375\001"), CLIENT("bob\015\012"), CLIENT_GAP(5), CLIENT("ls\015\012"), SERVER_GAP(4), SERVER("ok\015\012")}, "1003@7 2003@7 1@8 3@8 1005@8 3005@8 1004@11 3004@11 50@end 51@end 1004@end 3004@end"},
    {"Login: ", {SERVER("\377\375\001"), SERVER("abc\015\012Login: "), CLIENT("bob\015\012"), SERVER("Password: "), CLIENT("x1234\015\012"), SERVER("l1234\015\012$ "), CLIENT("bob\015\012")}, "1003@6 2003@6 1012@9 3012@9 1@11 3@11 1005@11 3005@11 1010@13 3010@13 1007@15 3007@15 1007@17 3007@17 1@end 3@end 50@end 1002@end 1005@end 3002@end 3005@end"},
    {"login:", {SERVER("\377\375\001"), SERVER("abc\015\012login:"), CLIENT("bob\015\012"), SERVER("Password: "), CLIENT("bob\015\012"), SERVER("l1234\015\012"), CLIENT("bob\015\012")}, "1003@6 2003@6 1@11 3@11 1005@11 3005@11 1@15 3@15 1005@15 3005@15 1@end 3@end 50@end 1005@end 1007@end 3005@end 3007@end"},
    {"login: more", {SERVER("\377\375\001"), SERVER("abc\015\012login: abcd"), CLIENT("bob\015\012"), SERVER("efgh\015\012"), CLIENT("bob\015\012"), SERVER("l1234\015\012"), CLIENT("bob\015\012")}, "1003@6 2003@6 1012@9 3012@9 1@11 3@11 1005@11 3005@11 1@15 3@15 1005@15 3005@15 1@end 3@end 50@end 1005@end 1017@end 3005@end 3017@end"},
    {"login: password:", {SERVER("\377\375\001"), SERVER("abc\015\012login: "), CLIENT("bob\015\012"), SERVER("\015\012password: "), CLIENT("bob\015\012"), SERVER("l1234\015\012"), CLIENT("bob\015\012")}, "1003@6 2003@6 1012@9 3012@9 1@11 3@11 1005@11 3005@11 1012@13 3012@13 1@15 3@15 1005@15 3005@15 1007@17 3007@17 1@end 3@end 50@end 1005@end 3005@end"},
    {"login: no password", {SERVER("\377\375\001"), SERVER("abc\015\012login: "), CLIENT("bob\015\012"), SERVER("\015\012welcome\015\012"), CLIENT("bob\015\012"), SERVER("l1234\015\012"), CLIENT("bob\015\012"), SERVER("m12345\015\012"), CLIENT("bob\015\012")}, "1003@6 2003@6 1012@9 3012@9 1@11 3@11 1005@11 3005@11 1@15 3@15 1005@15 3005@15 1@19 3@19 1005@19 3005@19 1@end 3@end 50@end 1005@end 1026@end 3005@end 3026@end"},
    {"login twice", {SERVER("\377\375\001"), SERVER("abc\015\012login: "), CLIENT("bob\015\012"), SERVER("Password: "), CLIENT("bob\015\012"), SERVER("Login incorrect\015\012login: "), CLIENT("bob\015\012"), SERVER("Password: "), CLIENT("bob\015\012")}, "1003@6 2003@6 1012@9 3012@9 1@11 3@11 1005@11 3005@11 1010@13 3010@13 1@15 3@15 1005@15 3005@15 1017@17 3017@17 1@19 3@19 1005@19 3005@19 1@end 3@end 50@end 1005@end 1017@end 3005@end 3017@end"},
    {"login twice 2", {SERVER("\377\375\001"), SERVER("abc\015\012login: "), CLIENT("bob\015\012"), SERVER("Password: "), CLIENT("bob\015\012"), SERVER("Login incorrect\015\012"), SERVER("login: "), CLIENT("bob\015\012"), SERVER("Password: "), CLIENT("bob\015\012")}, "1003@6 2003@6 1012@9 3012@9 1@11 3@11 1005@11 3005@11 1010@13 3010@13 1@15 3@15 1005@15 3005@15 1017@16 3017@16 1@21 3@21 1005@21 3005@21 1@end 3@end 50@end 1005@end 1017@end 3005@end 3017@end"},
    {"echo", {SERVER("\377\375\001"), SERVER("abc\015\012login: "), CLIENT("bob\015\012"), SERVER("bob\015\012"), SERVER("Password: "), CLIENT("bob\015\012"), SERVER("l1234\015\012"), CLIENT("bob\015\012")}, "1003@6 2003@6 1012@9 3012@9 1@11 3@11 1005@11 3005@11 1@15 3@15 1015@15 3015@15 1@17 3@17 1005@17 3005@17 1007@19 3007@19 1@end 3@end 50@end 50@end 1005@end 3005@end"},
    {"ctl inside", {SERVER("\377\375\001"), SERVER("abc\015\012\377\373\003login: "), CLIENT("bob\015\012"), SERVER("\377\374\001Password: "), CLIENT("bob\015\012"), SERVER("\377\374\001l1234\015\012"), CLIENT("bob\015\012")}, "1003@6 2003@6 1015@9 3015@9 1@11 3@11 1005@11 3005@11 1003@13 1010@13 2003@13 3010@13 1@15 3@15 1005@15 3005@15 1003@17 1007@17 2003@17 3007@17 1@end 3@end 50@end 1005@end 3005@end"},
    {"cut login", {SERVER("\377\375\001"), SERVER("abc\015\012log"), SERVER("in: "), CLIENT("bob\015\012"), SERVER("Pass"), SERVER("word: "), CLIENT("bob\015\012"), SERVER("l1234\015\012"), CLIENT("bob\015\012")}, "1003@6 2003@6 1012@11 3012@11 1@13 3@13 1005@13 3005@13 1010@17 3010@17 1@19 3@19 1005@19 3005@19 1007@21 3007@21 1@end 3@end 50@end 1005@end 3005@end"},
    {"ctl only", {SERVER("\377\375\001"), SERVER("abc\377"), CLIENT("bob\015\012"), SERVER("\373\001"), CLIENT("bob\015\012")}, "1003@6 2003@6 1@11 3@11 1005@11 3005@11 1@end 3@end 50@end 1005@end 3005@end"},
    {"two prompts", {SERVER("\377\375\001"), SERVER("xlogin: yPassword: z1234\015\012w12\015\012"), CLIENT("bob\015\012")}, "1003@6 2003@6 1005@9 3005@9 1@end 3@end 50@end 1005@end 3005@end"},
    {"sb inside text", {SERVER("\377\375\001"), CLIENT("ab\377\372\037\012\377\360cd\015\012"), CLIENT("bob\015\012")}, "1003@7 2003@7 1002@8 1004@8 2002@8 3004@8 1@end 3@end 50@end 1005@end 3005@end"},
    {"sb iac iac", {SERVER("\377\375\001"), CLIENT("\377\372\037\377\377\000\001\377\360cd\015\012"), CLIENT("bob\015\012")}, "1003@7 2003@7 1002@8 1004@8 1007@8 2002@8 2007@8 3004@8 1@end 3@end 50@end 1005@end 3005@end"},
    {"ga", {SERVER("\377\375\001"), SERVER("login: \377\371"), CLIENT("bob\015\012"), SERVER("Password: \377\371"), CLIENT("bob\015\012"), SERVER("l1234\015\012$ \377\371"), CLIENT("bob\015\012")}, "1003@6 2003@6 1002@9 1007@9 2002@9 3007@9 1@11 3@11 1005@11 3005@11 1002@13 1010@13 2002@13 3010@13 1@15 3@15 1005@15 3005@15 1007@17 3007@17 1@end 3@end 50@end 1004@end 1005@end 3004@end 3005@end"},
};
/* clang-format on */

static void test_streams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 23, .udp = false};
    app_cases_check(&suite, streams, sizeof streams / sizeof streams[0]);
}

/* Nothing is kept while no rule asks for frames; a text without an end is let go. */
static void test_endless_text(void **state)
{
    (void)state;
    static char text[1 << 20];
    struct app_driver d;
    assert_true(app_driver_open(&d, &telnet_parser, false));
    memset(text, 'a', sizeof text);
    for (size_t at = 0; at < sizeof text; at += 1000)
        app_driver_feed(&d, at % 3000 ? TO_CLIENT : TO_SERVER, slice_of(text, 1000));
    assert_true(d.pending[TO_SERVER].n < 70000 && d.pending[TO_CLIENT].n < 70000);
    assert_false(d.bad);
    app_driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_streams), cmocka_unit_test(test_endless_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
