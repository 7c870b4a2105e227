/* Variables: defaults, NAME=VALUE, YAML of suricata.yaml's shape, and what is wrong with them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rule/variables.h"

static const char *value(const struct variables *v, const char *name, enum variable_kind kind)
{
    const struct variable *found = variables_find(v, slice_str(name), kind);
    return found ? found->value : "(none)";
}

static int load(struct variables *v, const char *text, struct err *err)
{
    char path[] = "/tmp/sluice-variables-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    int rc = variables_load_yaml(v, path, err);
    unlink(path);
    return rc;
}

static void test_defaults(void **state)
{
    (void)state;
    struct variables *v = variables_new();
    struct err err = {0};
    assert_string_equal(value(v, "EXTERNAL_NET", VARIABLE_ADDRESSES), "!$HOME_NET");
    assert_string_equal(value(v, "HTTP_PORTS", VARIABLE_PORTS), "80");
    assert_string_equal(value(v, "HTTP_PORTS", VARIABLE_ADDRESSES), "(none)");
    for (uint32_t i = 0; i < v->count; i++)
        assert_int_equal(variable_check(v, &v->list[i], &err), 0);
    variables_free(v);
}

static void test_set(void **state)
{
    (void)state;
    struct variables *v = variables_new();
    struct err err = {0};
    assert_int_equal(variables_set(v, "HOME_NET=[10.0.0.0/8, 1.2.3.4]", &err), 0);
    assert_string_equal(value(v, "HOME_NET", VARIABLE_ADDRESSES), "[10.0.0.0/8, 1.2.3.4]");
    assert_int_equal(variables_set(v, "vars.address-groups.HOME_NET=any", &err), 0);
    assert_int_equal(variables_set(v, "HTTP_PORTS=\"[80,8080]\"", &err), 0);
    assert_string_equal(value(v, "HTTP_PORTS", VARIABLE_PORTS), "[80,8080]");
    /* New names: by what their value can be. */
    assert_int_equal(variables_set(v, "MINE=1024:", &err), 0);
    assert_string_equal(value(v, "MINE", VARIABLE_PORTS), "1024:");
    assert_int_equal(variables_set(v, "YOURS=!$HOME_NET2", &err), -EINVAL);
    assert_int_equal(variables_set(v, "THEIRS=[1.1.1.1]", &err), 0);
    assert_string_equal(value(v, "THEIRS", VARIABLE_ADDRESSES), "[1.1.1.1]");
    assert_int_equal(variables_set(v, "MY_PORTS=any", &err), 0);
    assert_string_equal(value(v, "MY_PORTS", VARIABLE_PORTS), "any");
    assert_int_equal(variables_set(v, "HTTP_PORTS=1.2.3.4", &err), -EINVAL);
    assert_int_equal(variables_set(v, "=x", &err), -EINVAL);
    assert_int_equal(variables_set(v, "x", &err), -EINVAL);
    assert_int_equal(variables_set(v, "A=[1.1.1.1,$A]", &err), -EINVAL);
    assert_non_null(strstr(err.message, "refers to itself"));
    variables_free(v);
}

static void test_yaml(void **state)
{
    (void)state;
    struct variables *v = variables_new();
    struct err err = {0};
    assert_int_equal(load(v,
                          "%YAML 1.1\n---\nother: [1, {a: b}]\nvars:\n  address-groups:\n"
                          "    LATE: \"$LATER\"\n    LATER: 9.9.9.9\n    HOME_NET: \"[1.0.0.0/8]\"\n"
                          "  port-groups:\n    ORACLE_PORTS: 1522\n    NEW_PORTS: \"[1,2]\"\n"
                          "outputs:\n  - eve-log: {enabled: yes}\n",
                          &err),
                     0);
    assert_string_equal(value(v, "HOME_NET", VARIABLE_ADDRESSES), "[1.0.0.0/8]");
    assert_string_equal(value(v, "LATE", VARIABLE_ADDRESSES), "$LATER");
    assert_string_equal(value(v, "ORACLE_PORTS", VARIABLE_PORTS), "1522");
    assert_string_equal(value(v, "NEW_PORTS", VARIABLE_PORTS), "[1,2]");
    assert_string_equal(value(v, "SSH_PORTS", VARIABLE_PORTS), "22");
    assert_int_equal(
        load(v, "vars.address-groups.HOME_NET: 2.0.0.0/8\nvars:\n  port-groups.SSH_PORTS: 2222\n", &err), 0);
    assert_string_equal(value(v, "HOME_NET", VARIABLE_ADDRESSES), "2.0.0.0/8");
    assert_string_equal(value(v, "SSH_PORTS", VARIABLE_PORTS), "2222");
    assert_int_equal(load(v, "", &err), 0);
    assert_int_equal(load(v, "- a\n- b\n", &err), 0);
    variables_free(v);
}

static void test_bad_yaml(void **state)
{
    static const struct {
        const char *text;
        unsigned line;
        const char *says;
    } cases[] = {
        {"vars:\n  address-groups:\n    HOME_NET: \"[1.2.3\"\n", 3, "is no address"},
        {"vars:\n  address-groups:\n    A: \"$B\"\n    B: \"$A\"\n", 3, "refers to itself"},
        {"vars:\n  port-groups:\n    P: [1, 2]\n", 3, "no text"},
        {"vars:\n  port-groups: 5\n", 2, "expected NAME"},
        {"vars: [\n", 2, "YAML"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct variables *v = variables_new();
        struct err err = {0};
        assert_int_equal(load(v, cases[i].text, &err), -EINVAL);
        if (!strstr(err.message, cases[i].says) || err.line != cases[i].line || !err.file[0])
            fail_msg("%s: line %u: %s", cases[i].text, err.line, err.message);
        variables_free(v);
    }
    struct variables *v = variables_new();
    struct err err = {0};
    assert_int_equal(variables_load_yaml(v, "/nonexistent/x.yaml", &err), -ENOENT);
    variables_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_yaml),
        cmocka_unit_test(test_bad_yaml),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
