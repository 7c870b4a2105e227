/*
 * chain_match and view_buffer: which bytes are looked into, instances, absence, what is kept between chains.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "support/chain_text.h"
#include "packet/packet.h"

/* Buffers of an application layer, by instance; the rule's chains are renamed to this one. */
#define APP_BUFFER BUFFER_DNS_QUERY

struct instances {
    const char *texts[4];
    unsigned count;
};

static enum buffer_answer app_buffer(void *ctx, enum buffer_id id, unsigned index, struct view_buffer *out)
{
    const struct instances *instances = ctx;
    if (id != APP_BUFFER || index >= instances->count)
        return BUFFER_NONE;
    *out = (struct view_buffer){.bytes = slice_str(instances->texts[index]), .first = true, .last = true};
    return BUFFER_HERE;
}

static const struct view_app_ops app_ops = {.buffer = app_buffer};

static bool match(const char *options, const struct instances *instances)
{
    struct rule *rule;
    struct err err;
    char text[300] = "udp.hdr; ";
    strncat(text, options, sizeof text - strlen(text) - 1);
    if (chain_text_parse(slice_str(text), &rule, &err))
        fail_msg("%s: %s", options, err.message);
    for (uint32_t i = 0; i < rule->chain_count; i++)
        rule->chains[i].buffer = (enum buffer_id)APP_BUFFER;
    struct packet packet = {0};
    struct view view = {.packet = &packet, .app = &app_ops, .app_ctx = (void *)(uintptr_t)instances};
    struct eval *eval = eval_new();
    bool matches = chain_text_match_view(eval, rule, &view);
    eval_free(eval);
    rule_free(rule);
    return matches;
}

/* All options under one buffer must match in the same instance of it. */
static void test_instances(void **state)
{
    (void)state;
    static const struct instances two = {{"alpha beta", "gamma"}, 2};
    assert_true(match("content:\"gamma\";", &two));
    assert_true(match("content:\"alpha\"; content:\"beta\";", &two));
    assert_false(match("content:\"alpha\"; content:\"gamma\";", &two));
    assert_true(match("content:\"gamma\"; content:!\"alpha\";", &two));
    assert_true(match("to_uppercase; content:\"GAMMA\"; bsize:5;", &two));
    assert_false(match("to_uppercase; content:\"DELTA\";", &two));
}

static void test_absent(void **state)
{
    (void)state;
    static const struct instances none = {.count = 0}, one = {{"alpha"}, 1};
    assert_true(match("absent;", &none));
    assert_false(match("absent;", &one));
    assert_true(match("absent:or_else; content:\"alpha\";", &none));
    assert_true(match("absent:or_else; content:\"alpha\";", &one));
    assert_false(match("absent:or_else; content:\"beta\";", &one));
    assert_false(match("content:!\"beta\";", &none));
    assert_false(match("bsize:0;", &none));
}

static bool match_packet_view(const char *options, const struct packet *packet, bool even_empty)
{
    struct rule *rule;
    struct err err;
    if (chain_text_parse(slice_str(options), &rule, &err))
        fail_msg("%s: %s", options, err.message);
    struct view view = {.packet = packet, .payload = {.bytes = packet->payload}, .empty_payload = even_empty};
    struct eval *eval = eval_new();
    bool matches = chain_text_match_view(eval, rule, &view);
    eval_free(eval);
    rule_free(rule);
    return matches;
}

static bool match_packet(const char *options, const struct packet *packet)
{
    return match_packet_view(options, packet, false);
}

/* As Suricata on a FIN without data, once the stream has not matched. */
static void test_even_empty(void **state)
{
    (void)state;
    struct packet packet = {.layers = LAYER_TCP};
    assert_false(match_packet("content:!\"hello\";", &packet));
    assert_true(match_packet_view("content:!\"hello\";", &packet, true));
    assert_true(match_packet_view("isdataat:!1;", &packet, true));
    assert_true(match_packet_view("pcre:!\"/zzz/\";", &packet, true));
    assert_false(match_packet_view("content:\"hello\";", &packet, true));
    assert_false(match_packet_view("byte_test:1,=,0,0;", &packet, true));
}

static void test_headers(void **state)
{
    (void)state;
    struct packet packet = {
        .layers = LAYER_IPV4 | LAYER_TCP,
        .ip.header = slice_str("E-ip-header"),
        .transport = slice_str("tcp-header"),
        .payload = slice_str("data"),
        .source_address = {.bytes = {10, 0, 0, 1}, .version = 4},
        .destination_address = {.bytes = {0x20, 1}, .version = 6},
    };
    assert_true(match_packet("ipv4.hdr; content:\"E\"; startswith;", &packet));
    assert_false(match_packet("ipv6.hdr; content:\"E\";", &packet));
    assert_true(match_packet("tcp.hdr; content:\"tcp\"; pkt_data; content:\"data\";", &packet));
    assert_false(match_packet("udp.hdr; content:!\"x\";", &packet));
    assert_false(match_packet("udp.hdr; absent;", &packet));
    assert_true(match_packet("ip.src; content:\"|0a 00 00 01|\"; bsize:4;", &packet));
    assert_true(match_packet("ip.dst; content:\"|20 01|\"; startswith; bsize:16;", &packet));
    packet.payload = slice_of(NULL, 0);
    assert_false(match_packet("content:!\"x\";", &packet));
}

/* What one rule has decoded or extracted is not there for the next. */
static void test_reset(void **state)
{
    (void)state;
    struct rule *first, *second;
    struct err err;
    const char *decode = "base64_decode; base64_data; content:\"hello\";";
    assert_int_equal(chain_text_parse(slice_str(decode), &first, &err), 0);
    assert_int_equal(chain_text_parse(slice_str(decode), &second, &err), 0);
    struct view_buffer good = {.bytes = slice_str("aGVsbG8=")}, bad = {.bytes = slice_str("!!")};
    struct eval *eval = eval_new();
    assert_true(chain_text_match(eval, first, &good));
    assert_false(chain_text_match(eval, second, &bad));
    assert_true(chain_text_match(eval, second, &good));
    eval_free(eval);
    rule_free(first);
    rule_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instances),  cmocka_unit_test(test_absent), cmocka_unit_test(test_headers),
        cmocka_unit_test(test_even_empty), cmocka_unit_test(test_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
