/* Lists of a live run's settings: interfaces, CPUs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "run/cpus.h"
#include "run/interfaces.h"

static void interfaces_are_named_or_described(void **state)
{
    (void)state;
    struct interface_list l = {0};
    struct err err = {0};
    assert_int_equal(interfaces_put(&l, "", "eth1", &err), 0);
    assert_int_equal(interfaces_put(&l, ".1.queues", "3", &err), 0);
    assert_int_equal(interfaces_put(&l, ".1.interface", "eth2", &err), 0);
    assert_int_equal(interfaces_put(&l, ".1.interface", "eth3", &err), 0);
    assert_int_equal(interfaces_put(&l, "", "eth4", &err), 0);
    assert_int_equal(l.count, 3);
    assert_string_equal(l.list[0].name, "eth1");
    assert_string_equal(l.list[1].name, "eth3");
    assert_int_equal(l.list[1].queues, 3);
    assert_string_equal(l.list[2].name, "eth4");
    interfaces_fini(&l);
    assert_int_equal(l.count, 0);
}

static void interfaces_refuse_slips(void **state)
{
    (void)state;
    struct interface_list l = {0};
    struct err err = {0};
    assert_int_equal(interfaces_put(&l, "", "", &err), -EINVAL);
    assert_int_equal(interfaces_put(&l, "", "a_name_that_is_too_long", &err), -EINVAL);
    assert_int_equal(interfaces_put(&l, ".0.queues", "65", &err), -EINVAL);
    assert_int_equal(interfaces_put(&l, ".0.queues", "-1", &err), -EINVAL);
    assert_int_equal(interfaces_put(&l, ".0.queue", "1", &err), -ENOENT);
    assert_int_equal(interfaces_put(&l, ".16.queues", "1", &err), -EINVAL);
    assert_int_equal(interfaces_put(&l, ".4294967296.queues", "1", &err), -EINVAL);
    assert_int_equal(interfaces_put(&l, ".", "1", &err), -ENOENT);
    interfaces_fini(&l);
}

static void cpus_are_a_list_of_ranges(void **state)
{
    (void)state;
    struct cpu_list cpus;
    struct err err = {0};
    assert_int_equal(cpus_parse(&cpus, "7,0-2,2", &err), 0);
    const unsigned short expected[] = {7, 0, 1, 2, 2};
    assert_int_equal(cpus.count, 5);
    assert_memory_equal(cpus.list, expected, sizeof expected);
    static const char *const slips[] = {"",     ",",      "1,", "-1",  "1-",      "3-1",
                                        "1024", "0-1000", "a",  "1 2", "0-255,0", "99999999999999999999"};
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++)
        assert_int_equal(cpus_parse(&cpus, slips[i], &err), -EINVAL);
    assert_int_equal(cpus_parse(&cpus, "0-255", &err), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interfaces_are_named_or_described),
        cmocka_unit_test(interfaces_refuse_slips),
        cmocka_unit_test(cpus_are_a_list_of_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
