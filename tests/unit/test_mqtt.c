/* MQTT through the whole engine, with what was asked of Suricata 8.0.8 of the same packets. */
#include "support/check.h"

#include "app/parser_list.h"
#include "app/session.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* clang-format off */
#define HELLO_31 "\x10\x11\0\6MQIsdp\3\2\0\x3c\0\3" "abc"
#define HELLO_311 "\x10\x1b\0\4MQTT\4\xc2\0\x3c\0\3" "abc\0\4user\0\4pass"
#define HELLO_WILL "\x10\x1d\0\4MQTT\4\x2e\0\x3c\0\1" "a\0\4last\0\4bye!\0\3" "xyz"
#define HELLO_WILL2 "\x10\x19\0\4MQTT\4\x2e\0\x3c\0\1" "a\0\4last\0\4bye!"
#define HELLO_5 "\x10\x13\0\4MQTT\5\2\0\x3c\3\x21\0\x14\0\3" "abc"
#define OK_311 "\x20\2\0\0"
#define OK_5 "\x20\6\0\0\3\x22\0\x0a"
#define HERE_311 "\x20\2\1\0"
#define NO_311 "\x20\2\0\5"
#define PUB_0 "\x30\7\0\3t/xhi"
#define PUB_0_5 "\x30\7\0\2tx\0hi"
#define PUB_1 "\x32\x09\0\3t/x\0\1hi"
#define PUB_2 "\x35\x09\0\3t/x\0\2hi"
#define PUB_3 "\x36\x09\0\3t/x\0\2hi"
#define PUBACK_1 "\x40\2\0\1"
#define PUBREC_2 "\x50\2\0\2"
#define PUBREL_2 "\x62\2\0\2"
#define PUBCOMP_2 "\x70\2\0\2"
#define SUB "\x82\x0d\0\3\0\2t1\0\0\3t/2\1"
#define SUBACK "\x90\4\0\3\0\x80"
#define SUB_5 "\x82\x08\0\3\0\0\2t1\0"
#define SUBACK_5 "\x90\4\0\3\0\x11"
#define UNSUB "\xa2\x0b\0\4\0\2t1\0\3t/2"
#define UNSUBACK "\xb0\2\0\4"
#define PING "\xc0\0"
#define PONG "\xd0\0"
#define BYE "\xe0\0"
#define BYE_5 "\xe0\2\x8b\0"
#define AUTH_5 "\xf0\2\x18\0"

