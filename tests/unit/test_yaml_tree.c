/* YAML files as trees: values of each kind, and where something is wrong. */
#include "support/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hex_text.h"
#include "base/yaml_tree.h"

struct taken {
    const struct yaml_tree *tree;
    int64_t number;
    uint64_t time_ns;
    bool flag;
    int choice;
};

static const char *const colours[] = {"red", "green", NULL};

static int take_number(void *ctx, const yaml_node_t *value)
{
    struct taken *t = ctx;
    return yaml_number(t->tree, value, -5, 70000, &t->number);
}

static int take_time(void *ctx, const yaml_node_t *value)
{
    struct taken *t = ctx;
    return yaml_duration(t->tree, value, &t->time_ns);
}

static int take_flag(void *ctx, const yaml_node_t *value)
{
    struct taken *t = ctx;
    return yaml_flag(t->tree, value, &t->flag);
}

static int take_colour(void *ctx, const yaml_node_t *value)
{
    struct taken *t = ctx;
    return yaml_choice(t->tree, value, colours, &t->choice);
}

static const struct yaml_field fields[] = {
    {"number", take_number}, {"time", take_time}, {"flag", take_flag}, {"colour", take_colour}, {0}};

static int take(const char *text, struct taken *taken, struct err *err)
{
    struct yaml_tree tree;
    *taken = (struct taken){.tree = &tree};
    *err = (struct err){0};
    int rc = yaml_tree_parse(&tree, "x.yaml", slice_str(text), err);
    if (rc)
        return rc;
    rc = yaml_take_fields(&tree, yaml_tree_root(&tree), fields, taken);
    yaml_tree_free(&tree);
    return rc;
}

static void test_values(void **state)
{
    (void)state;
    struct taken t;
    struct err err;
    assert_int_equal(take("number: 0xff\ntime: 1.5s\nflag: yes\ncolour: green", &t, &err), 0);
    assert_int_equal(t.number, 255);
    assert_int_equal(t.time_ns, 1500000000);
    assert_true(t.flag);
    assert_int_equal(t.choice, 1);
    assert_int_equal(take("{number: -5, time: 2m, flag: false}", &t, &err), 0);
    assert_int_equal(t.number, -5);
    assert_int_equal(t.time_ns, UINT64_C(120000000000));
}

static void wrong(const char *text, unsigned line, unsigned column, const char *message, const char *hint)
{
    struct taken t;
    struct err err;
    assert_true(take(text, &t, &err) < 0);
    assert_string_equal(err.file, "x.yaml");
    assert_int_equal(err.line, line);
    assert_int_equal(err.column, column);
    assert_non_null(strstr(err.message, message));
    assert_string_equal(err.hint, hint);
}

static void test_what_is_wrong(void **state)
{
    (void)state;
    wrong("flag: yes\nnumber: 70001", 2, 9, "a number from -5 to 70000", "");
    wrong("number: 1x", 1, 9, "a number", "");
    wrong("time: 15", 1, 7, "with its unit", "");
    wrong("time: -1s", 1, 7, "with its unit", "");
    wrong("colour: blue", 1, 9, "expected one of: red, green", "");
    wrong("flag: [yes]", 1, 7, "expected one of", "");
    wrong("numbr: 1", 1, 1, "there is no \"numbr\" here", "did you mean \"number\"?");
    wrong("flag: yes\nflag: no", 2, 1, "stands here twice", "");
    wrong("- a", 1, 1, "expected \"name: value\" lines", "");
    wrong("[a]: b", 1, 1, "a name is a word", "");
    wrong("flag: \"yes", 1, 11, "no valid YAML", "");
}

static void test_limits(void **state)
{
    (void)state;
    char *deep = calloc(1, 200);
    memset(deep, '[', 100);
    struct yaml_tree tree;
    struct err err = {0};
    assert_int_equal(yaml_tree_parse(&tree, "deep", slice_str(deep), &err), -EINVAL);
    assert_string_equal(err.message, "nested too deeply");
    free(deep);
    assert_int_equal(yaml_tree_read(&tree, "/no/such.yaml", &err), -ENOENT);
    assert_string_equal(err.file, "/no/such.yaml");
    assert_int_equal(yaml_tree_parse(&tree, "empty", slice_of(NULL, 0), &err), 0);
    assert_null(yaml_tree_root(&tree));
    yaml_tree_free(&tree);
}

static void test_hexadecimal_between_bars(void **state)
{
    (void)state;
    struct buf out = {0};
    struct err err = {0};
    size_t at;
    assert_int_equal(hex_text(slice_str("a|0D 0a|b|ff|"), &at, &out, &err), 0);
    assert_int_equal(out.n, 5);
    assert_memory_equal(out.p, "a\r\nb\xff", 5);
    assert_int_equal(hex_text(slice_str("ab|0"), &at, &out, &err), -EINVAL);
    assert_int_equal(at, 2);
    assert_int_equal(hex_text(slice_str("ab|0g|"), &at, &out, &err), -EINVAL);
    assert_int_equal(at, 4);
    assert_int_equal(hex_text(slice_str("|0|"), &at, &out, &err), -EINVAL);
    buf_fini(&out);
}

static void test_arena(void **state)
{
    (void)state;
    struct arena *arena = arena_new(100000);
    struct slice copy = arena_copy(arena, slice_str("abc"));
    assert_string_equal(copy.p, "abc");
    uint64_t *numbers = arena_take(arena, 50000);
    assert_non_null(numbers);
    assert_int_equal((uintptr_t)numbers % 16, 0);
    assert_int_equal(numbers[6249], 0);
    assert_null(arena_take(arena, 50000));
    assert_non_null(arena_take(arena, 49996));
    assert_null(arena_copy(arena, slice_str("")).p);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values), cmocka_unit_test(test_what_is_wrong),
        cmocka_unit_test(test_limits), cmocka_unit_test(test_hexadecimal_between_bars),
        cmocka_unit_test(test_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
