/* Frames of DCE/RPC: PDUs, their heads and bodies, as they are on the wire. The expected alerts are
 * Suricata 8.0.8's, but for what docs/compatibility.md names. */
#include "support/app_case.h"
#include "support/check.h"
#include "support/rpc_bytes.h"

/* clang-format off */
#define RPC(options, sid) "alert dcerpc any any -> any any (frame:" options " sid:" #sid ";)\n"
static const char rules[] =
    RPC("dcerpc.hdr; content:\"|05 00|\"; startswith;", 1)
    RPC("hdr; bsize:16;", 2)
    RPC("hdr; content:\"|22 00 00 00 02 00 00 00|\"; endswith;", 3)
    RPC("dcerpc.pdu; content:\"|05 00|\"; startswith;", 4)
    RPC("pdu; content:\"hello stub\"; endswith;", 5)
    RPC("pdu; content:\"hello back\"; endswith;", 6)
    RPC("pdu; bsize:34;", 7)
    RPC("pdu; content:!\"zq\";", 8)
    RPC("dcerpc.data; content:\"hello stub\"; endswith;", 9)
    RPC("data; content:\"|0a 00 00 00|\"; startswith;", 10)
    RPC("data; bsize:18;", 11)
    RPC("data; content:\"hello back\";", 12)
    RPC("data; content:!\"zq\";", 13)
    RPC("hdr; content:\"|04 00|\"; startswith;", 14)
    RPC("hdr; content:!\"zq\";", 15);

static const struct app_case streams[] = {
    {"a call", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(ASK), SERVER(ANSWER), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 4@7 8@7 13@7 15@7 1@9 2@9 4@9 8@9 13@9 15@9 1@11 2@11 3@11 4@11 5@11 7@11 8@11 9@11 10@11 11@11 13@11 15@11 1@13 2@13 3@13 4@13 6@13 7@13 8@13 10@13 11@13 12@13 13@13 15@13"},
    {"fragments", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(ASK_BEGIN), CLIENT(ASK_MIDDLE), CLIENT(ASK_END), SERVER(ANSWER_BEGIN), SERVER(ANSWER_END), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 4@7 8@7 13@7 15@7 1@9 2@9 4@9 8@9 13@9 15@9 1@10 2@10 4@10 8@10 13@10 15@10 1@12 2@12 4@12 8@12 13@12 15@12 1@15 2@15 4@15 8@15 13@15 15@15 1@16 2@16 4@16 8@16 13@16 15@16 1@19 2@19 4@19 8@19 13@19 15@19"},
    {"in one segment", {CLIENT(BIND ASK), SERVER(BIND_ACK ANSWER), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 2@7 2@7 3@7 4@7 4@7 5@7 7@7 8@7 8@7 9@7 10@7 11@7 13@7 1@9 1@9 2@9 2@9 3@9 4@9 4@9 6@9 7@9 8@9 8@9 10@9 11@9 12@9 13@9"},
    {"in pieces", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT("\005\000\000\003\020"), CLIENT("\000\000\000\042\000\000\000\002\000\000\000\012\000\000\000\000"), CLIENT("\000\014\000hello stub"), SERVER(ANSWER), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 4@7 8@7 13@7 15@7 1@9 2@9 4@9 8@9 13@9 15@9 1@15 2@15 3@15 4@15 5@15 7@15 8@15 9@15 10@15 11@15 13@15 15@15 1@17 2@17 3@17 4@17 6@17 7@17 8@17 10@17 11@17 12@17 13@17 15@17"},
    {"a fault", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(ASK), SERVER(FAULT), CLIENT(AUTH3 ASK_OTHER), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 4@7 8@7 13@7 15@7 1@9 2@9 4@9 8@9 13@9 15@9 1@11 2@11 3@11 4@11 5@11 7@11 8@11 9@11 10@11 11@11 13@11 15@11 1@13 2@13 4@13 8@13 13@13 15@13 1@14 1@14 2@14 2@14 4@14 4@14 5@14 7@14 8@14 8@14 9@14 10@14 11@14 13@14 13@14"},
    {"no request", {CLIENT(BIND), SERVER(BIND_ACK), SERVER(ANSWER), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 4@7 8@7 13@7 15@7 1@8 2@8 4@8 8@8 13@8 15@8 1@11 2@11 3@11 4@11 6@11 7@11 8@11 10@11 11@11 12@11 13@11 15@11"},
    {"the greatest byte first", {CLIENT(BIG_BIND), SERVER(BIG_ACK), CLIENT(BIG_ASK), SERVER(BIG_ANSWER), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 4@7 8@7 13@7 15@7 1@9 2@9 4@9 8@9 13@9 15@9 1@11 2@11 4@11 5@11 7@11 8@11 9@11 11@11 13@11 15@11 1@13 2@13 4@13 6@13 7@13 8@13 11@13 12@13 13@13 15@13"},
    {"a gap", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT_GAP(100), CLIENT(ASK), SERVER(ANSWER), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 4@7 8@7 13@7 15@7 1@9 2@9 4@9 8@9 13@9 15@9 1@11 2@11 3@11 4@11 5@11 7@11 8@11 9@11 10@11 11@11 13@11 15@11 1@13 2@13 3@13 4@13 6@13 7@13 8@13 10@13 11@13 12@13 13@13 15@13"},
    {"not whole", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT("\005\000\000\003\020\000\000\000\042\000\000\000\002\000\000\000\012\000\000\000\000\000\014\000hello"), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 4@7 8@7 13@7 15@7 1@9 2@9 4@9 8@9 13@9 15@9"},
    {"no PDU", {CLIENT(BIND), SERVER(BIND_ACK), CLIENT(NO_PDU), CLIENT(ASK), SERVER(ANSWER), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 4@7 8@7 13@7 15@7 1@9 2@9 4@9 8@9 13@9 15@9"},
};
static const struct app_case datagrams[] = {
    {"a datagram each way", {CLIENT(GRAM), SERVER(GRAM_BACK)}, ""},
    {"fragments", {CLIENT(GRAM_BEGIN), CLIENT(GRAM_END), SERVER(GRAM_BACK)}, ""},
};
/* clang-format on */

static void test_streams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 135};
    app_cases_check(&suite, streams, sizeof streams / sizeof *streams);
}

static void test_datagrams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 135, .udp = true};
    app_cases_check(&suite, datagrams, sizeof datagrams / sizeof *datagrams);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_streams), cmocka_unit_test(test_datagrams)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
