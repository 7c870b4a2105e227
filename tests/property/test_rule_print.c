/* Parse, print, parse is stable: over random rules, printing what was read and reading it again changes
 * nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "rule/classes.h"
#include "rule/rule_list.h"
#include "rule/variables.h"

enum { ROUNDS = 20000 };

#define PICK(list) ((list)[(size_t)rand() % (sizeof(list) / sizeof(list)[0])])

static const char *const actions[] = {"alert",     "pass",       "drop",  "reject:flow",
                                      "rejectdst", "rejectboth", "config"};
static const char *const protocols[] = {"tcp",        "udp",     "ip",   "icmp",          "tcp-pkt",
                                        "tcp-stream", "ipv6",    "ipv4", "icmpv6",        "pkthdr",
                                        "sctp",       "TCP:all", "ip6",  "udp:flow_start"};
static const char *const directions[] = {"->", "<>"};
static const char *const elements[] = {"1.2.3.4",         "10.0.0.0/8", "$HOME_NET",     "!$EXTERNAL_NET",
                                       "!10.1.0.0/16",    "fe80::1",    "2001:db8::/33", "any",
                                       "1.1.1.1-9.9.9.9", "!::/1"};
static const char *const ports[] = {"80",  "1024:", "!:5", "$HTTP_PORTS",
                                    "any", "!443",  "7:9", "$SHELLCODE_PORTS"};
static const char *const options[] = {"msg:\"a \\\"b\\\" \\; c\";",
                                      "rev:3;",
                                      "gid:2;",
                                      "classtype:misc-attack;",
                                      "priority:2;",
                                      "reference:url,example.org/a,b;",
                                      "metadata:a b, c d e;",
                                      "target:src_ip;",
                                      "noalert;",
                                      "alert;",
                                      "bypass;",
                                      "l3_proto:ipv4;",
                                      "nfq_set_mark:0x1/0xff;",
                                      "requires:version >= 7;",
                                      "config:logging disable, type tx, scope tx;"};

static void add_list(struct buf *out, const char *const *from, size_t count)
{
    int n = rand() % 4;
    if (n == 0)
        buf_printf(out, "%s", from[(size_t)rand() % count]);
    for (int i = 0; i < n; i++)
        buf_printf(out, "%s%s", i ? "," : rand() % 3 ? "[" : "![", from[(size_t)rand() % count]);
    if (n)
        buf_append_byte(out, ']');
    buf_append_byte(out, ' ');
}

static void random_rule(struct buf *out)
{
    buf_clear(out);
    buf_printf(out, "%s %s ", PICK(actions), PICK(protocols));
    add_list(out, elements, sizeof elements / sizeof elements[0]);
    add_list(out, ports, sizeof ports / sizeof ports[0]);
    buf_printf(out, "%s ", PICK(directions));
    add_list(out, elements, sizeof elements / sizeof elements[0]);
    add_list(out, ports, sizeof ports / sizeof ports[0]);
    buf_printf(out, "(");
    for (int i = rand() % 6; i > 0; i--)
        buf_printf(out, "%s ", PICK(options));
    buf_printf(out, "sid:%d;)", 1 + rand());
}

static bool same_sets(const struct rule_header *a, const struct rule_header *b)
{
    for (int i = 0; i < 200; i++) {
        struct address address = {.version = i % 2 ? 4 : 6};
        for (int j = 0; j < (i % 2 ? 4 : 16); j++)
            address.bytes[j] = (uint8_t)(rand() % 4 ? rand() : 0);
        uint16_t port = (uint16_t)(rand() % (i % 3 ? 2000 : 65536));
        if (address_set_has(a->source, &address) != address_set_has(b->source, &address) ||
            address_set_has(a->destination, &address) != address_set_has(b->destination, &address) ||
            port_set_has(a->source_ports, port) != port_set_has(b->source_ports, port) ||
            port_set_has(a->destination_ports, port) != port_set_has(b->destination_ports, port))
            return false;
    }
    return true;
}

static void compare(const struct rule *a, const struct rule *b, const char *text)
{
    bool same = a->sid == b->sid && a->gid == b->gid && a->rev == b->rev && a->priority == b->priority &&
                a->flags == b->flags && strcmp(a->message, b->message) == 0 &&
                strcmp(a->class_name, b->class_name) == 0 && a->reference_count == b->reference_count &&
                a->metadata_count == b->metadata_count && a->option_count == b->option_count &&
                a->test_count == b->test_count && a->header.action == b->header.action &&
                a->header.reject == b->header.reject && a->header.scope == b->header.scope &&
                a->header.hook == b->header.hook && a->header.protocol == b->header.protocol &&
                a->header.direction == b->header.direction && a->hints.layers == b->hints.layers &&
                same_sets(&a->header, &b->header);
    if (!same)
        fail_msg("another rule after printing: %s", text);
}

static void test_stable(void **state)
{
    (void)state;
    struct variables *variables = variables_new();
    struct classes *classes = classes_new();
    struct rule_context context = {.variables = variables, .classes = classes};
    struct rule_context bare = {.classes = classes}; /* what is printed needs no variables */
    struct buf text = {0}, once = {0}, twice = {0};
    unsigned taken = 0;
    srand(11);
    for (int i = 0; i < ROUNDS; i++) {
        struct rule *first, *second;
        struct err err = {0};
        random_rule(&text);
        if (rule_parse(buf_slice(&text), &context, &first, NULL, &err))
            continue; /* such as an option twice, or nothing left of a list */
        taken++;
        buf_clear(&once);
        buf_clear(&twice);
        assert_int_equal(rule_print(first, &once), 0);
        buf_append_byte(&once, 0);
        once.n--;
        if (rule_parse(buf_slice(&once), &bare, &second, NULL, &err))
            fail_msg("%s: %s", (const char *)once.p, err.message);
        assert_int_equal(rule_print(second, &twice), 0);
        assert_true(slice_equal(buf_slice(&once), buf_slice(&twice)));
        compare(first, second, (const char *)once.p);
        rule_free(first);
        rule_free(second);
    }
    assert_true(taken > ROUNDS / 4);
    buf_fini(&text);
    buf_fini(&once);
    buf_fini(&twice);
    classes_free(classes);
    variables_free(variables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stable)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
