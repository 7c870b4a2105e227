/* SSH through the whole engine, with what was asked of Suricata 8.0.8 of the same packets. */
#include "support/check.h"

#include <stdlib.h>

#include "app/parser_list.h"
#include "app/session.h"
#include "app/ssh/ssh.h"
#include "support/app_case.h"
#include "support/app_driver.h"

/* clang-format off */
#define HI_C "SSH-2.0-OpenSSH_9.2 Debian\r\n"
#define HI_S "SSH-2.0-OpenSSH_7.4\r\n"
#define COOKIE "0123456789abcdef"
#define LISTS "\0\0\0\1k" "\0\0\0\1h" "\0\0\0\2cc" "\0\0\0\2cs" "\0\0\0\2mc" "\0\0\0\2ms" "\0\0\0\4none" "\0\0\0\4zlib" "\0\0\0\0" "\0\0\0\0"
#define KEXINIT "\0\0\0\x59\4\x14" COOKIE LISTS "\0\0\0\0\0" "PPPPPPPP"
#define KEX_C "\0\0\0\x0c\5\x1e" "\0\0\0\1xPPPPP"
#define KEX_S "\0\0\0\x0c\5\x1f" "\0\0\0\1yPPPPP"
#define NEWKEYS "\0\0\0\x0c\x0a\x15\0\0\0\0\0\0\0\0\0\0"
#define SECRET "\0\0\0\x10" "secretsecretsecret!!"

static const char rules[] =
    "alert ssh any any -> any any (ssh.proto; content:\"2.0\"; bsize:3; sid:1;)\n"
    "alert ssh any any -> any any (ssh.software; content:\"OpenSSH_9.2\"; bsize:11; sid:2;)\n"
    "alert ssh any any -> any any (ssh.software; content:\"OpenSSH_7.4\"; bsize:11; sid:3;)\n"
    "alert ssh any any -> any any (ssh.hassh.string; content:\"k|3b|cc|3b|mc|3b|none\"; bsize:12; sid:4;)\n"
    "alert ssh any any -> any any (ssh.hassh.server.string; content:\"k|3b|cs|3b|ms|3b|zlib\"; bsize:12; sid:5;)\n"
    "alert ssh any any -> any any (ssh.hassh; content:\"8d412eaaa0ec593369aff459cb88503b\"; sid:6;)\n"
    "alert ssh any any -> any any (ssh.hassh.server; content:\"4ec895274ac6eaf90bef0f5a30d6af0c\"; sid:7;)\n"
    "alert ssh any any -> any any (frame:ssh.record.hdr; content:\"|15|\"; endswith; bsize:6; sid:11;)\n"
    "alert ssh any any -> any any (frame:ssh.record.pdu; content:\"|1e|\"; offset:5; depth:1; sid:12;)\n"
    "alert ssh any any -> any any (frame:ssh.record.data; content:\"cdef|00 00 00 01|k\"; sid:13;)\n"
    "alert ssh any any -> any any (content:\"secret\"; sid:14;)\n"
    "alert ssh any any -> any any (app-layer-event:ssh.invalid_banner; sid:20;)\n"
    "alert ssh any any -> any any (app-layer-event:ssh.long_banner; sid:21;)\n"
    "alert ssh any any -> any any (app-layer-event:ssh.invalid_record; sid:22;)\n"
    "alert ssh any any -> any any (app-layer-event:ssh.long_kex_record; sid:23;)\n"
    "alert ssh:request_banner_done any any -> any any (flowbits:isnotset,b30; flowbits:set,b30; sid:30;)\n"
    "alert ssh:response_banner_done any any -> any any (flowbits:isnotset,b31; flowbits:set,b31; sid:31;)\n"
    "alert ssh:request_finished any any -> any any (flowbits:isnotset,b32; flowbits:set,b32; sid:32;)\n"
    "alert ssh:request_banner_wait_eol any any -> any any (flowbits:isnotset,b33; flowbits:set,b33; sid:33;)\n"
    "alert ssh any any -> any any (ssh.software; content:!\"OpenSSH\"; sid:34;)\n";

/*
 * Different here: what the last records in the clear say is seen with the next packets (there when the flow ends), and
 * a banner that is too long is read in whatever pieces it comes.
 */
