/* What records call the bits and counters of a flow: the rules' names, in the order of setting. */
#include "support/check.h"

#include "flow/flow.h"
#include "match/flow_match.h"
#include "match/state_names.h"
#include "match/store.h"
#include "rule/rule_list.h"
#include "rule/state_op.h"
#include "support/rule_text.h"

static const char rules[] =
    "alert udp any any -> any any (flowbits:set,zeta; flowint:count,+,1; xbits:set,host,track ip_src; "
    "sid:1;)\n"
    "alert udp any any -> any any (flowbits:isset,alfa|zeta; flowbits:unset,beta; sid:2;)\n";

/* That a rule has given it; 0: none has. */
static uint64_t key_of(const struct state_names *names, const char *text)
{
    for (uint32_t i = 0; i < names->count; i++)
        if (strcmp(names->list[i].text, text) == 0)
            return names->list[i].key;
    return 0;
}

static void names_of_rules(void **state)
{
    (void)state;
    struct rule_list *list = rule_list_of(rules);
    struct state_names names = {0};
    assert_int_equal(state_names_init(&names, list), 0);
    assert_int_equal(names.count, 4); /* each once, none of hosts */
    assert_int_equal(key_of(&names, "host"), 0);
    assert_string_equal(state_names_find(&names, key_of(&names, "alfa")), "alfa");
    assert_null(state_names_find(&names, 1));
    state_names_fini(&names);
    assert_null(state_names_find(&names, 1));
    rule_list_free(list);
}

static void in_the_order_of_setting(void **state)
{
    (void)state;
    struct flow_match match = {0};
    struct flow flow = {.match_state = &match}, none = {0};
    struct flow_note notes[FLOW_NOTES_MOST];
    for (uint64_t key = 9; key > 5; key--)
        assert_int_equal(flow_memory_set_bit(&match.memory, key), 0);
    flow_memory_unset_bit(&match.memory, 8);
    flow_memory_set_bit(&match.memory, 9); /* already set: it keeps its place */
    flow_memory_set_bit(&match.memory, 8);
    flow_memory_set_counter(&match.memory, 4, 40);
    flow_memory_set_counter(&match.memory, 3, 30);
    flow_memory_set_counter(&match.memory, 4, 41);
    static const uint64_t bits[] = {9, 7, 6, 8};
    assert_int_equal(flow_notes(&flow, false, notes), 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(notes[i].key, bits[i]);
    assert_int_equal(flow_notes(&flow, true, notes), 2);
    assert_int_equal(notes[0].key, 4);
    assert_int_equal(notes[0].value, 41);
    assert_int_equal(notes[1].value, 30);
    assert_int_equal(flow_notes(&none, false, notes), 0);
    for (uint64_t key = 100; key < 600; key++)
        flow_memory_set_bit(&match.memory, key);
    assert_int_equal(flow_notes(&flow, false, notes), FLOW_NOTES_MOST);
    flow_state_fini(&match.memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_rules),
        cmocka_unit_test(in_the_order_of_setting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
