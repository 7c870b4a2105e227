/* QUIC through the whole engine: which packets alert, with what was asked of Suricata 8.0.8. */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/quic/quic_header.h"
#include "support/conversation.h"
#include "support/engine.h"
#include "support/quic_packet.h"

static const char rules[] =
    "alert quic any any -> any any (quic.version; content:!\"none\"; sid:1;)\n" /* each transaction */
    "alert quic any any -> any any (quic.sni; content:\"example.com\"; bsize:11; sid:2;)\n"
    "alert quic any any -> any any (ja3.string; "
    "content:\"771,4865-4866,0-65281-10-16-5-51-43-13-45-28-57,\"; "
    "sid:3;)\n"
    "alert quic any any -> any any (ja3s.string; content:\"771,4865,51-43\"; bsize:14; sid:4;)\n"
    "alert quic any any -> any any (ja4.hash; content:\"q13d0211\"; startswith; sid:5;)\n"
    "alert quic any any -> any any (app-layer-event:quic.failed_decrypt; sid:6;)\n"
    "alert quic any any -> any any (app-layer-event:quic.error_on_data; sid:7;)\n"
    "alert quic any any -> any any (app-layer-event:quic.crypto_frag_too_long; sid:8;)\n"
    "alert quic any any -> any any (quic.ua; content:\"Agent\"; sid:9;)\n"
    "alert quic any any -> any any (quic.cyu.string; content:\"43,PAD-SNI-UAID-VER\"; bsize:19; sid:10;)\n";

enum { EACH = 1, NAME, CLIENT_JA3, SERVER_JA3, CLIENT_JA4, FAILED, BROKEN, TOO_LONG, AGENT, CYU };

#define ID_A "\x11\x11\x11\x11\x11\x11\x11\x11"
#define ID_B "\x22\x22\x22\x22\x22\x22\x22\x22"
#define ID_C "\x33\x33\x33\x33\x33\x33\x33\x33"

struct talk {
    struct frames frames;
    struct conversation c;
    struct buf datagram;
    uint64_t number;
};

static struct talk *talk_new(void)
{
    struct talk *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->c = conversation_new(&t->frames);
    t->c.server_port = 443;
    return t;
}

static struct quic_packet from_client(struct slice frames)
{
    return (struct quic_packet){.version = QUIC_VERSION_1,
                                .first = 0xc1,
                                .key_id = slice_str(ID_A),
                                .destination_id = slice_str(ID_A),
                                .source_id = slice_str(ID_B),
                                .frames = frames,
                                .padded = 300};
}

static struct quic_packet from_server(struct slice frames)
{
    struct quic_packet p = from_client(frames);
    p.from_server = true;
    p.destination_id = slice_str(ID_B);
    p.source_id = slice_str(ID_C);
    return p;
}

static void add(struct talk *t, struct quic_packet p)
{
    p.number = t->number++;
    quic_put_packet(&t->datagram, &p);
}

static void send_datagram(struct talk *t, bool client)
{
    datagram(&t->c, client, t->datagram.p, t->datagram.n);
    buf_clear(&t->datagram);
}

static void send_packet(struct talk *t, struct quic_packet p)
{
    add(t, p);
    send_datagram(t, !p.from_server);
}

/* A part of a hello in one frame. */
static struct slice part(struct buf *frame, struct slice hello, size_t from, size_t to)
{
    buf_clear(frame);
    quic_put_crypto(frame, from, slice_first(slice_from(hello, from), to - from));
    return buf_slice(frame);
}

static struct found talk_end(struct talk *t)
{
    struct found found;
    struct engine_options options = {.checksums = CHECKSUM_ON};
    assert_int_equal(engine_run(rules, t->frames.list, t->frames.count, &options, &found), 0);
    assert_int_equal(found.refused, 0);
    frames_fini(&t->frames);
    buf_fini(&t->datagram);
    free(t);
    return found;
}

/* Which datagrams (from 1 on) alerted this sid, as "1 3". */
static void check_where(const struct found *found, uint32_t sid, const char *expected)
{
    char text[200] = "";
    for (uint32_t i = 0; i < found->count; i++)
        if (found->list[i].sid == sid)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%u", *text ? " " : "",
                     (unsigned)found->list[i].number);
    assert_string_equal(text, expected);
}

static void test_hellos(void **state)
{
    (void)state;
    struct buf f = {0};
    struct talk *t = talk_new();
    send_packet(t, from_client(part(&f, quic_client_hello(), 0, 999)));
    send_packet(t, from_server(part(&f, quic_server_hello(), 0, 999)));
    send_packet(t, from_client(slice_str("\1")));                       /* told already */
    send_packet(t, from_server(part(&f, quic_server_hello(), 0, 999))); /* sent again */
    struct found found = talk_end(t);
    check_where(&found, EACH, "1 2");
    check_where(&found, NAME, "1");
    check_where(&found, CLIENT_JA3, "1");
    check_where(&found, CLIENT_JA4, "1");
    check_where(&found, SERVER_JA3, "2");
    check_where(&found, FAILED, "");
    found_fini(&found);
    buf_fini(&f);
}

