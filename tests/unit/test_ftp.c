/* FTP through the whole engine: commands and replies, with what was asked of Suricata 8.0.8 of the same
 * packets; data connections, which another connection announces. */
#include "support/check.h"

#include "app/expectation.h"
#include "app/ftp/ftp.h"
#include "flow/tcp.h"
#include "support/app_case.h"
#include "support/conversation.h"
#include "support/engine.h"

/* clang-format off */
static const char rules[] =
    "alert ftp any any -> any any (ftp.command; content:\"USER\"; ftp.command_data; content:\"bob\"; startswith; sid:1;)\n"
    "alert ftp any any -> any any (ftp.command; bsize:>0; sid:2;)\n"
    "alert ftp any any -> any any (ftp.reply; content:\"second\"; bsize:6; sid:3;)\n"
    "alert ftp any any -> any any (ftp.reply; bsize:>0; sid:4;)\n"
    "alert ftp any any -> any any (ftp.completion_code; content:\"230\"; bsize:3; sid:5;)\n"
    "alert ftp any any -> any any (ftp.mode:active; sid:6;)\n"
    "alert ftp any any -> any any (ftp.mode:passive; sid:7;)\n"
    "alert ftp any any -> any any (ftp.dynamic_port:1025; sid:8;)\n"
    "alert ftp any any -> any any (ftpbounce; sid:9;)\n"
    "alert ftp any any -> any any (ftp.reply_received:no; sid:10;)\n"
    "alert ftp any any -> any any (app-layer-event:ftp.file_before_port; sid:11;)\n"
    "alert ftp any any -> any any (content:\"USER\"; sid:12;)\n"
    "alert ftp any any -> any any (ftp.completion_code; bsize:0; sid:13;)\n";

