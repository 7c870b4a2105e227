/* Community ids against published vectors, EVE text, the order in which records of several workers are
 * merged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>

#include "output/community_id.h"
#include "output/json.h"
#include "output/output.h"
#include "output/protocol_name.h"
#include "rule/rule.h"
#include "run/merge.h"

static struct community_tuple tuple(const char *source, uint16_t sport, const char *destination,
                                    uint16_t dport, uint8_t protocol)
{
    struct community_tuple t = {.source_port = sport, .destination_port = dport, .protocol = protocol};
    assert_true(address_parse(source, &t.source));
    assert_true(address_parse(destination, &t.destination));
    return t;
}

/* The baseline of https://github.com/corelight/community-id-spec/tree/master/baseline */
static void test_community_id_vectors(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        uint16_t sport;
        const char *destination;
        uint16_t dport;
        uint8_t protocol;
        const char *id;
    } vectors[] = {
        {"128.232.110.120", 34855, "66.35.250.204", 80, 6, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
        {"192.168.1.52", 54585, "8.8.8.8", 53, 17, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
        {"192.168.0.89", 8, "192.168.0.1", 0, 1, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
        {"192.168.170.8", 7, "192.168.170.56", 80, 132, "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ="},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        char there[COMMUNITY_ID_TEXT], back[COMMUNITY_ID_TEXT];
        struct community_tuple t = tuple(vectors[i].source, vectors[i].sport, vectors[i].destination,
                                         vectors[i].dport, vectors[i].protocol);
        community_id(&t, 0, there);
        assert_string_equal(there, vectors[i].id);
        if (vectors[i].protocol == 1)
            continue;
        t = tuple(vectors[i].destination, vectors[i].dport, vectors[i].source, vectors[i].sport,
                  vectors[i].protocol);
        community_id(&t, 0, back);
        assert_string_equal(there, back);
        community_id(&t, 1, back);
        assert_string_not_equal(there, back);
    }
}

static void test_time(void **state)
{
    (void)state;
    char text[TIME_TEXT];
    json_time(1700000000123456789ULL, text);
    assert_string_equal(text, "2023-11-14T22:13:20.123456+0000");
    json_time(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000000+0000");
    json_time(UINT64_MAX, text);
    assert_true(strlen(text) < TIME_TEXT);
}

static void test_text_is_valid_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"plain", "plain"},
        {"caf\xc3\xa9", "caf\xc3\xa9"},
        {"a\xffz", "a\\xffz"},
        {"\xc3", "\\xc3"},
        {"\xe2\x82", "\\xe2\\x82"},
        {"\xc0\xaf", "\\xc0\\xaf"},                   /* overlong */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},          /* a surrogate */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* past U+10FFFF */
        {"\xf0\x9f\x90\x9f!\x80", "\xf0\x9f\x90\x9f!\\x80"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *value = json_text(cases[i].in);
        assert_string_equal(json_string_value(value), cases[i].out);
        json_decref(value);
    }
}

static json_t *alert_json(const struct alert_record *record, const struct output_options *options)
{
    struct buf out = {0};
    assert_int_equal(output_eve_ops.alert(&out, record, options), 0);
    assert_int_equal(out.p[out.n - 1], '\n');
    json_t *object = json_loadb((char *)out.p, out.n, 0, NULL);
    assert_non_null(object);
    buf_fini(&out);
    return object;
}

static void test_alert_of_a_flow_end_and_metadata(void **state)
{
    (void)state;
    struct rule_option metadata[] = {{(char *)"zeta", (char *)"1"},
                                     {(char *)"Beta", (char *)"2"},
                                     {(char *)"beta", (char *)"3"},
                                     {(char *)"alone", NULL}};
    struct rule rule = {.header = {.action = ACTION_DROP},
                        .sid = 5,
                        .gid = 1,
                        .rev = 2,
                        .priority = 1,
                        .message = (char *)"m",
                        .class_text = (char *)"c",
                        .metadata = metadata,
                        .metadata_count = 4,
                        .flags = RULE_TARGET_SOURCE};
    struct packet packet = {.source = PACKET_FLOW_END,
                            .layers = LAYER_TCP | LAYER_IPV4,
                            .ip = {.protocol = 6},
                            .source_port = 1,
                            .destination_port = 2,
                            .number = 9};
    assert_true(address_parse("10.0.0.1", &packet.source_address));
    assert_true(address_parse("10.0.0.2", &packet.destination_address));
    struct alert alert = {.rule = &rule, .action = ACTION_DROP};
    struct alert_record record = {.alert = &alert, .packet = &packet};
    struct output_options options = {0};
    json_t *e = alert_json(&record, &options), *a = json_object_get(e, "alert");
    assert_null(json_object_get(e, "pcap_cnt"));
    assert_null(json_object_get(e, "flow_id"));
    assert_string_equal(json_string_value(json_object_get(a, "action")), "allowed");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(a, "target"), "port")), 1);
    json_t *m = json_object_get(a, "metadata");
    assert_int_equal(json_object_size(m), 2);
    assert_string_equal(json_string_value(json_array_get(json_object_get(m, "beta"), 0)), "3");
    assert_string_equal(json_string_value(json_array_get(json_object_get(m, "beta"), 1)), "2");
    json_decref(e);
    alert.action = ACTION_REJECT;
    e = alert_json(&record, &options);
    assert_string_equal(json_string_value(json_object_get(json_object_get(e, "alert"), "action")), "blocked");
    json_decref(e);
}