static void test_parts_in_any_order(void **state)
{
    (void)state;
    struct buf f = {0};
    struct talk *t = talk_new();
    send_packet(t, from_client(part(&f, quic_client_hello(), 60, 999)));
    datagram(&t->c, false, "\x40xxxxxxxxxxxxxxxxxxxxx", 22); /* a short header tells nothing */
    add(t, from_client(part(&f, quic_client_hello(), 0, 30)));
    add(t, from_client(part(&f, quic_client_hello(), 20, 70)));
    send_datagram(t, true);
    send_packet(t, from_server(slice_str("\1")));
    send_packet(t, from_server(part(&f, quic_server_hello(), 0, 999)));
    struct found found = talk_end(t);
    check_where(&found, EACH, "1 3 3 4 5");
    check_where(&found, NAME, "3");
    check_where(&found, SERVER_JA3, "5");
    found_fini(&found);
    buf_fini(&f);
}

/* 0-RTT and Handshake packets are passed over, also those in front; behind a hello nothing is looked at. */
static void test_coalesced(void **state)
{
    (void)state;
    struct buf f = {0};
    struct talk *t = talk_new();
    struct quic_packet early = from_client(slice_str("\1")), hello;
    early.first = 0xd1;
    hello = from_client(part(&f, quic_client_hello(), 0, 999));
    add(t, early);
    add(t, early);
    add(t, hello);
    add(t, hello);
    send_datagram(t, true);
    struct found found = talk_end(t);
    check_where(&found, EACH, "1 1"); /* one of the early ones, the hello */
    check_where(&found, NAME, "1");
    found_fini(&found);
    buf_fini(&f);
}

static void test_damage(void **state)
{
    (void)state;
    struct buf f = {0};
    struct talk *t = talk_new();
    add(t, from_client(part(&f, quic_client_hello(), 0, 999)));
    t->datagram.p[t->datagram.n - 1] ^= 1;
    send_datagram(t, true);
    send_packet(t, from_client(slice_of("\6\0\x44\0", 4))); /* longer than the packet */
    buf_clear(&f);
    quic_put_crypto(&f, 65535, slice_str("x"));
    send_packet(t, from_client(buf_slice(&f)));
    part(&f, quic_client_hello(), 0, 999);
    f.p[43] ^= 0x80; /* the session id's length */
    send_packet(t, from_client(buf_slice(&f)));
    send_packet(t, from_client(part(&f, quic_client_hello(), 0, 999)));
    struct found found = talk_end(t);
    check_where(&found, EACH, "1 2 3 4 5");
    check_where(&found, FAILED, "1");
    check_where(&found, BROKEN, "2 4");
    check_where(&found, TOO_LONG, "3");
    check_where(&found, NAME, "5");
    found_fini(&found);
    buf_fini(&f);
}

/* RFC 9000, 17.2.5: the client begins anew with the id that the server gave it. */
static void test_retry(void **state)
{
    (void)state;
    static const char retry[] = "\xf0\0\0\0\1\x08" ID_B "\x08" ID_C "token0123456789abcdef";
    struct buf f = {0};
    struct talk *t = talk_new();
    send_packet(t, from_client(part(&f, quic_client_hello(), 0, 999)));
    datagram(&t->c, false, retry, sizeof retry - 1);
    struct quic_packet p = from_client(part(&f, quic_client_hello(), 0, 999));
    p.key_id = p.destination_id = slice_str(ID_C);
    p.token = slice_str("token");
    send_packet(t, p);
    p = from_server(part(&f, quic_server_hello(), 0, 999));
    p.key_id = slice_str(ID_C);
    send_packet(t, p);
    struct found found = talk_end(t);
    check_where(&found, EACH, "1 2 3 4");
    check_where(&found, NAME, "1 3");
    check_where(&found, SERVER_JA3, "4");
    check_where(&found, FAILED, "");
    found_fini(&found);
    buf_fini(&f);
}

/* What the server throws away must not hide what it takes; nor may an earlier connection from that port. */
static void test_junk_before_and_connections_after(void **state)
{
    (void)state;
    struct buf f = {0};
    struct talk *t = talk_new();
    struct quic_packet junk = from_client(slice_str("\1"));
    junk.destination_id = slice_str("another");
    send_packet(t, junk);
    send_packet(t, from_client(part(&f, quic_client_hello(), 0, 999)));
    send_packet(t, from_server(part(&f, quic_server_hello(), 0, 999)));
    struct quic_packet second = from_client(part(&f, quic_client_hello(), 0, 999));
    second.key_id = second.destination_id = slice_str("next-id-");
    send_packet(t, second);
    struct quic_packet answer = from_server(part(&f, quic_server_hello(), 0, 999));
    answer.key_id = second.key_id;
    send_packet(t, answer);
    struct found found = talk_end(t);
    check_where(&found, EACH, "1 2 3 4 5");
    check_where(&found, FAILED, "1");
    check_where(&found, NAME, "2 4");
    check_where(&found, SERVER_JA3, "3 5");
    found_fini(&found);
    buf_fini(&f);
}

