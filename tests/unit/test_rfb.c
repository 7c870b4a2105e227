/* RFB through the whole engine, with what was asked of Suricata 8.0.8 of the same packets. */
#include "support/check.h"

#include "app/parser_list.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* clang-format off */
static const char rules[] =
    "alert rfb any any -> any any (rfb.name; content:\"desk\"; bsize:4; sid:1;)\n"
    "alert rfb any any -> any any (rfb.name; content:!\"zz\"; sid:2;)\n"
    "alert rfb any any -> any any (rfb.sectype:1; sid:3;)\n"
    "alert rfb any any -> any any (rfb.sectype:2; sid:4;)\n"
    "alert rfb any any -> any any (rfb.sectype:>2; sid:5;)\n"
    "alert rfb any any -> any any (rfb.secresult:ok; sid:6;)\n"
    "alert rfb any any -> any any (rfb.secresult:fail; sid:7;)\n"
    "alert rfb any any -> any any (rfb.secresult:3; sid:8;)\n"
    "alert rfb any any -> any any (rfb.secresult:unknown; sid:9;)\n"
    "alert rfb any any -> any any (rfb.sectype:0; sid:10;)\n"
    "alert rfb any any -> any any (app-layer-event:rfb.malformed_message; sid:20;)\n"
    "alert rfb any any -> any any (app-layer-event:rfb.unimplemented_security_type; sid:21;)\n"
    "alert rfb any any -> any any (app-layer-event:rfb.unknown_security_result; sid:22;)\n"
    "alert rfb any any -> any any (app-layer-event:rfb.confused_state; sid:23;)\n"
    "alert rfb any any -> any any (app-layer-event:rfb.too_long_string; sid:24;)\n"
    "alert rfb any any -> any any (frame:rfb.pdu; content:\"RFB \"; startswith; bsize:12; flow:to_server; sid:30;)\n"
    "alert rfb any any -> any any (frame:rfb.pdu; content:\"RFB \"; startswith; flow:to_client; sid:31;)\n"
    "alert rfb any any -> any any (frame:rfb.pdu; content:\"|00 01 02 03|\"; startswith; bsize:16; sid:32;)\n"
    "alert rfb any any -> any any (frame:rfb.pdu; bsize:1; content:!\"z\"; sid:33;)\n"
    "alert rfb any any -> any any (frame:rfb.pdu; content:\"desk\"; endswith; sid:34;)\n"
    "alert rfb any any -> any any (frame:rfb.pdu; bsize:4; content:\"|00 00 00|\"; startswith; sid:35;)\n"
    "alert rfb any any -> any any (frame:rfb.pdu; bsize:3; content:\"|02 01 02|\"; sid:36;)\n";

