/* The old modifiers of HTTP, and modifiers that reach back, as Suricata 8.0.8 answered. */
#include "support/check.h"

#include "support/app_case.h"

/* clang-format off */
static const char rules[] =
    "alert http any any -> any any (content:\"/news\"; content:\"GET\"; http_method; http_uri; sid:1;)\n"
    "alert http any any -> any any (http.uri; content:\"/NEWS\"; pkt_data; nocase; sid:2;)\n"
    "alert http any any -> any any (http.uri; content:\"news\"; pkt_data; depth:4; sid:3;)\n"
    "alert http any any -> any any (http.uri; content:\"news\"; pkt_data; depth:5; content:\"GET\"; depth:3; sid:4;)\n"
    "alert http any any -> any any (content:\"Host\"; http_header; content:\"news\"; http_uri; depth:5; sid:5;)\n"
    "alert http any any -> any any (http.uri; content:\"/\"; fast_pattern; http.header; content:\"Host\"; fast_pattern; sid:6;)\n"
    "alert http any any -> any any (http.header.raw; to_uppercase; content:\"HOST\"; sid:7;)\n"
    "alert http any any -> any any (content:\"news\"; replace:\"abcd\"; http_uri; sid:8;)\n"
    "alert http1:request_complete any any -> any any (dsize:>0; sid:9;)\n"
    "alert http1:request_complete any any -> any any (dsize:0; sid:10;)\n"
    "alert http any any -> any any (content:\"news\"; http_uri; pcre:\"/^GET/\"; sid:11;)\n"
    "alert http any any -> any any (content:\"news\"; http_uri; byte_test:1,=,71,0; isdataat:20; sid:12;)\n"
    "alert http any any -> any any (content:\"news\"; http_uri; isdataat:!1,relative; sid:13;)\n";

static const struct app_case cases[] = {
    {"a request", {CLIENT("GET /news HTTP/1.1\r\nHost: a\r\n\r\n"), SERVER("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}, "1@7 2@7 4@7 5@7 6@7 7@7 8@7 10@7 11@7 12@7 13@7"},
};
/* clang-format on */

static void test_modifiers(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 80};
    app_cases_check(&suite, cases, sizeof cases / sizeof cases[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_modifiers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
