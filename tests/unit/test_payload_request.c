/* What a rule finds in the stream beside a buffer: of the request at hand, or of earlier ones, too. */
#include "support/app_case.h"
#include "support/check.h"

static const char rules[] =
    "alert http any any -> any any (content:\"mark\"; http.uri; content:\"evil\"; sid:1;)\n"
    "alert http any any -> any any (content:\"mark\"; http.method; content:\"POST\"; sid:2;)\n"
    "alert http any any -> any any (content:\"mark\"; depth:200; http.uri; content:\"evil\"; sid:3;)\n"
    "alert http any any -> any any (content:!\"mark\"; http.uri; content:\"evil\"; sid:4;)\n"
    "alert http any any -> any any (content:\"mark\"; http.request_body; content:\"body\"; sid:5;)\n"
    "alert http any any -> any any (content:!\"mark\"; http.request_body; content:\"body\"; sid:6;)\n"
    "alert http any any -> any any (content:\"mark\"; file.data; content:\"body\"; sid:7;)\n"
    "alert http any any -> any any (content:\"mark\"; http.response_body; content:\"page\"; sid:8;)\n"
    "alert http any any -> any any (content:\"mark\"; http.stat_code; content:\"200\"; sid:9;)\n"
    "alert http any any -> any any (content:\"evil\"; http.uri; content:\"first\"; sid:10;)\n";

/* clang-format off */
#define FIRST "POST /first HTTP/1.1\r\nHost: a\r\nX: mark\r\n\r\n"
#define FIRST_BODY "POST /first HTTP/1.1\r\nHost: a\r\nX: mark\r\nContent-Length: 4\r\n\r\nbody"
#define NEXT "POST /evil HTTP/1.1\r\nHost: a\r\n\r\n"
#define NEXT_BODY "POST /evil HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define PAGE "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage"
#define MARKED_PAGE "HTTP/1.1 200 OK\r\nX: mark\r\nContent-Length: 4\r\n\r\npage"

static const struct app_case cases[] = {
    {"two requests", {CLIENT(FIRST), SERVER(ANSWER), CLIENT(NEXT), SERVER(ANSWER), CLIENT_FIN, SERVER_FIN}, "2@7 4@11"},
    {"two with bodies", {CLIENT(FIRST_BODY), SERVER(ANSWER), CLIENT(NEXT_BODY), SERVER(ANSWER), CLIENT_FIN, SERVER_FIN}, "2@7 5@7 7@7 4@11 5@11 7@11"},
    {"the second with a body", {CLIENT(FIRST), SERVER(ANSWER), CLIENT(NEXT_BODY), SERVER(ANSWER), CLIENT_FIN, SERVER_FIN}, "2@7 4@11 5@11 7@11"},
    {"at once", {CLIENT(FIRST NEXT_BODY), SERVER(ANSWER ANSWER), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 2@7 3@7 5@7 7@7 10@7"},
    {"answers that are late", {CLIENT(FIRST), CLIENT(NEXT), SERVER(ANSWER), SERVER(ANSWER), CLIENT_FIN, SERVER_FIN}, "2@6 4@9"},
    {"three, the last with a body", {CLIENT(FIRST), SERVER(ANSWER), CLIENT(NEXT), SERVER(ANSWER), CLIENT(NEXT_BODY), SERVER(ANSWER), CLIENT_FIN, SERVER_FIN}, "2@7 4@11 4@15 5@15 7@15"},
    {"two answers", {CLIENT("GET / HTTP/1.1\r\n\r\n"), SERVER(MARKED_PAGE), CLIENT(NEXT), SERVER(PAGE), CLIENT_FIN, SERVER_FIN}, "8@9 9@9 4@11 8@13"},
};
/* clang-format on */

static void test_requests(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 80};
    app_cases_check(&suite, cases, sizeof cases / sizeof cases[0]);
}

static const char ftp_rules[] =
    "alert ftp any any -> any any (content:\"QUIT\"; ftp.command; content:\"QUIT\"; sid:1;)\n"
    "alert ftp any any -> any any (content:!\"zzz\"; ftp.command; content:\"QUIT\"; sid:2;)\n"
    "alert ftp any any -> any any (ftp.command; content:\"QUIT\"; sid:3;)\n"
    "alert ftp any any -> any any (content:\"USER\"; ftp.command; content:\"QUIT\"; sid:4;)\n"
    "alert ftp any any -> any any (content:\"USER\"; sid:5;)\n"
    "alert ftp any any -> any any (content:\"bye\"; ftp.reply; content:\"bye\"; sid:6;)\n";

/* clang-format off */
static const struct app_case ftp_cases[] = {
    {"the stream comes later", {SERVER("220 a\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n"), CLIENT_FIN, SERVER_FIN}, "3@13 5@14 6@15"},
};
/* clang-format on */

/* What is complete before a chunk of the stream is there has none. */
static void test_no_chunk(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = ftp_rules, .port = 21};
    app_cases_check(&suite, ftp_cases, sizeof ftp_cases / sizeof ftp_cases[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_no_chunk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