static const struct app_case cases[] = {
    {"login", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 4@end 12@end"},
    {"pipelined", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\nPASS x\r\nSYST\r\n"), SERVER("331 a\r\n230 b\r\n215 c\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 2@9 2@9 4@11 4@11 4@11 5@11 2@13 4@end 12@end"},
    {"feat first", {SERVER("220 a\r\n"), CLIENT("FEAT\r\n"), SERVER("211-x\r\n MDTM\r\n211 end\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "2@13 4@end"},
    {"no greeting", {CLIENT("USER bob\r\n"), SERVER("331 a\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@7 2@7 2@11 4@end 4@end 12@end"},
    {"unknown cmd", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("XFOO bar baz\r\n"), SERVER("500 no\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@21 4@end 12@end"},
    {"lower2", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("pasv\r\n"), SERVER("227 Entering Passive Mode (10,0,0,2,4,1)\r\n"), CLIENT("retr file.bin\r\n"), SERVER("150 ok\r\n"), SERVER("226 done\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 7@17 8@17 4@19 7@19 8@19 2@21 10@22 4@25 2@27 4@end 12@end"},
    {"cmd no arg", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("PWD\r\n"), SERVER("257 \"/\"\r\n"), CLIENT("CWD  two spaces \r\n"), SERVER("250 k\r\n"), CLIENT("CWD\r\n"), SERVER("250 k\r\n"), CLIENT("  CWD x\r\n"), SERVER("250 k\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 4@19 2@21 4@23 2@25 4@27 2@29 4@end 12@end"},
    {"port", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("PORT 10,0,0,1,4,1\r\n"), SERVER("200 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 6@17 8@17 4@19 6@19 8@19 2@21 4@end 12@end"},
    {"port bounce", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("PORT 10,0,0,9,4,1\r\n"), SERVER("200 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 6@17 8@17 9@17 4@19 6@19 8@19 2@21 4@end 12@end"},
    {"eprt", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("EPRT |1|10.0.0.1|1025|\r\n"), SERVER("200 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 6@17 8@17 4@19 6@19 8@19 2@21 4@end 12@end"},
    {"eprt rejected", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("EPRT |1|10.0.0.1|1025|\r\n"), SERVER("500 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 6@17 8@17 4@19 6@19 8@19 2@21 4@end 12@end"},
    {"pasv", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("PASV\r\n"), SERVER("227 Entering Passive Mode (10,0,0,2,4,1)\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 7@17 8@17 4@19 7@19 8@19 2@21 4@end 12@end"},
    {"pasv bad", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("PASV\r\n"), SERVER("227 Entering Passive Mode (10,0,0,2,4)\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 4@19 2@21 4@end 12@end"},
    {"epsv", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("EPSV\r\n"), SERVER("229 Entering Extended Passive Mode (|||1025|)\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 7@17 8@17 4@19 7@19 8@19 2@21 4@end 12@end"},
    {"retr replies", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("RETR file.bin\r\n"), SERVER("150 ok\r\n"), SERVER("226 done\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 11@17 10@18 11@18 4@21 2@23 4@end 12@end"},
    {"retr error", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("RETR file.bin\r\n"), SERVER("550 no\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 11@17 4@19 11@19 2@21 4@end 12@end"},
    {"reply without command", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), SERVER("421 bye\r\n")}, "1@9 2@9 4@11 2@13 3@14 4@14 5@14 13@14 12@end"},
    {"bad reply", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("NOOP\r\n"), SERVER("xx\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 4@19 13@19 2@21 4@end 12@end"},
    {"weird multi", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("STAT\r\n"), SERVER("211-a\r\nfoo\r\n 12 bar\r\n211 end\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 4@19 13@19 2@21 4@end 12@end"},
    {"multi unended code", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("STAT\r\n"), SERVER("211-a\r\n212 end\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 4@19 13@19 2@21 4@end 12@end"},
    {"lf only", {SERVER("220 a\n"), CLIENT("USER bob\n"), SERVER("331 x\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 4@end 12@end"},
    {"gap cmd", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT_GAP(7), SERVER("250 k\r\n"), CLIENT("CWD y\r\n"), SERVER("250 k\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@14 4@14 5@14 13@14 12@end"},
    {"gap reply", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("CWD x\r\n"), SERVER_GAP(7), CLIENT("CWD y\r\n"), SERVER("250 k\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@16 2@19 2@23 10@end 10@end 10@end 12@end"},
    {"greeting multi", {SERVER("220-a\r\n220 b\r\n"), CLIENT("USER bob\r\n"), SERVER("331 x\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 4@end 12@end"},
    {"two greetings", {SERVER("220 a\r\n"), SERVER("220 b\r\n"), CLIENT("USER bob\r\n"), SERVER("331 x\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@11 2@11 4@13 2@15 4@end 12@end"},
    {"cmd never replied", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("CWD a\r\n"), CLIENT("CWD b\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@16 2@end 10@end 10@end 12@end"},
    {"stor", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("STOR file.bin\r\n"), SERVER("150 ok\r\n"), SERVER("226 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@17 11@17 10@18 11@18 4@21 2@23 4@end 12@end"},
    {"auth rejected", {SERVER("220 ftp.example.com ready\r\n"), CLIENT("USER bob\r\n"), SERVER("331 pw\r\n"), CLIENT("PASS x\r\n"), SERVER("230-one\r\n230 second\r\n"), CLIENT("AUTH TLS\r\n"), SERVER("500 no\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "1@9 2@9 4@11 2@13 3@15 4@15 5@15 13@15 2@21 4@end 12@end"},
};
/* clang-format on */

static const char reply_rules[] =
    "alert ftp any any -> any any (ftp.reply_received:no; sid:1;)\n"
    "alert ftp any any -> any any (ftp.reply_received:yes; sid:2;)\n"
    "alert ftp any any -> any any (ftp.completion_code; content:\"226\"; sid:3;)\n";

/* A reply that begins with 150 and ends later. */
/* clang-format off */
static const struct app_case replies[] = {
    {"in two segments", {SERVER("220 a\r\n"), CLIENT("USER a\r\n"), SERVER("331 b\r\n"), CLIENT("RETR f\r\n"), SERVER("150 ok\r\n"), SERVER("226 done\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "2@11 1@14 2@17 3@17 2@end"},
    {"in one", {SERVER("220 a\r\n"), CLIENT("USER a\r\n"), SERVER("331 b\r\n"), CLIENT("RETR f\r\n"), SERVER("150 ok\r\n226 done\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "2@11 2@15 3@15 2@end"},
    {"broken off", {SERVER("220 a\r\n"), CLIENT("USER a\r\n"), SERVER("331 b\r\n"), CLIENT("RETR f\r\n"), SERVER("150 ok\r\n"), CLIENT("ABOR\r\n"), SERVER("426 aborted\r\n"), SERVER("226 ok\r\n"), CLIENT("QUIT\r\n"), SERVER("221 bye\r\n")}, "2@11 1@15 2@18 2@21 3@21 2@end"},
};
/* clang-format on */

static void test_replies(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = reply_rules, .port = 21};
    app_cases_check(&suite, replies, sizeof replies / sizeof replies[0]);
}

static void test_cases(void **state)
{
    (void)state;
    static const struct app_suite suite = {.rules = rules, .port = 21};
    app_cases_check(&suite, cases, sizeof cases / sizeof cases[0]);
}

enum { PUSH = TCP_PSH | TCP_ACK, DATA_PORT = 50000 };

static void client(struct conversation *c, const char *text)
{
    client_sends(c, PUSH, text, strlen(text));
    server_sends(c, TCP_ACK, NULL, 0);
}

static void server(struct conversation *c, const char *text)
{
    server_sends(c, PUSH, text, strlen(text));
    client_sends(c, TCP_ACK, NULL, 0);
}

/* A control connection that has come to where a file is moved. */
static struct conversation control(struct frames *frames, const char *command)
{
    struct conversation c = conversation_new(frames);
    c.server_port = 21;
    handshake(&c);
    server(&c, "220 ready\r\n");
    client(&c, "USER bob\r\n");
    server(&c, "230 ok\r\n");
    client(&c, "PASV\r\n");
    server(&c, "227 x (10,0,0,2,195,80)\r\n");
    client(&c, command);
    server(&c, "150 comes\r\n");
    return c;
}

/* The data connection, client to server. */
static void data(struct frames *frames, uint16_t from, bool up)
{
    struct conversation c = conversation_new(frames);
    c.client_port = from;
    c.server_port = DATA_PORT;
    handshake(&c);
    if (up)
        client(&c, "the payload");
    else
        server(&c, "the payload");
    server_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    client_sends(&c, TCP_FIN | TCP_ACK, NULL, 0);
    server_sends(&c, TCP_ACK, NULL, 0);
}

static void expect(const char *text, struct frames *frames, const uint32_t *sids, size_t count)
{
    struct found found;
    struct engine_options options = {.checksums = CHECKSUM_ON};
    assert_int_equal(engine_run(text, frames->list, frames->count, &options, &found), 0);
    assert_int_equal(found.refused, 0);
    assert_int_equal(found.count, count);
    for (uint32_t i = 0; i < found.count; i++) {
        bool known = false;
        for (size_t k = 0; k < count; k++)
            known |= sids[k] == found.list[i].sid;
        assert_true(known);
    }
    found_fini(&found);
    frames_fini(frames);
}

static const char data_rules[] =
    "alert ftp-data any any -> any any (flow:to_client; file.data; content:\"payload\"; sid:1;)\n"
    "alert ftp-data any any -> any any (flow:to_server; file.data; content:\"payload\"; sid:2;)\n"
    "alert ftp-data any any -> any any (file.name; content:\"f.bin\"; sid:3;)\n"
    "alert ftp-data any any -> any any (flow:to_server; ftpdata_command:retr; sid:4;)\n"
    "alert ftp-data any any -> any any (flow:to_server; ftpdata_command:stor; sid:5;)\n"
    "alert ftp-data any any -> any any (flow:to_server; ftpdata_command:list; sid:6;)\n";

static void test_file_down(void **state)
{
    (void)state;
    struct frames frames = {0};
    control(&frames, "RETR f.bin\r\n");
    data(&frames, 41000, false);
    expect(data_rules, &frames, (const uint32_t[]){1, 3, 4}, 3);
}

static void test_file_up(void **state)
{
    (void)state;
    struct frames frames = {0};
    control(&frames, "STOR f.bin\r\n");
    data(&frames, 41000, true);
    expect(data_rules, &frames, (const uint32_t[]){2, 3, 5}, 3);
}

static void test_listing(void **state)
{
    (void)state;
    struct frames frames = {0};
    control(&frames, "LIST\r\n");
    data(&frames, 41000, false);
    expect(data_rules, &frames, (const uint32_t[]){6}, 1);
}

/* An announcement is for one connection. */
static void test_once(void **state)
{
    (void)state;
    struct frames frames = {0};
    control(&frames, "RETR f.bin\r\n");
    data(&frames, 41000, false);
    data(&frames, 41001, false);
    expect(data_rules, &frames, (const uint32_t[]){1, 3, 4}, 3);
}

static void test_not_announced(void **state)
{
    (void)state;
    struct frames frames = {0};
    control(&frames, "NOOP\r\n");
    data(&frames, 41000, false);
    expect(data_rules, &frames, NULL, 0);
}

static struct expectation_key key_of(uint8_t a, uint8_t b, uint16_t port)
{
    return (struct expectation_key){
        .hosts = {{.bytes = {10, 0, 0, a}, .version = 4}, {.bytes = {10, 0, 0, b}, .version = 4}},
        .port = port};
}

static bool take(struct expectations *table, struct expectation_key key, uint64_t now_ns, const char *tells)
{
    struct buf out = {0};
    bool found = expectations_take(table, &key, now_ns, false, &out, NULL);
    if (found)
        assert_true(slice_equal(buf_slice(&out), slice_str(tells)));
    buf_fini(&out);
    return found;
}

static void add(struct expectations *table, struct expectation_key key, uint64_t now_ns, const char *tells)
{
    struct expectation expectation = {.tells = slice_str(tells), .made_ns = now_ns};
    assert_int_equal(expectations_add(table, &key, &expectation), 0);
}

static bool has(struct expectations *table, struct expectation_key key)
{
    return expectations_has(table, &key);
}

/* By either order of the hosts, once, for a while; the later one counts. */
static void test_expectations(void **state)
{
    (void)state;
    const uint64_t second = 1000000000, late = EXPECTATION_SECONDS * second;
    struct expectations *table = expectations_new();
    assert_non_null(table);
    assert_false(has(table, key_of(1, 2, 99)));
    add(table, key_of(1, 2, 99), second, "a");
    assert_false(take(table, key_of(1, 3, 99), second, ""));
    assert_false(take(table, key_of(1, 2, 98), second, ""));
    assert_true(take(table, key_of(2, 1, 99), second, "a"));
    assert_false(take(table, key_of(2, 1, 99), second, ""));
    add(table, key_of(1, 2, 99), second, "b");
    add(table, key_of(2, 1, 99), second, "c");
    assert_true(has(table, key_of(1, 2, 99)));
    assert_true(take(table, key_of(1, 2, 99), second, "c"));
    assert_false(has(table, key_of(1, 2, 99)));
    add(table, key_of(1, 2, 99), second, "d");
    assert_false(take(table, key_of(1, 2, 99), second + late, ""));
    assert_false(has(table, key_of(1, 2, 99)));
    expectations_free(table);
}

/* What a connection announces at its end is found by those that end, too. */
static void test_late_expectations(void **state)
{
    (void)state;
    struct expectation_key key = key_of(1, 2, 99);
    struct expectation late = {.tells = slice_str("a"), .made_ns = 1, .flow_id = 7, .late = true};
    uint64_t parent = 0;
    struct expectations *table = expectations_new();
    struct buf out = {0};
    assert_non_null(table);
    assert_int_equal(expectations_add(table, &key, &late), 0);
    assert_false(take(table, key, 1, ""));
    assert_true(expectations_has(table, &key));
    assert_true(expectations_take(table, &key, 1, true, &out, &parent));
    assert_int_equal(parent, 7);
    assert_false(expectations_has(table, &key));
    assert_int_equal(expectations_add(table, &key, &late), 0);
    add(table, key, 1, "b");
    assert_true(take(table, key, 1, "b"));
    assert_false(expectations_has(table, &key));
    buf_fini(&out);
    expectations_free(table);
}

/* At the cap the oldest gives way. */
static void test_expectations_full(void **state)
{
    (void)state;
    struct expectations *table = expectations_new();
    assert_non_null(table);
    for (unsigned i = 0; i <= EXPECTATIONS_MOST; i++)
        add(table, key_of(1, 2, (uint16_t)(1000 + i)), 1, "x");
    assert_false(take(table, key_of(1, 2, 1000), 1, ""));
    assert_true(take(table, key_of(1, 2, 1001), 1, "x"));
    assert_true(take(table, key_of(1, 2, 1000 + EXPECTATIONS_MOST), 1, "x"));
    expectations_free(table);
}

static void test_ports(void **state)
{
    (void)state;
    static const struct {
        bool (*read)(struct slice text, uint16_t *port);
        const char *text;
        uint16_t port; /* 0: there is none */
    } texts[] = {
        {ftp_read_eprt, "|1|10.0.0.1|1025|", 1025},
        {ftp_read_eprt, "!2!::1!65535!", 65535},
        {ftp_read_eprt, "|1|10.0.0.1|65536|", 0},
        {ftp_read_eprt, "|1|10.0.0.1|", 0},
        {ftp_read_eprt, "", 0},
        {ftp_read_pasv, "227 Passive (10,0,0,2,4,1).", 1025},
        {ftp_read_pasv, "227 (10,0,0,2,4,256)", 0},
        {ftp_read_pasv, "227 (10,0,0,2,4", 0},
        {ftp_read_pasv, "227 10,0,0,2,4,1", 0},
        {ftp_read_epsv, "229 Extended (|||1025|)", 1025},
        {ftp_read_epsv, "229 (||1025|)", 0},
        {ftp_read_epsv, "229 (", 0},
        {ftp_read_epsv, "229", 0},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint16_t port = 0;
        bool found = texts[i].read(slice_str(texts[i].text), &port);
        assert_int_equal(found, texts[i].port != 0);
        if (found)
            assert_int_equal(port, texts[i].port);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_file_down),
        cmocka_unit_test(test_file_up),
        cmocka_unit_test(test_listing),
        cmocka_unit_test(test_once),
        cmocka_unit_test(test_not_announced),
        cmocka_unit_test(test_expectations),
        cmocka_unit_test(test_late_expectations),
        cmocka_unit_test(test_expectations_full),
        cmocka_unit_test(test_ports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