static const char rules[] =
    "alert mqtt any any -> any any (mqtt.type:CONNECT; sid:1;)\n"
    "alert mqtt any any -> any any (mqtt.type:CONNACK; sid:2;)\n"
    "alert mqtt any any -> any any (mqtt.type:PUBLISH; sid:3;)\n"
    "alert mqtt any any -> any any (mqtt.type:4-7; sid:4;)\n"
    "alert mqtt any any -> any any (mqtt.type:SUBSCRIBE; sid:5;)\n"
    "alert mqtt any any -> any any (mqtt.type:SUBACK; sid:6;)\n"
    "alert mqtt any any -> any any (mqtt.type:UNSUBSCRIBE; sid:7;)\n"
    "alert mqtt any any -> any any (mqtt.type:UNSUBACK; sid:8;)\n"
    "alert mqtt any any -> any any (mqtt.type:>11; sid:9;)\n"
    "alert mqtt any any -> any any (mqtt.flags:dup; sid:11;)\n"
    "alert mqtt any any -> any any (mqtt.flags:retain; sid:12;)\n"
    "alert mqtt any any -> any any (mqtt.qos:1; sid:13;)\n"
    "alert mqtt any any -> any any (mqtt.qos:2; sid:14;)\n"
    "alert mqtt any any -> any any (mqtt.protocol_version:4; sid:15;)\n"
    "alert mqtt any any -> any any (mqtt.reason_code:0; sid:16;)\n"
    "alert mqtt any any -> any any (mqtt.reason_code:>0; sid:17;)\n"
    "alert mqtt any any -> any any (mqtt.connect.flags:username,password,!will; sid:20;)\n"
    "alert mqtt any any -> any any (mqtt.connect.flags:will,will_retain; sid:21;)\n"
    "alert mqtt any any -> any any (mqtt.connect.flags:clean_session; sid:22;)\n"
    "alert mqtt any any -> any any (mqtt.connect.clientid; content:\"abc\"; bsize:3; sid:23;)\n"
    "alert mqtt any any -> any any (mqtt.connect.protocol_string; content:\"MQTT\"; bsize:4; sid:24;)\n"
    "alert mqtt any any -> any any (mqtt.connect.username; content:\"user\"; bsize:4; mqtt.connect.password; content:\"pass\"; bsize:4; sid:25;)\n"
    "alert mqtt any any -> any any (mqtt.connect.willtopic; content:\"last\"; bsize:4; mqtt.connect.willmessage; content:\"bye!\"; bsize:4; sid:26;)\n"
    "alert mqtt any any -> any any (mqtt.publish.topic; content:\"t/x\"; bsize:3; mqtt.publish.message; content:\"hi\"; bsize:2; sid:27;)\n"
    "alert mqtt any any -> any any (mqtt.subscribe.topic; content:\"t1\"; bsize:2; mqtt.subscribe.topic; content:\"t/2\"; bsize:3; sid:28;)\n"
    "alert mqtt any any -> any any (mqtt.unsubscribe.topic; content:\"t1\"; bsize:2; mqtt.unsubscribe.topic; content:\"t/2\"; bsize:3; sid:29;)\n"
    "alert mqtt any any -> any any (app-layer-event:mqtt.missing_connect; sid:40;)\n"
    "alert mqtt any any -> any any (app-layer-event:mqtt.missing_publish; sid:41;)\n"
    "alert mqtt any any -> any any (app-layer-event:mqtt.missing_subscribe; sid:42;)\n"
    "alert mqtt any any -> any any (app-layer-event:mqtt.missing_unsubscribe; sid:43;)\n"
    "alert mqtt any any -> any any (app-layer-event:mqtt.double_connect; sid:44;)\n"
    "alert mqtt any any -> any any (app-layer-event:mqtt.unintroduced_message; sid:45;)\n"
    "alert mqtt any any -> any any (app-layer-event:mqtt.invalid_qos_level; sid:46;)\n"
    "alert mqtt any any -> any any (app-layer-event:mqtt.missing_msg_id; sid:47;)\n"
    "alert mqtt any any -> any any (app-layer-event:mqtt.unassigned_msg_type; sid:48;)\n"
    "alert mqtt any any -> any any (app-layer-event:mqtt.malformed_traffic; sid:49;)\n"
    "alert mqtt any any -> any any (frame:mqtt.pdu; content:\"t/x\"; sid:50;)\n"
    "alert mqtt any any -> any any (frame:mqtt.header; bsize:2; content:\"|30|\"; sid:51;)\n"
    "alert mqtt any any -> any any (frame:mqtt.data; content:\"|00 03|\"; startswith; sid:52;)\n";

