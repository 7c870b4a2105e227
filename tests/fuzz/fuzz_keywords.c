/*
 * Options of rules on packets: the first 96 bytes make a packet (any values, any layers), the rest, line by
 * line, is the options of one rule each. What loads is evaluated on the packet, with its state and
 * thresholds.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "match/state.h"
#include "flow/flow.h"
#include "base/cursor.h"
#include "rule/keyword.h"
#include "rule/state_op.h"
#include "support/rule_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t take(struct cursor *c, size_t bytes)
{
    uint64_t v = 0;
    cursor_uint(c, bytes, &v);
    return v;
}

static void make_packet(struct cursor *c, struct packet *p)
{
    *p = packet_between((uint8_t)take(c, 1), (uint8_t)take(c, 1), (double)take(c, 2));
    p->layers = (uint16_t)take(c, 2);
    p->source = (uint8_t)(take(c, 1) % (PACKET_FLOW_END + 1));
    p->vlan_count = (uint8_t)take(c, 1);
    for (int i = 0; i < VLAN_LAYERS; i++)
        p->vlan[i] = (uint16_t)take(c, 2);
    p->is_fragment = take(c, 1) & 1;
    p->ip.identification = (uint32_t)take(c, 4);
    p->ip.fragment_offset = (uint16_t)take(c, 2);
    p->ip.protocol = (uint8_t)take(c, 1);
    p->ip.ttl = (uint8_t)take(c, 1);
    p->ip.tos = (uint8_t)take(c, 1);
    p->ip.options = (uint32_t)take(c, 4);
    uint8_t bits = (uint8_t)take(c, 1);
    p->ip.more_fragments = bits & 1;
    p->ip.dont_fragment = bits & 2;
    p->ip.reserved_bit = bits & 4;
    if (p->layers & LAYER_TCP) {
        p->tcp.flags = (uint8_t)take(c, 1);
        p->tcp.window = (uint16_t)take(c, 2);
        p->tcp.has_mss = bits & 8;
        p->tcp.mss = (uint16_t)take(c, 2);
    } else {
        p->icmp.type = (uint8_t)take(c, 1);
        p->icmp.has_echo = bits & 16;
    }
    packet_event_add(&p->events, (enum packet_event)(1 + take(c, 1) % (EVENT_COUNT - 1)));
    struct slice rest;
    cursor_bytes(c, cursor_left(c) < 40 ? cursor_left(c) : 40, &rest);
    p->ip.header = slice_first(rest, 20);
    p->ip.payload = slice_from(rest, 20);
    p->payload = slice_from(rest, 28);
}

static void evaluate(const struct rule *rule, const struct view *view, struct flow_memory *memory,
                     struct shared_state *shared)
{
    enum rule_action action = rule->header.action;
    rule_tests_hold(rule, view);
    for (uint32_t i = 0; i < rule->state_count; i++) {
        if (state_verb_is_test(rule->state[i].verb))
            state_holds(&rule->state[i], memory, shared, view);
        else
            state_change(&rule->state[i], memory, shared, view);
    }
    threshold_check(rule, memory, shared, view, &action);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const headers[] = {"ip", "tcp", "udp", "icmp", "pkthdr", "http"};
    struct slice input = slice_of(data, size), lines = slice_from(input, 96), line;
    struct cursor c = cursor_of(slice_first(input, 96));
    struct flow flow = {.packets = {1, 2}, .bytes = {60, 120}};
    struct flow_memory memory = {0};
    struct shared_state *shared = shared_state_new(&(struct shared_state_config){.seed = 1, .memory = 8192});
    struct rule_kit kit;
    struct packet packet;
    rule_kit_init(&kit);
    make_packet(&c, &packet);
    struct view view = packet_view(&packet);
    flow.app_direction[0] = (enum app_proto)(packet.ip.ttl % APP_PROTO_COUNT);
    view.flow = packet.ip.tos & 1 ? &flow : NULL;
    for (unsigned n = 0; n < 64 && text_field(&lines, '\n', &line); n++) {
        char text[512];
        snprintf(text, sizeof text, "%.*s", line.n < 500 ? (int)line.n : 500,
                 line.n ? (const char *)line.p : "");
        struct rule *rule = rule_kit_rule(&kit, headers[n % 6], text, n + 1);
        if (rule)
            evaluate(rule, &view, &memory, shared);
        else if (!kit.err.message[0])
            abort(); /* refused without a reason */
        rule_free(rule);
    }
    flow_state_fini(&memory);
    shared_state_free(shared);
    rule_kit_fini(&kit);
    return 0;
}
