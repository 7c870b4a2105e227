/* Regular expressions as trees, and which of them run away. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "support/check.h"

#include <errno.h>
#include <pcre2.h>

#include "rulework/regex/regex_attack.h"
#include "rulework/regex/regex_tree.h"

static void test_what_is_understood(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        bool understood;
    } cases[] = {
        {"", true},
        {"a|b||c", true},
        {"[]a]", true},
        {"[^]a-]", true},
        {"[[:alpha:]_-z]", true},
        {"a{2,3}?b{2,}+c{,5}d{x}", true},
        {"(?i)a(?-i:b)(?<n>c)(?P<m>d)(?P=m)\\1(?#text)", true},
        {"(?=a)(?!b)(?<=c)(?<!d)(?>e)", true},
        {"\\x41\\x{42}\\x\\0\\101\\bA\\Z\\z\\/\\;", true},
        {"(a", false},
        {"a)", false},
        {"[a", false},
        {"[a-", false},
        {"[a-\\", false},
        {"a\\", false},
        {"(?R)", false},
        {"(?(1)a|b)", false},
        {"(*COMMIT)a", false},
        {"\\p{L}", false},
        {"\\Qa+b\\E", true},
        {"[[:nothing:]]", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct regex_tree tree;
        print_message("  %s\n", cases[i].pattern);
        assert_int_equal(regex_tree_init(&tree, slice_str(cases[i].pattern), 0),
                         cases[i].understood ? 0 : -EINVAL);
        assert_int_equal(tree.refused == NULL, cases[i].understood);
        regex_tree_fini(&tree);
    }
}

static void test_depth_is_bounded(void **state)
{
    (void)state;
    char pattern[2 * 5000 + 1] = "";
    memset(pattern, '(', 5000);
    memset(pattern + 5000, ')', 5000);
    struct regex_tree tree;
    assert_int_equal(regex_tree_init(&tree, slice_str(pattern), 0), -EINVAL);
    regex_tree_fini(&tree);
}

static void test_sets(void **state)
{
    (void)state;
    struct regex_tree tree;
    assert_int_equal(regex_tree_init(&tree, slice_str("[^a-c\\d]{3,5}"), 0), 0);
    const struct regex_node *repeat = &tree.nodes[tree.nodes[tree.root].right];
    assert_int_equal(repeat->kind, NODE_REPEAT);
    assert_int_equal(repeat->least, 3);
    assert_int_equal(repeat->most, 5);
    assert_int_equal(repeat->from, 0);
    assert_int_equal(repeat->to, 13);
    const struct regex_node *node = &tree.nodes[repeat->left];
    assert_int_equal(node->kind, NODE_SET);
    for (int b = 0; b < 256; b++)
        assert_int_equal(byte_set_has(&node->set, (uint8_t)b),
                         !(b >= 'a' && b <= 'c') && !(b >= '0' && b <= '9'));
    assert_int_equal(tree.nodes[tree.root].next, NODE_NONE);
    regex_tree_fini(&tree);
}

static void check_attack(const char *pattern, uint32_t options, const char *loop)
{
    struct regex_attack attack;
    print_message("  %s\n", pattern);
    assert_int_equal(regex_attack_find(slice_str(pattern), options, &attack), 0);
    assert_int_equal(attack.found, loop != NULL);
    if (!loop)
        return;
    assert_int_equal(attack.to - attack.from, strlen(loop));
    assert_memory_equal(pattern + attack.from, loop, strlen(loop));
    assert_true(attack.length > 0 && attack.length <= REGEX_SUBJECT_MOST);
}

static void test_what_runs_away(void **state)
{
    (void)state;
    check_attack("^(a+)+$", 0, "(a+)+");
    check_attack("^(a|aa)+$", 0, "(a|aa)+");
    check_attack("(?:\\w|\\d)*#x", 0, "(?:\\w|\\d)*");
    check_attack("^x(?:[a-z]+ ?)*;", 0, "(?:[a-z]+ ?)*");
    check_attack("^(?:(?:%[0-9a-f]{2}|[^&])+&)+z", 0, "(?:(?:%[0-9a-f]{2}|[^&])+&)+");
    check_attack("^(?=(?:0+?\\d{1,3},?)*?y)0", 0, "(?:0+?\\d{1,3},?)*?");
    check_attack("^ ( b* ) * c # text", PCRE2_EXTENDED, "( b* ) *");
}

static void test_what_does_not(void **state)
{
    (void)state;
    check_attack("^(?:a+,)+$", 0, NULL);
    check_attack("^(?:a++b?)+$", 0, NULL);
    check_attack("^(?>a+)+$", 0, NULL);
    check_attack("^(?:[a-z]+\\s+)*;", 0, NULL);
    check_attack(".*.*.*=", 0, NULL);
    check_attack("(a|b|[cd])+e", 0, NULL);
    check_attack("(\\w+\\.)*\\w+@", 0, NULL);
    check_attack("^(?:\\d{1,3}\\.){3}\\d{1,3}$", 0, NULL);
    check_attack("a(", 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_understood),
        cmocka_unit_test(test_depth_is_bounded),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_what_runs_away),
        cmocka_unit_test(test_what_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