static void test_alert_without_ip_and_in_a_tunnel(void **state)
{
    (void)state;
    struct rule rule = {.sid = 5, .message = (char *)"", .class_text = (char *)""};
    struct alert alert = {.rule = &rule};
    struct packet arp = {.source = PACKET_WIRE, .layers = LAYER_ETHERNET | LAYER_ARP, .number = 3};
    struct alert_record record = {.alert = &alert, .packet = &arp};
    struct output_options options = {0};
    json_t *e = alert_json(&record, &options);
    assert_null(json_object_get(e, "proto"));
    assert_null(json_object_get(e, "src_ip"));
    assert_int_equal(json_integer_value(json_object_get(e, "pcap_cnt")), 3);
    json_decref(e);
    struct packet outer = {.source = PACKET_WIRE, .ip = {.protocol = 47}, .number = 4};
    struct packet inner = {
        .source = PACKET_TUNNEL_GRE, .outer = &outer, .ip = {.protocol = 17}, .depth = 1, .number = 4};
    assert_true(address_parse("1.1.1.1", &outer.source_address));
    assert_true(address_parse("2001:db8::1", &inner.source_address));
    record.packet = &inner;
    e = alert_json(&record, &options);
    assert_null(json_object_get(e, "pcap_cnt"));
    json_t *tunnel = json_object_get(e, "tunnel");
    assert_int_equal(json_integer_value(json_object_get(tunnel, "pcap_cnt")), 4);
    assert_string_equal(json_string_value(json_object_get(tunnel, "proto")), "GRE");
    assert_string_equal(json_string_value(json_object_get(e, "src_ip")),
                        "2001:0db8:0000:0000:0000:0000:0000:0001");
    json_decref(e);
}

static void put(struct worker_output *out, uint64_t sequence, uint64_t deadline, uint64_t id,
                const char *text, const struct rule *rule)
{
    struct record record = {
        .place = {sequence, deadline, id}, .rule = rule, .offset = out->text.n, .length = strlen(text)};
    assert_int_equal(buf_append(&out->text, slice_str(text)), 0);
    worker_output_add(out, &record);
}

static void test_merge_orders_by_place(void **state)
{
    (void)state;
    struct rule a = {.sid = 1}, b = {.sid = 2};
    struct batch *batch = batch_new(3);
    put(&batch->outputs[0], 4, 0, 0, "d", &a);
    put(&batch->outputs[0], 4, 0, 0, "e", &a);
    put(&batch->outputs[0], 9, 70, 2, "h", NULL);
    put(&batch->outputs[1], 1, 0, 0, "b", &b);
    put(&batch->outputs[1], 9, 70, 1, "g", NULL);
    put(&batch->outputs[2], 0, 0, 0, "a", &b);
    put(&batch->outputs[2], 2, 0, 0, "c", &a);
    put(&batch->outputs[2], 9, 60, 9, "f", NULL);
    struct merger merger = {0};
    struct buf out = {0};
    assert_int_equal(merger_batch(&merger, batch, &out), 0);
    assert_true(slice_equal(buf_slice(&out), slice_str("abcdefgh")));
    assert_int_equal(merger.alerts, 5);
    assert_int_equal(merger.hit_count, 2);
    batch_clear(batch);
    buf_clear(&out);
    assert_int_equal(merger_batch(&merger, batch, &out), 0);
    assert_int_equal(out.n, 0);
    buf_fini(&out);
    merger_fini(&merger);
    batch_free(batch);
}

static void test_places_only_grow_for_a_reader(void **state)
{
    (void)state;
    struct turn_slot slots[2] = {0};
    const struct turn_pastime nothing = {0};
    struct place low = {5, 0, 0}, ending = {5, 10, 3}, later = {6, 0, 0};
    assert_true(place_compare(&low, &ending) < 0 && place_compare(&ending, &later) < 0);
    turn_publish(&slots[1], &ending);
    turn_wait_for(slots, 1, &low, &nothing); /* returns at once: the other is past it */
    turn_wait_for(slots, 1, &ending, &nothing);
    turn_publish(&slots[1], &later);
    assert_int_equal(slots[1].deadline, 0);
    turn_wait_for(slots, 1, &later, &nothing);
}

static void test_protocol_names(void **state)
{
    (void)state;
    char text[PROTOCOL_TEXT];
    assert_string_equal(protocol_name(6, text), "TCP");
    assert_string_equal(protocol_name(58, text), "IPv6-ICMP");
    assert_string_equal(protocol_name(143, text), "Ethernet");
    assert_string_equal(protocol_name(144, text), "144");
    assert_string_equal(protocol_name(255, text), "255");
}

static void test_bytes_as_text(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *text;
        size_t text_n;
    } cases[] = {
        {"plain", 5, "plain", 5},
        {"\xce\xbb", 2, "\xce\xbb", 2},
        {"\xce\xbb\xff", 3, "\\xce\\xbb\\xff", 12},
        {"a\0b", 3, "a\0b", 3},
        {"a\0\xff\x7f", 4, "a\0\\xff\x7f", 7},
        {"\xff", 1, "\\xff", 4},
        {"", 0, "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *value = json_bytes(slice_of(cases[i].bytes, cases[i].n));
        assert_int_equal(json_string_length(value), cases[i].text_n);
        assert_memory_equal(json_string_value(value), cases[i].text, cases[i].text_n);
        json_decref(value);
    }
    json_t *nothing = json_bytes(slice_of(NULL, 0));
    assert_int_equal(json_string_length(nothing), 0);
    json_decref(nothing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_as_text),
        cmocka_unit_test(test_community_id_vectors),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_text_is_valid_utf8),
        cmocka_unit_test(test_alert_of_a_flow_end_and_metadata),
        cmocka_unit_test(test_alert_without_ip_and_in_a_tunnel),
        cmocka_unit_test(test_merge_orders_by_place),
        cmocka_unit_test(test_places_only_grow_for_a_reader),
        cmocka_unit_test(test_protocol_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
