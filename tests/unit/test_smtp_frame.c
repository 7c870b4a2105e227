/*
 * Frames of SMTP: command lines, reply lines and mails as they are on the wire. The expected alerts are
 * Suricata 8.0.8's, but for what docs/compatibility.md names.
 */
#include "support/app_case.h"
#include "support/check.h"

#define RULE(options, sid) "alert smtp any any -> any any (frame:" options " sid:" #sid ";)\n"
#define HELLO              SERVER("220 mx ESMTP\r\n"), CLIENT("HELO me\r\n"), SERVER("250 mx\r\n")
#define MAIL               "Subject: s\r\n\r\nbody\r\n.\r\n"

/* clang-format off */
static const char rules[] =
    RULE("smtp.command_line; content:\"HELO\"; startswith;", 1)
    RULE("smtp.command_line; content:\"HELO me\"; endswith;", 2)
    RULE("command_line; content:\"|0d 0a|\"; endswith;", 3)
    RULE("command_line; bsize:7;", 4)
    RULE("command_line; bsize:9;", 5)
    RULE("command_line; content:!\"zq\";", 6)
    RULE("command_line; content:\"RCPT\"; startswith;", 7)
    RULE("command_line; content:\"MAIL FROM:<a>\";", 8)
    RULE("command_line; content:\"Subject\";", 9)
    RULE("smtp.response_line; content:\"250\"; startswith;", 20)
    RULE("response_line; content:\"mx\"; endswith;", 21)
    RULE("response_line; content:\"|0d 0a|\"; endswith;", 22)
    RULE("response_line; bsize:6;", 23)
    RULE("response_line; content:!\"zq\";", 24)
    RULE("response_line; content:\"354\"; startswith;", 25)
    RULE("smtp.data; content:\"Subject\"; startswith;", 40)
    RULE("smtp.data; content:\"body|0d 0a|\"; endswith;", 41)
    RULE("smtp.data; content:\"body|0d 0a 2e 0d 0a|\"; endswith;", 42)
    RULE("smtp.data; content:\"body\";", 43)
    RULE("smtp.data; content:!\"zq\";", 44)
    RULE("smtp.data; bsize:23;", 45)
    RULE("smtp.data; bsize:20;", 46)
    RULE("smtp.data; content:\"second\";", 47)
    RULE("smtp.data; content:\"QUIT\";", 48);