/* Different here: a rule about frames alerts once in a direction (33, 35). */
static const struct app_case streams[] = {
    {"a password", {SERVER("RFB 003.008\012"), CLIENT("RFB 003.008\012"), SERVER("\002\001\002"), CLIENT("\002"), SERVER("\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017"), CLIENT("\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037"), SERVER("\000\000\000\000"), CLIENT("\001"), SERVER("\003 \002X \030\000\001\000\377\000\377\000\377\020\010\000\000\000\000\000\000\000\004desk"), CLIENT("\003\000\000\000\000\000\000\000\000\000"), SERVER("\000\000\000\000")}, "31@7 30@9 36@11 4@13 33@13 32@15 6@19 35@19 1@23 2@23 34@23"},
    {"no password, 3.8", {SERVER("RFB 003.008\012"), CLIENT("RFB 003.008\012"), SERVER("\001\001"), CLIENT("\001"), SERVER("\000\000\000\000"), CLIENT("\000"), SERVER("\003 \002X \030\000\001\000\377\000\377\000\377\020\010\000\000\000\000\000\000\000\000"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 3@13 23@13 33@13 23@15"},
    {"no password, 3.7", {SERVER("RFB 003.007\012"), CLIENT("RFB 003.007\012"), SERVER("\001\001"), CLIENT("\001"), CLIENT("\000"), SERVER("\003 \002X \030\000\001\000\377\000\377\000\377\020\010\000\000\000\000\000\000\000\004desk"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 3@12 33@12 1@17 2@17 34@17"},
    {"3.3, none", {SERVER("RFB 003.003\012"), CLIENT("RFB 003.003\012"), SERVER("\000\000\000\001"), CLIENT("\001"), SERVER("\003 \002X \030\000\001\000\377\000\377\000\377\020\010\000\000\000\000\000\000\000\004desk"), CLIENT_FIN, SERVER_FIN}, "31@7 3@9 30@9 35@11 33@13 1@15 2@15 34@15"},
    {"3.3, a password", {SERVER("RFB 003.003\012"), CLIENT("RFB 003.003\012"), SERVER("\000\000\000\002"), SERVER("\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017"), CLIENT("\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037"), SERVER("\000\000\000\000"), CLIENT("\001"), SERVER("\003 \002X \030\000\001\000\377\000\377\000\377\020\010\000\000\000\000\000\000\000\004desk"), CLIENT_FIN, SERVER_FIN}, "31@7 4@9 30@9 35@10 32@13 6@17 33@19 1@21 2@21 34@21"},
    {"a wrong password", {SERVER("RFB 003.008\012"), CLIENT("RFB 003.008\012"), SERVER("\001\002"), CLIENT("\002"), SERVER("\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017"), CLIENT("\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037"), SERVER("\000\000\000\001\000\000\000\004nope"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 4@13 33@13 32@15 35@19"},
    {"refused", {SERVER("RFB 003.008\012"), CLIENT("RFB 003.008\012"), SERVER("\000\000\000\000\005sorry"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 33@11"},
    {"3.3 refused", {SERVER("RFB 003.003\012"), CLIENT("RFB 003.003\012"), SERVER("\000\000\000\000\000\000\000\005sorry"), CLIENT_FIN, SERVER_FIN}, "31@7 10@9 30@9 35@11"},
    {"another type", {SERVER("RFB 003.008\012"), CLIENT("RFB 003.008\012"), SERVER("\001\020"), CLIENT("\020"), SERVER("\000\000\000\000"), CLIENT("\001"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 21@11 5@13 21@13 33@13"},
    {"an unknown result", {SERVER("RFB 003.008\012"), CLIENT("RFB 003.008\012"), SERVER("\001\002"), CLIENT("\002"), SERVER("\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017"), CLIENT("\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037"), SERVER("\000\000\000\007"), CLIENT("\001"), SERVER("\003 \002X \030\000\001\000\377\000\377\000\377\020\010\000\000\000\000\000\000\000\004desk"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 4@13 33@13 32@15 22@17 22@19 35@19"},
    {"too many", {SERVER("RFB 003.008\012"), CLIENT("RFB 003.008\012"), SERVER("\001\002"), CLIENT("\002"), SERVER("\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017"), CLIENT("\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037"), SERVER("\000\000\000\002"), CLIENT("\001"), SERVER("\003 \002X \030\000\001\000\377\000\377\000\377\020\010\000\000\000\000\000\000\000\004desk"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 4@13 33@13 32@15 22@17 22@19 35@19"},
    {"the client first", {CLIENT("RFB 003.008\012"), SERVER("RFB 003.008\012"), CLIENT("\002"), SERVER("\001\002"), SERVER("\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017"), CLIENT_FIN, SERVER_FIN}, ""},
    {"in pieces", {SERVER("RFB 0"), SERVER("03.008\012"), CLIENT("RFB"), CLIENT(" 003.008\012"), SERVER("\002\001"), SERVER("\002"), CLIENT("\002"), SERVER("\000\001\002\003\004\005\006"), SERVER("\007\010\011\012\013\014\015\016\017"), CLIENT("\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037"), SERVER("\000\000\000"), SERVER("\000"), CLIENT("\001")}, "31@9 30@13 36@17 4@19 33@19 32@23 6@29 35@29"},
    {"a long name", {SERVER("RFB 003.008\012"), CLIENT("RFB 003.008\012"), SERVER("\001\001"), CLIENT("\001"), SERVER("\000\000\000\000"), CLIENT("\000"), SERVER("\003 \002X \030\000\001\000\377\000\377\000\377\020\010\000\000\000\000\000\000\007\320nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"), CLIENT("\003\003\003\003\003\003\003\003\003\003"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 3@13 23@13 33@13 23@15"},
    {"a name that is too long", {SERVER("RFB 003.008\012"), CLIENT("RFB 003.008\012"), SERVER("\001\001"), CLIENT("\001"), SERVER("\000\000\000\000"), CLIENT("\000"), SERVER("\003 \002X \030\000\001\000\377\000\377\000\377\020\010\000\000\000\000\377\377\377\377nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"), CLIENT("\003\003\003\003\003\003\003\003\003\003"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 3@13 23@13 33@13 23@15"},
    {"a version that is none", {SERVER("RFB 003.00x\012"), CLIENT("RFB 003.008\012"), SERVER("\001\001"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9"},
    {"a version that is none from the client", {SERVER("RFB 003.008\012"), CLIENT("RFB abc.def\012"), SERVER("\001\001"), CLIENT("\001"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 3@12 33@12"},
    {"version 4", {SERVER("RFB 004.001\012"), CLIENT("RFB 004.001\012"), SERVER("\001\001"), CLIENT("\001"), SERVER("\000\000\000\000"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 3@13 23@13 33@13 23@15"},
    {"3.889 (a Mac)", {SERVER("RFB 003.889\012"), CLIENT("RFB 003.889\012"), SERVER("\001\001"), CLIENT("\001"), SERVER("\000\000\000\000"), CLIENT("\001"), SERVER("\003 \002X \030\000\001\000\377\000\377\000\377\020\010\000\000\000\000\000\000\000\004desk"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 3@13 23@13 33@13 23@15"},
    {"a gap", {SERVER("RFB 003.008\012"), CLIENT("RFB 003.008\012"), SERVER("\001\002"), CLIENT_GAP(1), SERVER("\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017"), CLIENT("\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037"), SERVER("\000\000\000\000"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 23@11 23@13"},
    {"all at once", {SERVER("RFB 003.008\012"), CLIENT("RFB 003.008\012"), SERVER("\001\001"), CLIENT("\001\000"), SERVER("\000\000\000\000\003 \002X \030\000\001\000\377\000\377\000\377\020\010\000\000\000\000\000\000\000\004desk"), CLIENT_FIN, SERVER_FIN}, "31@7 30@9 3@13 33@13"},
    {"a client that says too much", {SERVER("RFB 003.008\012"), CLIENT("RFB 003.008\012\001\001"), SERVER("\001\001"), SERVER("\000\000\000\000"), SERVER("\003 \002X \030\000\001\000\377\000\377\000\377\020\010\000\000\000\000\000\000\000\004desk"), CLIENT_FIN, SERVER_FIN}, "23@7 31@7 23@9 30@9"},
};

/* clang-format on */

static void test_streams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 5900, .udp = false};
    app_cases_check(&suite, streams, sizeof streams / sizeof streams[0]);
}

/* Every cut of a handshake is read inside, and what follows it is not kept. */
static void test_every_cut(void **state)
{
    (void)state;
    static const char server[] = "RFB 003.003\n"
                                 "\0\0\0\1"
                                 "\3\x20\2\x58\x20\x18\0\1\0\xff\0\xff\0\xff\x10\x08\0\0\0\0\0\0\0\4desk";
    for (size_t cut = 1; cut < sizeof server; cut++) {
        struct app_driver d;
        assert_true(app_driver_open(&d, &rfb_parser, false));
        app_driver_feed(&d, TO_CLIENT, slice_of(server, cut < 12 ? cut : 12));
        if (cut >= 12) {
            app_driver_feed(&d, TO_SERVER, slice_of(server, 12));
            app_driver_feed(&d, TO_CLIENT, slice_of(server + 12, cut < 16 ? cut - 12 : 4));
        }
        if (cut >= 16) {
            app_driver_feed(&d, TO_SERVER, slice_of("\1", 1));
            app_driver_feed(&d, TO_CLIENT, slice_of(server + 16, cut - 16));
        }
        assert_false(d.bad);
        app_driver_close(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_every_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
