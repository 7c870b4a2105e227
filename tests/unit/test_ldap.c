/* LDAP through the whole engine, with what was asked of Suricata 8.0.8 of the same packets. */
#include "support/check.h"

#include "app/parser_list.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* clang-format off */
static const char rules[] =
    "alert ldap any any -> any any (ldap.request.operation:bind_request; sid:1;)\n"
    "alert ldap any any -> any any (ldap.request.operation:search_request; sid:2;)\n"
    "alert ldap any any -> any any (ldap.request.operation:>3; sid:3;)\n"
    "alert ldap any any -> any any (ldap.request.dn; content:\"dc=x\"; bsize:4; sid:4;)\n"
    "alert ldap any any -> any any (ldap.request.dn; content:\"cn=\"; startswith; sid:5;)\n"
    "alert ldap any any -> any any (ldap.request.attribute_type; content:\"*\"; bsize:1; ldap.request.attribute_type; content:\"+\"; sid:6;)\n"
    "alert ldap any any -> any any (ldap.request.attribute_type; content:\"mail\"; sid:7;)\n"
    "alert ldap any any -> any any (ldap.responses.operation:search_result_entry; sid:10;)\n"
    "alert ldap any any -> any any (ldap.responses.operation:search_result_done,-1; sid:11;)\n"
    "alert ldap any any -> any any (ldap.responses.operation:search_result_entry,0; sid:12;)\n"
    "alert ldap any any -> any any (ldap.responses.operation:search_result_done,all; sid:13;)\n"
    "alert ldap any any -> any any (ldap.responses.operation:!search_result_entry; sid:14;)\n"
    "alert ldap any any -> any any (ldap.responses.operation:>4,1; sid:15;)\n"
    "alert ldap any any -> any any (ldap.responses.count:1; sid:20;)\n"
    "alert ldap any any -> any any (ldap.responses.count:>1; sid:21;)\n"
    "alert ldap any any -> any any (ldap.responses.count:0; sid:22;)\n"
    "alert ldap any any -> any any (ldap.responses.dn; content:\"dc=x\"; bsize:4; sid:23;)\n"
    "alert ldap any any -> any any (ldap.responses.dn; content:\"dc=z\"; sid:24;)\n"
    "alert ldap any any -> any any (ldap.responses.message; content:\"limit\"; bsize:5; sid:25;)\n"
    "alert ldap any any -> any any (ldap.responses.attribute_type; content:\"objectClass\"; bsize:11; sid:26;)\n"
    "alert ldap any any -> any any (ldap.responses.attribute_type; content:\"mail\"; sid:27;)\n"
    "alert ldap any any -> any any (ldap.responses.result_code:success; sid:30;)\n"
    "alert ldap any any -> any any (ldap.responses.result_code:>0; sid:31;)\n"
    "alert ldap any any -> any any (ldap.responses.result_code:success,all; sid:32;)\n"
    "alert ldap any any -> any any (ldap.responses.result_code:success,-1; sid:33;)\n"
    "alert ldap any any -> any any (ldap.responses.result_code:!success,0; sid:34;)\n"
    "alert ldap any any -> any any (ldap.responses.result_code:4096; sid:35;)\n"
    "alert ldap any any -> any any (app-layer-event:ldap.request_not_found; sid:40;)\n"
    "alert ldap any any -> any any (app-layer-event:ldap.invalid_data; sid:41;)\n"
    "alert ldap any any -> any any (app-layer-event:ldap.too_many_responses; sid:42;)\n"
    "alert ldap any any -> any any (app-layer-event:ldap.too_many_transactions; sid:43;)\n"
    "alert ldap any any -> any any (ldap.responses.dn; content:!\"zz\"; sid:44;)\n"
    "alert ldap any any -> any any (ldap.responses.message; content:!\"zz\"; sid:45;)\n"
    "alert ldap any any -> any any (ldap.request.dn; content:!\"zz\"; sid:46;)\n";