static const struct app_case cases[] = {
    {"hello", {HELLO, CLIENT_FIN, SERVER_FIN}, "22@7 24@7 1@9 2@9 3@9 4@9 5@9 6@9 20@11 22@11 24@11"},
    {"a mail", {HELLO, CLIENT("MAIL FROM:<a>\r\n"), SERVER("250 ok\r\n"), CLIENT("RCPT TO:<c>\r\n"), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT(MAIL), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 x\r\n")}, "22@7 24@7 1@9 2@9 3@9 4@9 5@9 6@9 20@11 22@11 24@11 3@13 6@13 8@13 20@15 22@15 24@15 3@17 6@17 7@17 20@19 22@19 24@19 3@21 6@21 22@23 24@23 25@23 40@25 42@25 43@25 44@25 45@25 20@27 22@27 24@27 3@29 6@29 22@end 24@end"},
    {"a mail of pieces", {HELLO, CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subj"), CLIENT("ect: s\r\n\r"), CLIENT("\nbody\r\n"), CLIENT(".\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 x\r\n")}, "22@7 24@7 1@9 2@9 3@9 4@9 5@9 6@9 20@11 22@11 24@11 3@13 6@13 22@15 24@15 25@15 40@23 42@23 43@23 44@23 45@23 20@25 22@25 24@25 3@27 6@27 22@end 24@end"},
    {"a mail and a command", {HELLO, CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT(MAIL "QUIT\r\n"), SERVER("250 ok\r\n221 x\r\n"), CLIENT_FIN, SERVER_FIN}, "22@7 24@7 1@9 2@9 3@9 4@9 5@9 6@9 20@11 22@11 24@11 3@13 6@13 22@15 24@15 25@15 3@17 6@17 40@17 42@17 43@17 44@17 45@17 20@19 22@19 22@19 24@19 24@19"},
    {"two mails", {HELLO, CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT(MAIL), SERVER("250 ok\r\n"), CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: second\r\n\r\nbody\r\n.\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 x\r\n")}, "22@7 24@7 1@9 2@9 3@9 4@9 5@9 6@9 20@11 22@11 24@11 3@13 6@13 22@15 24@15 25@15 40@17 42@17 43@17 44@17 45@17 20@19 22@19 24@19 3@21 6@21 22@23 24@23 25@23 40@25 42@25 43@25 44@25 47@25 20@27 22@27 24@27 3@29 6@29 22@end 24@end"},
    {"pipelining", {SERVER("220 mx ESMTP\r\n"), CLIENT("EHLO a\r\n"), SERVER("250-x\r\n250 PIPELINING\r\n"), CLIENT("MAIL FROM:<a>\r\nRCPT TO:<b>\r\nRCPT TO:<c>\r\nDATA\r\n"), SERVER("250 a\r\n250 b\r\n250 c\r\n354 mx\r\n"), CLIENT(MAIL), SERVER("250 q\r\n"), CLIENT_FIN, SERVER_FIN}, "22@7 24@7 3@9 6@9 20@11 20@11 22@11 22@11 24@11 24@11 3@13 3@13 3@13 3@13 6@13 6@13 6@13 6@13 7@13 7@13 8@13 20@15 20@15 20@15 22@15 22@15 22@15 22@15 24@15 24@15 24@15 24@15 25@15 40@17 42@17 43@17 44@17 45@17 20@19 22@19 24@19"},
    {"one byte a segment", {SERVER("220 mx ESMTP\r\n"), CLIENT("H"), CLIENT("E"), CLIENT("L"), CLIENT("O me\r"), CLIENT("\n"), SERVER("2"), SERVER("5"), SERVER("0 m"), SERVER("x"), SERVER("\r"), SERVER("\n")}, "22@13 24@13 1@17 2@17 3@17 4@17 5@17 6@17 20@end 22@end 24@end"},
    {"a mail without its end", {HELLO, CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\n\r\nbody\r\n"), CLIENT_FIN, SERVER_FIN}, "22@7 24@7 1@9 2@9 3@9 4@9 5@9 6@9 20@11 22@11 24@11 3@13 6@13 22@15 24@15 25@15 40@19 41@19 43@19 44@19 46@19"},
    {"an empty mail", {HELLO, CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT(".\r\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 x\r\n")}, "22@7 24@7 1@9 2@9 3@9 4@9 5@9 6@9 20@11 22@11 24@11 3@13 6@13 22@15 24@15 25@15 44@17 20@19 22@19 24@19 3@21 6@21 22@end 24@end"},
    {"line ends without CR", {SERVER("220 mx ESMTP\n"), CLIENT("HELO me\n"), SERVER("250 mx\n"), CLIENT("DATA\n"), SERVER("354 go\n"), CLIENT("Subject: s\n\nbody\n.\n"), SERVER("250 ok\n"), CLIENT("QUIT\n"), SERVER("221 x\n")}, "24@7 1@9 2@9 4@9 6@9 20@11 24@11 6@13 24@15 25@15 40@17 43@17 44@17 20@19 24@19 6@21 23@end 24@end"},
    {"chunks", {HELLO, CLIENT("BDAT 18\r\nSubject: x\r\n\r\nabcd"), SERVER("250 ok\r\n"), CLIENT("BDAT 5 LAST\r\nbody\n"), SERVER("250 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 x\r\n")}, "22@7 24@7 1@9 2@9 3@9 4@9 5@9 6@9 20@11 22@11 24@11 3@13 4@13 5@13 6@13 20@15 22@15 24@15 3@17 6@17 20@19 22@19 24@19 3@21 6@21 22@end 24@end"},
    {"DATA is refused", {HELLO, CLIENT("DATA\r\n"), SERVER("554 no\r\n"), CLIENT("QUIT\r\n"), SERVER("221 x\r\n"), CLIENT_FIN, SERVER_FIN}, "22@7 24@7 1@9 2@9 3@9 4@9 5@9 6@9 20@11 22@11 24@11 3@13 6@13 22@15 24@15 3@17 6@17 22@19 24@19"},
    {"a gap in a mail", {HELLO, CLIENT("DATA\r\n"), SERVER("354 go\r\n"), CLIENT("Subject: s\r\n\r\nbody\r\n"), CLIENT_GAP(9), CLIENT("tail\r\n.\r\n"), SERVER("250 ok\r\n"), CLIENT_FIN, SERVER_FIN}, "22@7 24@7 1@9 2@9 3@9 4@9 5@9 6@9 20@11 22@11 24@11 3@13 6@13 22@15 24@15 25@15 20@21 22@21 24@21"},
    {"authentication", {HELLO, CLIENT("AUTH LOGIN\r\n"), SERVER("334 VXN\r\n"), CLIENT("dXNlcg==\r\n"), SERVER("334 UGF\r\n"), CLIENT("cGFzcw==\r\n"), SERVER("235 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 x\r\n")}, "22@7 24@7 1@9 2@9 3@9 4@9 5@9 6@9 20@11 22@11 24@11 3@13 6@13 22@15 24@15 3@17 6@17 22@19 24@19 3@21 6@21 22@23 24@23 3@25 6@25 22@end 24@end"},
    {"the client alone", {CLIENT("HELO me\r\n"), CLIENT("MAIL FROM:<a>\r\n"), CLIENT("DATA\r\n"), CLIENT_FIN, SERVER_FIN}, "1@6 2@6 3@6 4@6 5@6 6@6 3@8 6@8 8@8 3@10 6@10"},
};
/* clang-format on */

static void test_smtp(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 25};
    app_cases_check(&suite, cases, sizeof cases / sizeof *cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_smtp)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
