/* Protocols that are told and not parsed through the whole engine, with what was asked of Suricata 8.0.8. */
#include "support/check.h"

#include "support/app_case.h"

/* clang-format off */
static const char rules[] =
    "alert imap any any -> any any (content:\"LOGIN\"; sid:1;)\n"
    "alert imap any any -> any any (flow:to_server; sid:2;)\n"
    "alert imap any any -> any any (flow:to_client,established; content:\"OK\"; sid:3;)\n"
    "alert imap any any -> any any (content:\"LOGIN\"; startswith; sid:4;)\n"
    "alert imap any any -> any any (flow:established,to_server; content:\"LOGIN\"; depth:9; sid:5;)\n"
    "alert tcp any any -> any any (app-layer-protocol:imap; sid:6;)\n"
    "alert imap any any -> any any (dsize:>5; content:\"a1\"; sid:7;)\n";

static const struct app_case streams[] = {
    {"imap", {SERVER("* OK IMAP4rev1 ready\015\012"), CLIENT("a1 LOGIN bob secret\015\012"), SERVER("a1 OK done\015\012"), CLIENT("a2 SELECT INBOX\015\012"), SERVER("* 2 EXISTS\015\012a2 OK\015\012"), CLIENT("a3 LOGOUT\015\012"), SERVER("* BYE\015\012a3 OK\015\012"), CLIENT_FIN, SERVER_FIN}, "2@5 2@6 5@6 7@6 6@7 7@8 2@9 2@10 2@13 2@14 2@17 1@18 2@18 5@18 3@19 2@21"},
    {"imap lower", {SERVER("* ok ready\015\012"), CLIENT("a1 CAPABILITY\015\012"), SERVER("* CAPABILITY IMAP4rev1\015\012a1 OK\015\012"), CLIENT_FIN, SERVER_FIN}, "2@5 2@6 7@6 6@7 7@8 2@9 2@10 3@11 2@13"},
    {"imap preauth", {SERVER("* PREAUTH ready\015\012"), CLIENT("a1 CAPABILITY\015\012"), SERVER("* CAPABILITY IMAP4rev1\015\012a1 OK\015\012"), CLIENT_FIN, SERVER_FIN}, ""},
    {"imap client first", {CLIENT("a1 LOGIN b s\015\012"), SERVER("* OK ready\015\012"), CLIENT("a2 NOOP\015\012"), SERVER("a2 OK\015\012"), CLIENT_FIN, SERVER_FIN}, "2@7 2@8 6@9 2@11 1@12 2@12 5@12 3@13 2@15"},
    {"imap starttls", {SERVER("* OK ready\015\012"), CLIENT("a1 STARTTLS\015\012"), SERVER("a1 OK begin\015\012"), CLIENT("\026\003\001\000\005\001\000\000\001\000"), SERVER("\026\003\001\000\005\002\000\000\001\000"), CLIENT_FIN, SERVER_FIN}, "2@5 2@6 7@6 6@7 7@8 2@9 2@10 2@13 2@14 3@15 2@17"},
};
/* clang-format on */

static void test_imap(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 143, .udp = false};
    app_cases_check(&suite, streams, sizeof streams / sizeof streams[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_imap)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