/* Ids that open nothing are tried so often and no more; then only the keys at hand count. */
static void test_tries_are_limited(void **state)
{
    (void)state;
    struct buf f = {0};
    struct talk *t = talk_new();
    for (int i = 0; i < 200; i++) {
        uint8_t id[8] = {(uint8_t)i, 7};
        struct quic_packet junk = from_client(slice_str("\1"));
        junk.destination_id = slice_of(id, sizeof id);
        send_packet(t, junk);
    }
    send_packet(t, from_client(part(&f, quic_client_hello(), 0, 999)));
    struct found found = talk_end(t);
    assert_int_equal(found_count(&found, EACH), 201);
    assert_int_equal(found_count(&found, FAILED), 201);
    check_where(&found, NAME, "");
    found_fini(&found);
    buf_fini(&f);
}

static void test_versions(void **state)
{
    (void)state;
    static const uint32_t known[] = {QUIC_VERSION_2, 0xff000017, 0xff00001d, 0xff000021, QUIC_MVFST_2};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct buf f = {0};
        struct talk *t = talk_new();
        struct quic_packet p = from_client(part(&f, quic_client_hello(), 0, 999));
        p.version = known[i];
        p.first = known[i] == QUIC_VERSION_2 ? 0xd1 : 0xc1;
        send_packet(t, p);
        p = from_server(part(&f, quic_server_hello(), 0, 999));
        p.version = known[i];
        p.first = known[i] == QUIC_VERSION_2 ? 0xd1 : 0xc1;
        send_packet(t, p);
        struct found found = talk_end(t);
        check_where(&found, EACH, "1 2");
        check_where(&found, NAME, "1");
        check_where(&found, SERVER_JA3, "2");
        found_fini(&found);
        buf_fini(&f);
    }
}

/* RFC 9368, 2.3: the server answers in another version that the client offered. */
static void test_version_changes(void **state)
{
    (void)state;
    struct buf f = {0};
    struct talk *t = talk_new();
    send_packet(t, from_client(part(&f, quic_client_hello(), 0, 100)));
    struct quic_packet p = from_server(part(&f, quic_server_hello(), 0, 999));
    p.version = QUIC_VERSION_2;
    p.first = 0xd1;
    send_packet(t, p);
    p = from_client(part(&f, quic_client_hello(), 100, 999));
    p.version = QUIC_VERSION_2;
    p.first = 0xd1;
    p.destination_id = slice_str(ID_C);
    send_packet(t, p);
    static const char negotiation[] = "\x8a\0\0\0\0\x08" ID_B "\x08" ID_C "\0\0\0\1";
    datagram(&t->c, false, negotiation, sizeof negotiation - 1);
    struct found found = talk_end(t);
    check_where(&found, EACH, "1 2 3");
    check_where(&found, SERVER_JA3, "2");
    check_where(&found, NAME, "3");
    check_where(&found, FAILED, "");
    found_fini(&found);
    buf_fini(&f);
}

static void test_google(void **state)
{
    (void)state;
    static const char hello[] = "\x09" ID_A "Q043\1hash-hash-12\xa0\1\0\76CHLO\4\0\0\0"
                                "PAD\0\2\0\0\0SNI\0\15\0\0\0UAID\22\0\0\0VER\0\26\0\0\0"
                                "--example.comAgentQ043";
    struct talk *t = talk_new();
    datagram(&t->c, true, hello, sizeof hello - 1);
    struct found found = talk_end(t);
    check_where(&found, EACH, ""); /* quic.version is of long headers */
    check_where(&found, NAME, "1");
    check_where(&found, AGENT, "1");
    check_where(&found, CYU, "1");
    check_where(&found, BROKEN, "");
    found_fini(&found);
}

static void test_other_ports_are_not_quic(void **state)
{
    (void)state;
    struct buf f = {0};
    struct talk *t = talk_new();
    t->c.server_port = 8443;
    send_packet(t, from_client(part(&f, quic_client_hello(), 0, 999)));
    struct found found = talk_end(t);
    assert_int_equal(found.count, 0);
    found_fini(&found);
    buf_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hellos),
        cmocka_unit_test(test_parts_in_any_order),
        cmocka_unit_test(test_coalesced),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_retry),
        cmocka_unit_test(test_junk_before_and_connections_after),
        cmocka_unit_test(test_tries_are_limited),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_version_changes),
        cmocka_unit_test(test_google),
        cmocka_unit_test(test_other_ports_are_not_quic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