static const struct app_case cases[] = {
    {"from begin to end", {CLIENT(HI_C), SERVER(HI_S), CLIENT(KEXINIT), SERVER(KEXINIT), CLIENT(KEX_C), SERVER(KEX_S NEWKEYS), CLIENT(NEWKEYS), CLIENT(SECRET), SERVER(SECRET), CLIENT(SECRET), SERVER(SECRET)}, "1@7 2@7 30@7 33@7 1@9 3@9 31@9 4@11 6@11 13@11 5@13 7@13 13@13 12@15 11@end 11@end 32@end"},
    {"the server first", {SERVER(HI_S), CLIENT(HI_C KEXINIT), SERVER(KEXINIT), CLIENT(KEX_C NEWKEYS), SERVER(KEX_S NEWKEYS), CLIENT(SECRET), SERVER(SECRET)}, "1@7 3@7 31@7 1@9 2@9 4@9 6@9 13@9 30@9 33@9 5@11 7@11 13@11 11@end 11@end 12@end 32@end"},
    {"a banner each", {CLIENT(HI_C), SERVER(HI_S)}, "1@7 2@7 30@7 33@7 1@end 3@end 31@end"},
    {"a banner each, and the end", {CLIENT(HI_C), SERVER(HI_S), CLIENT_FIN, SERVER_FIN}, "1@7 2@7 30@7 33@7 1@9 3@9 31@9"},
    {"a banner alone", {CLIENT(HI_C), CLIENT_FIN, SERVER_FIN}, "1@6 2@6 30@6 33@6"},
    {"both at once", {CLIENT(HI_C KEXINIT), SERVER(HI_S KEXINIT), CLIENT(KEX_C), SERVER(KEX_S), CLIENT(NEWKEYS), SERVER(NEWKEYS), CLIENT(SECRET)}, "1@7 2@7 4@7 6@7 13@7 30@7 33@7 1@9 3@9 5@9 7@9 13@9 31@9 12@11 11@end 11@end 32@end"},
    {"in pieces", {CLIENT("SSH-2.0-Open"), CLIENT("SSH_9.2 D\r"), CLIENT("\n\0\0"), SERVER(HI_S), CLIENT("\0\x5a\4\x14" COOKIE), CLIENT(LISTS "\0\0\0\0\0PPPPPPP"), CLIENT("P"), SERVER(KEXINIT), CLIENT(KEX_C)}, "1@11 2@11 30@11 33@11 1@13 3@13 31@13 5@21 7@21 13@21 4@end 6@end 13@end"},
    {"version 1.99", {CLIENT("SSH-1.99-Cisco\n"), SERVER("SSH-1.99-Cisco-1.25\n"), CLIENT(KEXINIT), SERVER(KEXINIT)}, "30@7 33@7 34@7 31@9 34@9 4@11 6@11 13@11 5@end 7@end 13@end"},
    {"version 1.5", {CLIENT("SSH-1.5-a\n"), SERVER("SSH-1.5-b\n"), CLIENT(KEXINIT), SERVER(KEXINIT)}, "30@7 33@7 34@7 31@9 34@9 4@11 6@11 13@11 5@end 7@end 13@end"},
    {"no software", {CLIENT("SSH-2.0-\r\n"), SERVER("SSH-2.0\r\n"), CLIENT(KEXINIT), SERVER(KEXINIT), CLIENT(KEX_C)}, "1@7 20@7 30@7 33@7 20@9"},
    {"a comment only", {CLIENT("SSH-2.0- x\r\n"), SERVER(HI_S), CLIENT(KEXINIT), SERVER(KEXINIT)}, "1@7 30@7 33@7 34@7 1@9 3@9 31@9 4@11 6@11 13@11 5@end 7@end 13@end"},
    {"lines before the server's banner", {CLIENT(HI_C), SERVER("Welcome\r\nhere\r\n" HI_S), CLIENT(KEXINIT), SERVER(KEXINIT)}, "1@7 2@7 20@7 30@7 33@7 20@9"},
    {"a server that speaks otherwise", {CLIENT(HI_C), SERVER("HTTP/1.0 400 x\r\n\r\n"), CLIENT(KEXINIT), SERVER(KEXINIT)}, "1@7 2@7 20@7 30@7 33@7 20@9"},
    {"a long banner", {CLIENT("SSH-2.0-OpenSSH_9.2 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n"), SERVER(HI_S), CLIENT(KEXINIT), SERVER(KEXINIT), CLIENT(KEX_C)}, "21@5 1@7 2@7 21@7 30@7 33@7 1@9 3@9 31@9 4@11 6@11 13@11 5@13 7@13 13@13 12@end"},
    {"a long banner in pieces", {CLIENT("SSH-2.0-OpenSSH_9.2 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), CLIENT("more"), CLIENT("\r\n"), SERVER(HI_S), CLIENT(KEXINIT), SERVER(KEXINIT), CLIENT(KEX_C)}, "21@5 1@6 2@6 21@6 33@6 1@13 3@13 31@13 4@15 6@15 13@15 30@15 5@17 7@17 13@17 12@end"},
    {"a record of nothing", {CLIENT(HI_C), SERVER(HI_S), CLIENT("\0\0\0\0\0\x14"), SERVER(KEXINIT), CLIENT(KEXINIT), SERVER(KEX_S)}, "1@7 2@7 30@7 33@7 1@9 3@9 22@9 31@9 22@11"},
    {"a record of two", {CLIENT(HI_C), SERVER(HI_S), CLIENT("\0\0\0\2\0\x14" KEXINIT), SERVER(KEXINIT), CLIENT(KEX_C), SERVER(KEX_S)}, "1@7 2@7 30@7 33@7 1@9 3@9 31@9 4@11 6@11 13@11 5@13 7@13 13@13 12@15"},
    {"a record without an end", {CLIENT(HI_C), SERVER(HI_S), CLIENT("\xff\xff\xff\xff\0\x14"), SERVER(KEXINIT), CLIENT(KEXINIT), SERVER(KEX_S), CLIENT(NEWKEYS)}, "1@7 2@7 30@7 33@7 1@9 3@9 23@9 31@9 23@11 5@13 7@13 13@13"},
    {"lists that are cut", {CLIENT(HI_C), SERVER(HI_S), CLIENT("\0\0\0\x1c\4\x14" COOKIE "\0\0\0\xff" "kkkkkk"), SERVER(KEXINIT), CLIENT(KEX_C), SERVER(KEX_S)}, "1@7 2@7 30@7 33@7 1@9 3@9 31@9 5@13 7@13 13@13 12@15"},
    {"lists again", {CLIENT(HI_C), SERVER(HI_S), CLIENT(KEXINIT), SERVER(KEXINIT), CLIENT("\0\0\0\x2a\4\x14" COOKIE "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), SERVER(KEX_S), CLIENT(KEX_C), SERVER(KEX_S)}, "1@7 2@7 30@7 33@7 1@9 3@9 31@9 4@11 6@11 13@11 5@13 7@13 13@13 12@19"},
    {"a gap in the banner", {CLIENT("SSH-2.0-Op"), CLIENT_GAP(6), CLIENT("9.2\r\n" KEXINIT), SERVER(HI_S), CLIENT(KEX_C), SERVER(KEXINIT), CLIENT(NEWKEYS)}, ""},
    {"a gap in a record", {CLIENT(HI_C), SERVER(HI_S), CLIENT("\0\0\0\x59\4\x14" "0123456789"), CLIENT_GAP(78), CLIENT(KEX_C), SERVER(KEXINIT), CLIENT(NEWKEYS), SERVER(KEX_S NEWKEYS), CLIENT(SECRET)}, "1@7 2@7 30@7 33@7 1@9 3@9 31@9 14@end"},
    {"a gap over records", {CLIENT(HI_C), SERVER(HI_S), CLIENT_GAP(94), CLIENT(KEX_C), SERVER(KEXINIT), CLIENT(NEWKEYS), SERVER(KEX_S NEWKEYS), CLIENT(SECRET)}, "1@7 2@7 30@7 33@7 1@9 3@9 31@9 14@end"},
};
/* clang-format on */

static void test_cases(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 22};
    app_cases_check(&suite, cases, sizeof cases / sizeof cases[0]);
}

static void test_banners(void **state)
{
    (void)state;
    static const struct {
        const char *line, *version, *software;
    } lines[] = {
        {"SSH-2.0-OpenSSH_9.2 Debian", "2.0", "OpenSSH_9.2"},
        {"SSH-1.99-a-b-c", "1.99", "a-b-c"},
        {"SSH-2.0-", "2.0", ""},
        {"SSH--x", "", "x"},
        {"SSH-2.0- x", "2.0", " x"},
        {"SSH-2.0", NULL, NULL},
        {"SSH", NULL, NULL},
        {"", NULL, NULL},
        {"ssh-2.0-x", NULL, NULL},
        {" SSH-2.0-x", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct slice version, software;
        assert_int_equal(ssh_banner_read(slice_str(lines[i].line), &version, &software),
                         lines[i].version != NULL);
        if (!lines[i].version)
            continue;
        assert_true(slice_equal(version, slice_str(lines[i].version)));
        assert_true(slice_equal(software, slice_str(lines[i].software)));
    }
}

/* Lists that are cut anywhere are no lists. */
static void test_every_cut_of_the_lists(void **state)
{
    (void)state;
    static const char message[] = COOKIE LISTS;
    for (size_t n = 0; n < sizeof message; n++) {
        struct buf text = {0};
        uint8_t *copy = malloc(n + 1);
        memcpy(copy, message, n);
        assert_int_equal(ssh_hassh_print(TO_CLIENT, slice_of(copy, n), &text), n >= sizeof COOKIE - 1 + 50);
        buf_fini(&text);
        free(copy);
    }
}

/* Records of a side that are kept for rules about frames are counted. */
static void test_many_records(void **state)
{
    (void)state;
    static const char record[] = "\0\0\0\x0c\5\x02"
                                 "0123456789";
    struct app_driver d;
    assert_true(app_driver_open(&d, &ssh_parser, false));
    app_driver_feed(&d, TO_SERVER, slice_str(HI_C));
    for (int i = 0; i < 10000; i++)
        app_driver_feed(&d, TO_SERVER, slice_of(record, sizeof record - 1));
    assert_in_range(d.session->memory, 0, 1000);
    assert_int_equal(((const struct ssh_tx *)d.session->first)->sides[TO_SERVER].count, SSH_RECORDS_MOST);
    app_driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_banners),
        cmocka_unit_test(test_every_cut_of_the_lists),
        cmocka_unit_test(test_many_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