static const struct app_case datagrams[] = {
    {"search", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("06\002\001\001d1\004\004dc=x0)0\034\004\013objectClass1\015\004\003top\004\006domain0\011\004\002dc1\003\004\001x0\014\002\001\001e\007\012\001\000\004\000\004\000")}, "2@1 4@1 6@1 46@1 10@2 11@2 12@2 14@2 15@2 21@2 23@2 26@2 30@2 32@2 33@2 44@2 45@2"},
    {"two datagrams", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("06\002\001\001d1\004\004dc=x0)0\034\004\013objectClass1\015\004\003top\004\006domain0\011\004\002dc1\003\004\001x"), SERVER("0\014\002\001\001e\007\012\001\000\004\000\004\000")}, "2@1 4@1 6@1 46@1 10@2 12@2 20@2 23@2 26@2 32@2 44@2 45@2 11@3 14@3 15@3 21@3 30@3 33@3"},
    {"cut", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001"), CLIENT("00\002\001\002c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+")}, ""},
    {"abandon", {CLIENT("0\006\002\001\001P\001\002")}, "3@1"},
    {"two requests", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+0\030\002\001\002n\023\004\004cn=g0\013\004\004attr\004\003val"), SERVER("0\014\002\001\002o\007\012\001\005\004\000\004\000")}, "2@1 4@1 6@1 46@1 13@2 14@2 20@2 22@2 31@2 32@2 34@2 40@2 44@2 45@2"},
};

/* Different here: a client whose first segment is too short to tell is told by the next ("in pieces"). */
static const struct app_case streams[] = {
    {"bind", {CLIENT("0\032\002\001\001`\025\002\001\003\004\010cn=admin\200\006secret"), SERVER("0\021\002\001\001a\014\012\0011\004\002dn\004\003bad"), CLIENT("0\005\002\001\002B\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 1@7 5@7 46@7 13@9 14@9 20@9 22@9 31@9 32@9 34@9 44@9 45@9"},
    {"sasl", {CLIENT("0\032\002\001\001`\025\002\001\003\004\000\243\016\004\006GSSAPI\004\004cred"), SERVER("0\021\002\001\001a\014\012\001\016\004\000\004\000\207\003srv"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 1@7 46@7 14@9 20@9 31@9 34@9 44@9 45@9"},
    {"search", {CLIENT("0S\002\001\002c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+\240!0\037\004\0261.2.840.113556.1.4.319\001\001\377\004\002xx"), SERVER("06\002\001\002d1\004\004dc=x0)0\034\004\013objectClass1\015\004\003top\004\006domain0\011\004\002dc1\003\004\001x"), SERVER("0\031\002\001\002s\024\004\010ldap://a\004\010ldap://b"), SERVER("0\014\002\001\002e\007\012\001\000\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 2@7 4@7 6@7 46@7 10@8 12@8 20@8 23@8 26@8 44@8 45@8 14@10 15@10 21@10 11@13 30@13 33@13"},
    {"search in one segment", {CLIENT("00\002\001\002c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("06\002\001\002d1\004\004dc=x0)0\034\004\013objectClass1\015\004\003top\004\006domain0\011\004\002dc1\003\004\001x0\027\002\001\002d\022\004\004dc=y0\0120\010\004\004mail1\0000\025\002\001\002e\020\012\001\004\004\004dc=z\004\005limit"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 2@7 4@7 6@7 46@7 10@9 11@9 12@9 14@9 21@9 23@9 24@9 25@9 26@9 27@9 31@9 44@9 45@9"},
    {"modify", {CLIENT("04\002\001\003f/\004\004cn=m0'0\022\012\001\0020\015\004\004mail1\005\004\003a@b0\021\012\001\0000\014\004\002sn1\006\004\001c\004\001d"), SERVER("0\014\002\001\003g\007\012\001\000\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 3@7 5@7 7@7 46@7 14@9 20@9 30@9 33@9 44@9 45@9"},
    {"add", {CLIENT("0#\002\001\004h\036\004\004cn=a0\0260\011\004\002cn1\003\004\001a0\011\004\002sn1\003\004\001b"), SERVER("0\026\002\001\004i\021\012\001D\004\004cn=a\004\006exists"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 3@7 5@7 46@7 14@9 20@9 31@9 34@9 44@9 45@9"},
    {"delete", {CLIENT("0\011\002\001\005J\004cn=d"), SERVER("0\014\002\001\005k\007\012\001 \004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 3@7 5@7 46@7 14@9 20@9 31@9 34@9 44@9 45@9"},
    {"rename", {CLIENT("0\034\002\001\006l\027\004\004cn=e\004\004cn=f\001\001\377\200\006dc=sup"), SERVER("0\014\002\001\006m\007\012\001\000\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 3@7 5@7 46@7 14@9 20@9 30@9 33@9 44@9 45@9"},
    {"compare", {CLIENT("0\030\002\001\007n\023\004\004cn=g0\013\004\004attr\004\003val"), SERVER("0\014\002\001\007o\007\012\001\006\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 3@7 5@7 46@7 14@9 20@9 31@9 34@9 44@9 45@9"},
    {"abandon", {CLIENT("00\002\001\010c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), CLIENT("0\006\002\001\011P\001\002"), SERVER("0\014\002\001\010e\007\012\001v\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 2@6 4@6 6@6 46@6 13@7 22@7 32@7 3@9 11@11 14@11 20@11 31@11 34@11 44@11 45@11"},
    {"extended", {CLIENT("0 \002\001\012w\033\200\0261.3.6.1.4.1.1466.20037\201\001v"), SERVER("0\020\002\001\012y\013\200\0051.2.3\201\002iv"), SERVER("0'\002\001\012x\042\012\001\000\004\000\004\000\212\0261.3.6.1.4.1.1466.20037\213\001w"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 3@7 14@8 20@8 44@8 45@8 15@11 21@11 30@11 33@11"},
    {"two at once", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+0\030\002\001\002n\023\004\004cn=g0\013\004\004attr\004\003val"), SERVER("0\014\002\001\002o\007\012\001\005\004\000\004\0000\014\002\001\001e\007\012\001\000\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 13@5 22@5 22@5 32@5 32@5 2@7 3@7 4@7 5@7 6@7 46@7 46@7 11@9 14@9 14@9 20@9 20@9 30@9 31@9 33@9 34@9 44@9 44@9 45@9 45@9"},
    {"an answer to nothing", {SERVER("0\015\002\001\005e\010\012\001\004\004\000\004\001m"), CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("0\014\002\001\001e\007\012\001\000\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "40@5 11@7 13@7 13@7 14@7 20@7 22@7 31@7 32@7 34@7 40@7 44@7 45@7 2@9 4@9 6@9 46@9 11@11 14@11 20@11 30@11 33@11 44@11 45@11"},
    {"another number", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("0\014\002\001\003e\007\012\001\000\004\000\004\000"), CLIENT("0\005\002\001\002B\000"), SERVER("0\014\002\001\001e\007\012\001\000\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 2@7 4@7 6@7 40@7 46@7 11@9 13@9 13@9 14@9 20@9 22@9 30@9 32@9 32@9 33@9 40@9 44@9 45@9 11@13 14@13 20@13 30@13 33@13 44@13 45@13"},
    {"after the end", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("0\014\002\001\001e\007\012\001\000\004\000\004\000"), SERVER("06\002\001\001d1\004\004dc=x0)0\034\004\013objectClass1\015\004\003top\004\006domain0\011\004\002dc1\003\004\001x"), CLIENT("0\005\002\001\002B\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 2@7 4@7 6@7 46@7 11@8 14@8 20@8 30@8 33@8 44@8 45@8 40@9 10@11 12@11 13@11 20@11 22@11 23@11 26@11 32@11 32@11 40@11 44@11 45@11"},
    {"in pieces", {CLIENT("00\002"), CLIENT("\001\001c+\004\004dc=x\012\001\002\012\001\000\002"), CLIENT("\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("0\014\002\001\001"), SERVER("e\007\012\001\000\004\000\004\000"), CLIENT("0\005\002\001\002B\000"), CLIENT_FIN, SERVER_FIN}, "13@9 22@9 32@9 2@11 4@11 6@11 46@11 11@15 13@15 14@15 20@15 22@15 30@15 32@15 33@15 44@15 45@15"},
    {"broken inside", {CLIENT("0\010\002\001\001c\003\002\001\005"), SERVER("0\014\002\001\001e\007\012\001\000\004\000\004\000"), CLIENT("0\005\002\001\002B\000"), SERVER("0\014\002\001\001e\007\012\001\000\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "40@7 11@9 13@9 14@9 20@9 30@9 32@9 33@9 40@9 41@9 44@9 45@9"},
    {"broken behind", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("0\014\002\001\001e\007\012\001\000\004\000\004\000"), CLIENT("1\003abc00\002\001\002c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("0\014\002\001\002e\007\012\001\000\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 2@7 4@7 6@7 46@7 11@9 14@9 20@9 30@9 33@9 41@9 44@9 45@9"},
    {"an unknown operation", {CLIENT("0\006\002\001\001~\001x"), SERVER("0\014\002\001\001e\007\012\001\000\004\000\004\000"), CLIENT("00\002\001\002c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("0\014\002\001\002e\007\012\001\000\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "40@7 11@9 13@9 14@9 20@9 30@9 32@9 33@9 40@9 41@9 44@9 45@9"},
    {"a gap", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("0\014\002\001\001e\007\012\001\000\004\000\004\000"), CLIENT_GAP(9), CLIENT("00\002\001\002c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("0\014\002\001\002e\007\012\001\000\004\000\004\000"), CLIENT("0\005\002\001\003B\000")}, "13@5 22@5 32@5 2@7 4@7 6@7 46@7 11@9 13@9 14@9 20@9 22@9 30@9 32@9 33@9 44@9 45@9 2@11 4@11 6@11 46@11 11@13 13@13 14@13 20@13 22@13 30@13 32@13 33@13 44@13 45@13"},
    {"never answered", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("06\002\001\011d1\004\004dc=x0)0\034\004\013objectClass1\015\004\003top\004\006domain0\011\004\002dc1\003\004\001x"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 2@7 4@7 6@7 40@7 46@7 10@9 12@9 20@9 23@9 26@9 32@9 40@9 44@9 45@9"},
    {"a name that is empty", {CLIENT("0&\002\001\001c!\004\000\012\001\000\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\000"), SERVER("0\011\002\001\001d\004\004\0000\000"), SERVER("0\014\002\001\001e\007\012\001\001\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 2@7 46@7 10@8 12@8 20@8 44@8 45@8 11@11 14@11 15@11 21@11 31@11"},
    {"a code above one byte", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("0\015\002\001\001e\010\012\002\020\000\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 2@7 4@7 6@7 46@7 11@9 14@9 20@9 31@9 34@9 35@9 44@9 45@9"},
    {"an unknown code", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("0\014\002\001\001e\007\012\001c\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 2@7 4@7 6@7 46@7 11@9 14@9 20@9 31@9 34@9 44@9 45@9"},
    {"the server asks", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("00\002\001\007c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), CLIENT("0\014\002\001\001e\007\012\001\000\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 2@7 4@7 6@7 40@7 46@7 13@9 14@9 20@9 22@9 32@9 32@9 40@9 44@9 45@9 3@10"},
    {"same number twice", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), CLIENT("0\030\002\001\001n\023\004\004cn=g0\013\004\004attr\004\003val"), SERVER("0\014\002\001\001o\007\012\001\005\004\000\004\000"), SERVER("0\014\002\001\001e\007\012\001\000\004\000\004\000"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 2@6 4@6 6@6 46@6 13@7 22@7 32@7 3@9 5@9 46@9 14@10 20@10 31@10 34@10 44@10 45@10 11@13 14@13 20@13 30@13 33@13 44@13 45@13"},
    {"notice of disconnection", {CLIENT("00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"), SERVER("0'\002\001\000x\042\012\0014\004\000\004\003bye\212\0261.3.6.1.4.1.1466.20036"), CLIENT_FIN, SERVER_FIN}, "13@5 22@5 32@5 2@7 4@7 6@7 46@7 14@9 20@9 31@9 34@9 44@9 45@9"},
};

/* clang-format on */

static void test_datagrams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 389, .udp = true};
    app_cases_check(&suite, datagrams, sizeof datagrams / sizeof datagrams[0]);
}

static void test_streams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 389, .udp = false};
    app_cases_check(&suite, streams, sizeof streams / sizeof streams[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_datagrams),
        cmocka_unit_test(test_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
