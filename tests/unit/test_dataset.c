/* Datasets, reputation lists and the keywords on them. */
#include "support/check.h"
#include "packet/packet.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rule/reputation.h"
#include "support/rule_text.h"

struct fixture {
    struct rule_kit kit;
    char folder[64];
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    rule_kit_init(&f->kit);
    snprintf(f->folder, sizeof f->folder, "/tmp/sluice-dataset-XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    f->kit.context.directory = f->folder;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", f->folder);
    rule_kit_fini(&f->kit);
    int r = system(command);
    free(f);
    return r;
}

static void path_of(const struct fixture *f, const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", f->folder, name);
}

static void write_file(const struct fixture *f, const char *name, const char *text)
{
    char path[128];
    path_of(f, name, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void expect_file(const struct fixture *f, const char *name, const char *text)
{
    char path[128], got[512] = "";
    path_of(f, name, path);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t n = fread(got, 1, sizeof got - 1, file);
    got[n] = '\0';
    fclose(file);
    assert_string_equal(got, text);
}

static struct dataset *get(struct fixture *f, const char *name, enum dataset_type type, const char *load,
                           const char *save, int expected)
{
    struct dataset *set = NULL;
    struct dataset_request request = {.name = slice_str(name), .type = type, .directory = f->folder};
    request.load = slice_str(load);
    request.save = slice_str(save);
    struct err err = {0};
    assert_int_equal(datasets_get(f->kit.datasets, &request, &set, &err), expected);
    return set;
}

static void test_sets(void **state)
{
    struct fixture *f = *state;
    struct dataset *set = get(f, "a", DATASET_STRING, "", "", 0);
    struct slice hello = slice_str("hello");
    assert_false(dataset_has(set, hello));
    assert_true(dataset_add(set, hello));
    assert_false(dataset_add(set, hello));
    assert_true(dataset_has(set, hello));
    assert_ptr_equal(get(f, "a", DATASET_UNKNOWN, "", "", 0), set);
    assert_ptr_not_equal(get(f, "a", DATASET_MD5, "", "", 0), set);
    get(f, "b", DATASET_UNKNOWN, "", "", -EINVAL);
    assert_true(dataset_remove(set, hello));
    assert_false(dataset_remove(set, hello));
    assert_false(dataset_has(set, hello));
    struct dataset *ip = get(f, "ip", DATASET_IP, "", "", 0);
    assert_true(dataset_add(ip, slice_of("\x0a\0\0\1", 4)));
    assert_true(dataset_has(ip, slice_of("\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\1", 16)));
    assert_false(dataset_add(ip, slice_of("abc", 3)));
}

static void test_files(void **state)
{
    struct fixture *f = *state;
    write_file(f, "s", "aGVsbG8=\n\n# a comment\nYWJj\n");
    write_file(f, "m", "5d41402abc4b2a76b9719d911017c592\n");
    write_file(f, "i", "10.0.0.1\nfe80::1\n");
    struct dataset *s = get(f, "s", DATASET_STRING, "s", "s2", 0);
    assert_true(dataset_has(s, slice_str("hello")));
    assert_true(dataset_has(s, slice_str("abc")));
    assert_true(dataset_add(s, slice_str("a")));
    get(f, "m", DATASET_MD5, "m", "m2", 0);
    struct dataset *i = get(f, "i", DATASET_IP, "i", "i2", 0);
    assert_true(dataset_has(i, slice_of("\x0a\0\0\1", 4)));
    struct err err = {0};
    assert_int_equal(datasets_save(f->kit.datasets, &err), 0);
    expect_file(f, "s2", "YQ==\nYWJj\naGVsbG8=\n");
    expect_file(f, "m2", "5d41402abc4b2a76b9719d911017c592\n");
    expect_file(f, "i2", "10.0.0.1\nfe80:0000:0000:0000:0000:0000:0000:0001\n");
    get(f, "gone", DATASET_STRING, "gone", "", -ENOENT);
    write_file(f, "bad", "5d41402abc4b2a76\n");
    get(f, "bad", DATASET_MD5, "bad", "", -EINVAL);
    get(f, "badip", DATASET_IP, "s", "", -EINVAL);
}

static void test_memcap(void **state)
{
    struct fixture *f = *state;
    struct dataset *set;
    struct dataset_request request = {.name = slice_str("small"), .type = DATASET_STRING, .memcap = 8192};
    struct err err;
    assert_int_equal(datasets_get(f->kit.datasets, &request, &set, &err), 0);
    unsigned kept = 0, n = 0;
    for (; n < 1000; n++)
        kept += dataset_add(set, slice_of(&n, sizeof n));
    struct dataset_counters c;
    datasets_counters(f->kit.datasets, &c);
    assert_true(kept > 50 && kept < 300);
    assert_int_equal(c.values, kept);
    assert_int_equal(c.refused, 1000 - kept);
    n = 0;
    assert_true(dataset_remove(set, slice_of(&n, sizeof n)));
    assert_true(dataset_add(set, slice_of(&n, sizeof n)));
}

static void test_keywords(void **state)
{
    struct fixture *f = *state;
    write_file(f, "s.lst", "CgAAAQ==\n");
    write_file(f, "r.lst", "CgAAAQ==,100\n");
    static const struct {
        const char *options;
        bool accepted;
    } cases[] = {
        {"ip.src; dataset:isset,d1,type string,load s.lst", true},
        {"ip.src; dataset:isset,d1", true},
        {"ip.src; dataset:isset,d2,type string,load nope", false},
        {"ip.src; dataset:isset,nope", false},
        {"ip.src; dataset:set,d9,type foo", false},
        {"ip.src; dataset:foo,d1,type string", false},
        {"ip.src; dataset:set,d 1,type string", false},
        {"ip.src; dataset:isset", false},
        {"ip.src; dataset:set,d5,type string,state /tmp/x", false},
        {"ip.src; dataset:set,d5,type string,save ../x", false},
        {"ip.src; dataset:set,d5,type string,state st.lst", true},
        {"ip.src; dataset:set,d6,type string,memcap 1mb,hashsize 100", true},
        {"ip.src; dataset:set,d7,type string,memcap 10", false},
        {"ip.src; dataset:set,d8,type string,format json", false},
        {"dataset:isset,d1,type string", false},
        {"pkt_data; dataset:isset,d1,type string", false},
        {"ip.src; datarep:r1,>,50,load r.lst,type string", true},
        {"ip.src; datarep:r3,==,100,type string,load r.lst", true},
        {"ip.src; datarep:r2,=,100,load r.lst,type string", false},
        {"ip.src; datarep:r2,>,70000,load r.lst,type string", false},
        {"ip.src; datarep:r2,>,5,load r.lst", false},
        {"iprep:src,BadHosts,>,10", false}, /* nothing is configured */
        {"geoip:src,US", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rule *rule = rule_kit_rule(&f->kit, "ip", cases[i].options, 1);
        if ((rule != NULL) != cases[i].accepted)
            fail_msg("%s: %s", cases[i].options, f->kit.err.message);
        if (rule)
            assert_true(rule->flags & RULE_SHARED_STATE);
        rule_free(rule);
    }
}

static void test_chain(void **state)
{
    struct fixture *f = *state;
    struct eval *eval = eval_new();
    struct rule *set = rule_kit_rule(&f->kit, "ip", "ip.src; dataset:set,a,type ip", 1);
    struct rule *isset = rule_kit_rule(&f->kit, "ip", "ip.dst; dataset:isset,a", 2);
    struct packet one = packet_between(1, 2, 0), two = packet_between(2, 1, 0);
    struct view first = packet_view(&one), second = packet_view(&two);
    eval_reset(eval, &first);
    assert_true(chain_match(eval, &set->chains[0]));
    assert_false(chain_match(eval, &set->chains[0])); /* it is there already */
    assert_false(chain_match(eval, &isset->chains[0]));
    eval_reset(eval, &second);
    assert_true(chain_match(eval, &isset->chains[0]));
    rule_free(set);
    rule_free(isset);
    eval_free(eval);
}

static void expect_reputation(struct rule_kit *kit, const char *option, const char *matches)
{
    struct rule *rule = rule_kit_rule(kit, "ip", option, 1);
    if (!rule)
        fail_msg("%s: %s", option, kit->err.message);
    for (uint8_t i = 0; matches[i]; i++) {
        struct packet p = packet_between((uint8_t)(i + 1), 9, 0);
        struct view view = packet_view(&p);
        if (rule_tests_hold(rule, &view) != (matches[i] == 'y'))
            fail_msg("%s from %d", option, i + 1);
    }
    rule_free(rule);
}

static void test_reputation(void **state)
{
    struct fixture *f = *state;
    char categories[128], list[128];
    const char *files[] = {list};
    unsigned skipped = 0;
    struct err err;
    struct reputation *r;
    write_file(f, "categories", "1,BadHosts,Known bad\n2,Good,x\n");
    write_file(f, "list",
               "10.0.0.1,1,70\nrubbish\n10.0.0.1,1,50\n10.0.0.0/24,2,30\n10.0.0.7,1,200\nfe80::/16,1,5\n");
    path_of(f, "categories", categories);
    path_of(f, "list", list);
    assert_int_equal(reputation_load(categories, files, 1, &r, &skipped, &err), 0);
    assert_int_equal(skipped, 2);
    f->kit.context.reputation = r;
    expect_reputation(&f->kit, "iprep:any,BadHosts,>,10", "ynn");
    expect_reputation(&f->kit, "iprep:src,BadHosts,>,50", "nnn");
    expect_reputation(&f->kit, "iprep:src,BadHosts,>=,50", "ynn");
    expect_reputation(&f->kit, "iprep:dst,Good,=,30", "yyy");
    expect_reputation(&f->kit, "iprep:both,Good,>,1", "nyy");
    expect_reputation(&f->kit, "iprep:any,BadHosts,isset", "ynn");
    expect_reputation(&f->kit, "iprep:any,BadHosts,isnotset", "yyy");
    expect_reputation(&f->kit, "iprep:both,Good,isset", "yyy");
    expect_reputation(&f->kit, "iprep:both,BadHosts,isnotset", "nyy");
    static const char *const bad[] = {
        "iprep:src,Nope,>,1",        "iprep:foo,BadHosts,>,1", "iprep:src,BadHosts",
        "iprep:src,BadHosts,>=",     "iprep:src,BadHosts,>10", "iprep:src,BadHosts,>,0x5",
        "iprep:src,BadHosts,isset,5"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_null(rule_kit_rule(&f->kit, "ip", bad[i], 1));
    struct address v6 = {.bytes = {0xfe, 0x80, 1}, .version = 6};
    assert_int_equal(reputation_value(r, &v6, 1), 5);
    assert_int_equal(reputation_value(r, &v6, 2), -1);
    reputation_free(r);
    files[0] = "/nonexistent";
    assert_int_equal(reputation_load(categories, files, 1, &r, NULL, &err), -ENOENT);
}

static struct dataset *get_of(struct datasets *all, const struct fixture *f, const char *name,
                              const char *load, bool state)
{
    struct dataset *set = NULL;
    struct dataset_request request = {.name = slice_str(name),
                                      .type = DATASET_STRING,
                                      .load = slice_str(load),
                                      .save = slice_str(state ? load : ""),
                                      .load_may_lack = state,
                                      .directory = f->folder};
    struct err err = {0};
    assert_int_equal(datasets_get(all, &request, &set, &err), 0);
    return set;
}

static bool has(struct dataset *set, const char *value)
{
    return dataset_has(set, slice_str(value));
}

/* A reload: what rules have put stays, what files say is read anew, a state file belongs to the run. */
static void test_succession(void **state)
{
    struct fixture *f = *state;
    struct datasets *before = datasets_new(7), *after = datasets_new(7);
    write_file(f, "list", "b2xk\n"); /* old */
    write_file(f, "state", "b2xk\n");
    struct dataset *plain = get_of(before, f, "plain", "", false),
                   *list = get_of(before, f, "list", "list", false),
                   *own = get_of(before, f, "own", "state", true),
                   *gone = get_of(before, f, "gone", "", false);
    assert_true(dataset_add(plain, slice_str("learned")) && dataset_add(list, slice_str("learned")) &&
                dataset_add(own, slice_str("learned")) && dataset_add(gone, slice_str("learned")));
    assert_true(dataset_remove(own, slice_str("old")));
    write_file(f, "list", "bmV3\n"); /* new */
    write_file(f, "state", "bmV3\n");
    datasets_follow(after, before);
    struct dataset *plain2 = get_of(after, f, "plain", "", false),
                   *list2 = get_of(after, f, "list", "list", false),
                   *own2 = get_of(after, f, "own", "state", true),
                   *fresh = get_of(after, f, "fresh", "", false);
    assert_false(has(plain2, "learned") || has(own2, "new"));
    assert_true(dataset_add(plain, slice_str("late"))); /* not yet on its way */
    datasets_succeed(after);
    assert_true(dataset_add(plain, slice_str("later")) && dataset_remove(plain, slice_str("learned")));
    assert_true(has(plain2, "late") && has(plain2, "later") && !has(plain2, "learned"));
    assert_true(has(list2, "learned") && has(list2, "new") && !has(list2, "old"));
    assert_true(has(own2, "learned") && !has(own2, "new") && !has(own2, "old"));
    assert_false(has(fresh, "learned"));
    assert_true(dataset_add(plain2, slice_str("after")));
    assert_false(has(plain, "after"));
    datasets_free(before);
    assert_true(has(plain2, "later"));
    struct err err = {0};
    assert_int_equal(datasets_save(after, &err), 0);
    expect_file(f, "state", "bGVhcm5lZA==\n");
    datasets_free(after);
}

/* A set that is refused goes without a trace, and another may follow. */
static void test_a_succession_that_fails(void **state)
{
    struct fixture *f = *state;
    struct datasets *before = datasets_new(7), *refused = datasets_new(7), *after = datasets_new(7);
    struct dataset *set = get_of(before, f, "set", "", false);
    datasets_follow(refused, before);
    get_of(refused, f, "set", "", false);
    datasets_succeed(refused);
    datasets_free(refused);
    assert_true(dataset_add(set, slice_str("a")));
    datasets_follow(after, before);
    struct dataset *set2 = get_of(after, f, "set", "", false);
    datasets_succeed(after);
    assert_true(has(set2, "a"));
    datasets_free(before);
    datasets_free(after);
}

enum { MANY = 40000 };

static void *add_many(void *ctx)
{
    for (uint32_t i = 0; i < MANY; i++) {
        dataset_add(ctx, slice_of(&i, sizeof i));
        if (i % 3 == 0)
            dataset_remove(ctx, slice_of(&i, sizeof i));
    }
    return NULL;
}

/* Values that come and go while the set is handed over and saved, and its table grows. */
static void test_succession_under_load(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    for (unsigned round = 0; round < 4; round++) {
        struct datasets *before = datasets_new(7), *after = datasets_new(7);
        struct dataset *set = get_of(before, f, "set", "busy", true);
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, add_many, set), 0);
        usleep(round * 1000);
        datasets_follow(after, before);
        struct dataset *set2 = get_of(after, f, "set", "busy", true);
        assert_int_equal(datasets_save(before, &err), 0);
        datasets_succeed(after);
        assert_int_equal(pthread_join(thread, NULL), 0);
        for (uint32_t i = 0; i < MANY; i++)
            assert_int_equal(dataset_has(set2, slice_of(&i, sizeof i)), i % 3 != 0);
        datasets_free(before);
        assert_int_equal(datasets_save(after, &err), 0);
        datasets_free(after);
        struct datasets *again = datasets_new(7);
        get_of(again, f, "set", "busy", true);
        struct dataset_counters counters;
        datasets_counters(again, &counters);
        assert_int_equal(counters.values, MANY - (MANY + 2) / 3);
        datasets_free(again);
        char path[128];
        path_of(f, "busy", path);
        unlink(path);
    }
}

static void test_saving_is_checked_beforehand(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    get(f, "a", DATASET_STRING, "", "a", 0);
    assert_int_equal(datasets_may_save(f->kit.datasets, &err), 0);
    get(f, "b", DATASET_STRING, "", "no-such-folder/b", 0);
    assert_int_equal(datasets_may_save(f->kit.datasets, &err), -ENOENT);
    assert_non_null(strstr(err.message, "dataset b: no file may be written beside "));
    assert_int_equal(datasets_save(f->kit.datasets, &err), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_memcap, setup, teardown),
        cmocka_unit_test_setup_teardown(test_keywords, setup, teardown),
        cmocka_unit_test_setup_teardown(test_chain, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reputation, setup, teardown),
        cmocka_unit_test_setup_teardown(test_succession, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_succession_that_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(test_succession_under_load, setup, teardown),
        cmocka_unit_test_setup_teardown(test_saving_is_checked_beforehand, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