/* Different here: the frame behind the one that a side begins with, in the same segment (52@9). */
static const struct app_case cases[] = {
    {"3.1", {CLIENT(HELLO_31), SERVER(OK_311), CLIENT(PUB_0), SERVER(PUB_0), CLIENT(BYE)}, "1@7 2@7 16@7 22@7 23@7 3@11 27@11 50@11 51@11 52@11 3@13 27@13 50@13 51@13 52@13 9@end"},
    {"3.1.1, all kinds", {CLIENT(HELLO_311), SERVER(OK_311), CLIENT(SUB), SERVER(SUBACK), CLIENT(PUB_1), SERVER(PUBACK_1), CLIENT(PUB_2), SERVER(PUBREC_2), CLIENT(PUBREL_2), SERVER(PUBCOMP_2), CLIENT(UNSUB), SERVER(UNSUBACK), CLIENT(PING)}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7 5@11 6@11 13@11 15@11 16@11 17@11 28@11 52@11 52@13 3@15 13@15 15@15 27@15 50@15 52@15 3@19 4@19 12@19 14@19 15@19 27@19 50@19 52@19 13@23 7@27 8@27 13@27 15@27 29@27 9@end 15@end"},
    {"5", {CLIENT(HELLO_5), SERVER(OK_5), CLIENT(SUB_5), SERVER(SUBACK_5), CLIENT(PUB_0_5), SERVER(PUB_0_5), SERVER(BYE_5), CLIENT(AUTH_5)}, "1@7 2@7 16@7 22@7 23@7 24@7 5@11 6@11 13@11 17@11 52@11 52@13 3@15 51@15 3@16 51@16 9@19 17@19 9@end 17@end"},
    {"pings", {CLIENT(HELLO_31), SERVER(OK_311), CLIENT(PING), SERVER(PONG), CLIENT(PING PING), SERVER(PONG PONG), CLIENT(BYE)}, "1@7 2@7 16@7 22@7 23@7 9@11 9@13 9@15 9@15 9@17 9@17 9@end"},
    {"a will, flags without a name", {CLIENT(HELLO_WILL), SERVER(HERE_311), CLIENT(BYE), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 15@7 16@7 21@7 22@7 24@7 26@7"},
    {"a will", {CLIENT(HELLO_WILL2), SERVER(HERE_311), CLIENT(BYE), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 15@7 16@7 21@7 22@7 24@7 26@7 9@10 15@10"},
    {"refused", {CLIENT(HELLO_311), SERVER(NO_311), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 15@7 17@7 20@7 22@7 23@7 24@7 25@7"},
    {"several in a segment", {CLIENT(HELLO_311 SUB PUB_0 PUB_1 BYE), SERVER(OK_311 SUBACK PUBACK_1), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 3@7 5@7 6@7 9@7 13@7 13@7 15@7 15@7 15@7 15@7 15@7 16@7 52@9"},
    {"byte by byte", {CLIENT("\x10"), CLIENT("\x11\0"), CLIENT("\6MQIsdp\3\2\0\x3c\0\3" "ab"), CLIENT("c"), SERVER("\x20"), SERVER("\2\0"), SERVER("\0"), CLIENT("\x30\7\0\3t/xh"), CLIENT("i"), SERVER(PONG)}, "1@13 22@13 23@13 2@17 16@17 3@23 27@23 50@23 51@23 52@23 9@end"},
    {"nothing but an answer", {SERVER(OK_311), CLIENT(PING), SERVER(PONG)}, "2@7 16@7 40@7 9@9 45@9 9@end 45@end"},
    {"unintroduced", {CLIENT(PUB_0), SERVER(PONG), CLIENT(SUB), SERVER(SUBACK), CLIENT(HELLO_311), SERVER(OK_311), CLIENT(PUB_0), SERVER(PONG)}, "3@7 27@7 45@7 50@7 51@7 52@7 9@9 45@9 5@11 6@11 13@11 16@11 17@11 28@11 45@11 52@11 52@13 1@15 2@15 15@15 16@15 20@15 22@15 23@15 24@15 25@15 3@19 15@19 27@19 50@19 51@19 52@19 9@end"},
    {"before the answer", {CLIENT(HELLO_311), CLIENT(PUB_0), CLIENT(SUB), SERVER(OK_311), CLIENT(PUB_0), SERVER(SUBACK)}, "1@6 15@6 20@6 22@6 23@6 24@6 25@6 3@8 15@8 27@8 45@8 50@8 51@8 52@8 2@11 5@11 13@11 15@11 16@11 28@11 45@11 52@11 3@15 6@15 15@15 16@15 17@15 27@15 50@15 51@15 52@15 52@end"},
    {"a second hello", {CLIENT(HELLO_311), SERVER(OK_311), CLIENT(HELLO_311), SERVER(OK_311), CLIENT(PING), SERVER(PONG)}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7 1@11 2@11 15@11 16@11 20@11 22@11 23@11 24@11 25@11 44@11 9@15 15@15 9@end"},
    {"a second hello before the answer", {CLIENT(HELLO_311), CLIENT(HELLO_311), SERVER(OK_311), CLIENT(PING), SERVER(PONG)}, "1@6 15@6 20@6 22@6 23@6 24@6 25@6 1@9 2@9 15@9 16@9 20@9 22@9 23@9 24@9 25@9 9@13 15@13 9@end"},
    {"answers to nothing", {CLIENT(HELLO_311), SERVER(OK_311), SERVER(PUBACK_1), SERVER(PUBREC_2), CLIENT(PUBREL_2), SERVER(PUBCOMP_2), SERVER(SUBACK), SERVER(UNSUBACK), CLIENT(PING)}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7 41@10 4@13 41@13 4@15 13@15 15@15 41@15 41@16 6@18 16@18 17@18 42@18 52@18 8@21 43@21 9@end 15@end"},
    {"quality 3", {CLIENT(HELLO_311), SERVER(OK_311), CLIENT(PUB_3), SERVER(PONG), CLIENT(PUB_0), SERVER(PONG)}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7 3@11 15@11 27@11 46@11 50@11 52@11 9@13 3@15 15@15 27@15 50@15 51@15 52@15 9@end"},
    {"type 0", {CLIENT(HELLO_311), SERVER(OK_311), CLIENT("\0\2ab"), SERVER(PONG), CLIENT(PUB_0), SERVER(PONG)}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7 15@11 48@11 9@13 3@15 15@15 27@15 50@15 51@15 52@15 9@end"},
    {"a topic that is too long", {CLIENT(HELLO_311), SERVER(OK_311), CLIENT("\x30\4\0\x09" "ab"), SERVER(PONG), CLIENT(PUB_0), SERVER(PONG)}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7 15@11 49@11"},
    {"a number without an end", {CLIENT(HELLO_311), SERVER(OK_311), CLIENT("\x30\xff\xff\xff\xff\x01"), SERVER(PONG), CLIENT(PUB_0), SERVER(PONG)}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7 15@11 49@11"},
    {"a hello that is cut", {CLIENT("\x10\5\0\4MQT"), SERVER(OK_311), CLIENT(PING), SERVER(PONG)}, "49@7"},
    {"a quality of 1 in PUBLISH without a number", {CLIENT(HELLO_311), SERVER(OK_311), CLIENT("\x32\5\0\3t/x"), SERVER(PONG), CLIENT(PUB_0), SERVER(PONG)}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7 15@11 49@11"},
    {"PUBACK of version 5 with a reason", {CLIENT(HELLO_5), SERVER(OK_5), CLIENT("\x32\6\0\1t\0\1\0"), SERVER("\x40\3\0\1\x10"), CLIENT("\x32\6\0\1t\0\2\0"), SERVER("\x40\4\0\2\x80\0"), CLIENT(PING), SERVER(PONG)}, "1@7 2@7 16@7 22@7 23@7 24@7 3@11 13@11 17@11 3@15 13@15 17@15 9@19 9@end"},
    {"an unknown property", {CLIENT(HELLO_5), SERVER("\x20\5\0\0\2\x7f\0"), CLIENT(PING), SERVER(PONG), CLIENT(PING)}, "1@7 2@7 16@7 22@7 23@7 24@7 9@11 9@13 9@end"},
    {"properties that are cut", {CLIENT(HELLO_5), SERVER("\x20\5\0\0\x20\x22\0"), CLIENT(PING), SERVER(PONG), CLIENT(PING)}, "1@7 22@7 23@7 24@7 49@9"},
    {"more than it says", {CLIENT(HELLO_311), SERVER("\x20\4\0\0zz"), CLIENT("\xc0\2ab"), SERVER(PONG), CLIENT(BYE), SERVER(PONG)}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7 9@11 15@11 9@13 9@15 15@15 9@end"},
    {"a reason without properties", {CLIENT(HELLO_5), SERVER(OK_5), CLIENT("\xe0\1\4"), SERVER(PONG)}, "1@7 2@7 16@7 22@7 23@7 24@7 9@11 16@11 9@end"},
    {"no topics", {CLIENT(HELLO_311), SERVER(OK_311), CLIENT("\x82\2\0\3"), SERVER("\x90\2\0\3"), CLIENT("\xa2\2\0\3"), SERVER(UNSUBACK), CLIENT(PING), SERVER(PONG)}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7 15@11 49@11"},
    {"a gap", {CLIENT(HELLO_311), SERVER(OK_311), CLIENT_GAP(5), CLIENT(PUB_0), SERVER(PONG), CLIENT(PUB_0), SERVER(PONG)}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7"},
    {"publish open at the end", {CLIENT(HELLO_311), SERVER(OK_311), CLIENT(PUB_1), SERVER(PONG), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7 3@11 13@11 15@11 27@11 50@11 52@11 9@13"},
    {"the server publishes", {CLIENT(HELLO_311), SERVER(OK_311), SERVER(PUB_1), CLIENT(PUBACK_1), SERVER(PUB_2), CLIENT(PUBREC_2), SERVER(PUBREL_2), CLIENT(PUBCOMP_2), SERVER(PONG), CLIENT(PING)}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7 3@11 27@11 50@11 52@11 3@15 4@15 27@15 50@15 52@15 9@23 9@end 15@end"},
    {"version 9", {CLIENT("\x10\x0f\0\4MQTT\x09\2\0\x3c\0\3" "abc"), SERVER(OK_311), CLIENT(PUB_0), SERVER(PONG)}, "1@7 2@7 16@7 22@7 23@7 24@7 3@11 27@11 50@11 51@11 52@11 9@end"},
    {"another protocol's name", {CLIENT("\x10\x0f\0\4XXTT\4\2\0\x3c\0\3" "abc"), SERVER(OK_311), CLIENT(PUB_0), SERVER(PONG)}, "1@7 2@7 15@7 16@7 22@7 23@7 3@11 15@11 27@11 50@11 51@11 52@11 9@end"},
    {"a reason with DISCONNECT before 5", {CLIENT(HELLO_311), SERVER(OK_311), CLIENT("\xe0\1\5"), SERVER(PONG), CLIENT(PING)}, "1@7 2@7 15@7 16@7 20@7 22@7 23@7 24@7 25@7 9@11 15@11 9@13 9@end 15@end"},
};
/* clang-format on */

static void test_cases(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 1883};
    app_cases_check(&suite, cases, sizeof cases / sizeof cases[0]);
}

/* As the specification has it; in Suricata 8.0.8 these never match. */
static void test_session_present(void **state)
{
    (void)state;
    static const struct app_suite suite = {
        .rules = "alert mqtt any any -> any any (mqtt.connack.session_present:1; sid:1;)\n"
                 "alert mqtt any any -> any any (mqtt.connack.session_present:0; sid:2;)\n",
        .port = 1883,
    };
    static const struct app_case both[] = {
        {"it was there", {CLIENT(HELLO_31), SERVER(HERE_311), CLIENT(PING)}, "1@7"},
        {"it was not", {CLIENT(HELLO_31), SERVER(OK_311), CLIENT(PING)}, "2@7"},
    };
    app_cases_check(&suite, both, sizeof both / sizeof both[0]);
}

/* A message of many bytes is not waited for: its head makes a transaction, and the next one is found behind
 * it. */
static void test_long_message(void **state)
{
    (void)state;
    static const char head[] = "\x30\xff\xff\x7f"; /* 2,097,151 */
    char zeros[10000] = {0};
    struct app_driver d;
    assert_true(app_driver_open(&d, &mqtt_parser, false));
    app_driver_feed(&d, TO_SERVER, slice_of(head, sizeof head - 1));
    assert_int_equal(d.session->next_id, 1);
    size_t left = 2097151;
    while (left) {
        size_t n = left < sizeof zeros ? left : sizeof zeros;
        app_driver_feed(&d, TO_SERVER, slice_of(zeros, n));
        assert_int_equal(d.pending[TO_SERVER].n, 0);
        left -= n;
    }
    app_driver_feed(&d, TO_SERVER, slice_of(PING, 2));
    assert_int_equal(d.session->next_id, 2);
    app_driver_close(&d);
}

/* A thousand answers to one message: no transaction grows without end. */
static void test_many_answers(void **state)
{
    (void)state;
    struct app_driver d;
    assert_true(app_driver_open(&d, &mqtt_parser, false));
    app_driver_feed(&d, TO_SERVER, slice_of(PUB_2, sizeof PUB_2 - 1));
    for (int i = 0; i < 10000; i++)
        app_driver_feed(&d, TO_CLIENT, slice_of(PUBREC_2, sizeof PUBREC_2 - 1));
    assert_in_range(d.session->memory, 0, 100000);
    assert_false(d.bad);
    app_driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_session_present),
        cmocka_unit_test(test_long_message),
        cmocka_unit_test(test_many_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
