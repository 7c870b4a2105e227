/* Frames of LDAP: messages, as they are on the wire. The expected alerts are Suricata 8.0.8's, but for what
 * docs/compatibility.md names. */
#include "support/app_case.h"
#include "support/check.h"

/* clang-format off */
#define LDAP(options, sid) "alert ldap any any -> any any (frame:" options " sid:" #sid ";)\n"
static const char rules[] =
    LDAP("ldap.pdu; content:\"|30|\"; startswith;", 1)
    LDAP("ldap.pdu; content:\"secret\"; endswith;", 2)
    LDAP("pdu; bsize:28;", 3)
    LDAP("pdu; content:!\"zq\";", 4)
    LDAP("pdu; content:\"bad\"; endswith;", 5)
    LDAP("pdu; bsize:19;", 6)
    LDAP("pdu; content:\"|02 01 02 42 00|\"; endswith;", 7)
    LDAP("pdu; content:\"domain\";", 8)
    LDAP("pdu; content:\"|04 00 04 00|\"; endswith;", 9)
    LDAP("pdu; bsize:14;", 10)
    LDAP("pdu; content:\"objectClass\"; flow:to_server;", 11);

#define BIND_REQUEST "0\032\002\001\001`\025\002\001\003\004\010cn=admin\200\006secret"
#define BIND_RESPONSE "0\021\002\001\001a\014\012\0011\004\002dn\004\003bad"
#define UNBIND "0\005\002\001\002B\000"
#define SEARCH "00\002\001\001c+\004\004dc=x\012\001\002\012\001\000\002\002\003\350\002\001\036\001\001\000\207\013objectClass0\006\004\001*\004\001+"
#define ENTRY "06\002\001\001d1\004\004dc=x0)0\034\004\013objectClass1\015\004\003top\004\006domain0\011\004\002dc1\003\004\001x"
#define DONE "0\014\002\001\001e\007\012\001\000\004\000\004\000"

static const struct app_case streams[] = {
    {"a bind", {CLIENT(BIND_REQUEST), SERVER(BIND_RESPONSE), CLIENT(UNBIND), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 4@7 1@9 4@9 5@9 6@9 1@10 4@10 7@10"},
    {"a search", {CLIENT(SEARCH), SERVER(ENTRY), SERVER(DONE), CLIENT(UNBIND), CLIENT_FIN, SERVER_FIN}, "1@7 4@7 11@7 1@8 4@8 8@8 1@11 4@11 9@11 10@11 1@12 4@12 7@12"},
    {"answers in one segment", {CLIENT(SEARCH), SERVER(ENTRY DONE), CLIENT(UNBIND), CLIENT_FIN, SERVER_FIN}, "1@7 4@7 11@7 1@9 1@9 4@9 4@9 8@9 9@9 10@9 1@10 4@10 7@10"},
    {"requests in one segment", {CLIENT(BIND_REQUEST SEARCH), SERVER(BIND_RESPONSE ENTRY DONE), CLIENT(UNBIND), CLIENT_FIN, SERVER_FIN}, "1@7 1@7 2@7 3@7 4@7 4@7 11@7 1@9 1@9 1@9 4@9 4@9 4@9 5@9 6@9 8@9 9@9 10@9 1@10 4@10 7@10"},
    {"in pieces", {CLIENT("0\032\002\001\001`\025\002\001\003\004\010cn"), CLIENT("=admin\200\006s"), CLIENT("ecret"), SERVER("0"), SERVER("\021\002\001\001a\014\012\0011\004\002d"), SERVER("n\004\003bad"), CLIENT(UNBIND), CLIENT_FIN, SERVER_FIN}, "1@11 2@11 3@11 4@11 1@17 4@17 5@17 6@17 1@18 4@18 7@18"},
    {"not whole", {CLIENT(BIND_REQUEST), SERVER("0\021\002\001\001a\014\012\0011\004\002dn"), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 4@7"},
    {"a gap", {CLIENT(BIND_REQUEST), SERVER(BIND_RESPONSE), CLIENT_GAP(20), CLIENT(SEARCH), SERVER(ENTRY), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 4@7 1@9 4@9 5@9 6@9 1@11 4@11 11@11 1@13 4@13 8@13"},
    {"broken", {CLIENT(BIND_REQUEST), SERVER(BIND_RESPONSE), CLIENT("0\005\002\001\002\377\000xxxxxxxx"), CLIENT(UNBIND), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 3@7 4@7 1@9 4@9 5@9 6@9"},
};
static const struct app_case datagrams[] = {
    {"a search", {CLIENT(SEARCH), SERVER(ENTRY DONE)}, "1@1 4@1 11@1 1@2 1@2 4@2 4@2 8@2 9@2 10@2"},
    {"two requests", {CLIENT(SEARCH SEARCH), SERVER(ENTRY), SERVER(DONE)}, "1@1 4@1 11@1 1@2 4@2 8@2 1@3 4@3 9@3 10@3"},
    {"cut", {CLIENT("0\032\002\001\001`\025\002\001\003\004\010cn")}, ""},
};
/* clang-format on */

static void test_streams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 389};
    app_cases_check(&suite, streams, sizeof streams / sizeof *streams);
}

static void test_datagrams(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 389, .udp = true};
    app_cases_check(&suite, datagrams, sizeof datagrams / sizeof *datagrams);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_streams), cmocka_unit_test(test_datagrams)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
