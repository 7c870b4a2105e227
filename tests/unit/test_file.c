/* Files of transactions: what rules see of them and when, digests, magic, the store, caps, memory. */
#include "support/check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/parser_list.h"
#include "app/engine_private.h"
#include "app/file/file.h"
#include "flow/flow.h"

static enum buffer_answer buffer(struct app_session *s, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out)
{
    return app_file_buffer(s, tx, direction, id, index, out);
}

static enum parse_status parse(struct app_session *s, const struct app_input *in, struct app_taken *taken)
{
    (void)s;
    taken->bytes = in->bytes.n;
    return PARSE_OK;
}

static const struct app_parser toy_parser = {
    .proto = APP_HTTP1,
    .tx_size = sizeof(struct app_tx),
    .parse = parse,
    .buffer = buffer,
};

struct fixture {
    struct app_config config;
    struct app_engine *engine;
    struct flow flow;
    struct app_session *session;
    struct app_tx *tx;
    unsigned turns;
};

static void took_turn(void *ctx)
{
    ((struct fixture *)ctx)->turns++;
}

static void begin(struct fixture *f)
{
    struct app_hooks hooks = {.wait_turn = took_turn, .ctx = f};
    f->flow = (struct flow){.app = APP_HTTP1};
    f->engine = app_engine_new(&f->config, &hooks);
    assert_non_null(f->engine);
    f->session = app_session_open(f->engine, &f->flow, &toy_parser);
    assert_non_null(f->session);
    f->tx = app_tx_new(f->session);
    assert_non_null(f->tx);
}

/* Nothing is left behind. */
static void finish(struct fixture *f)
{
    while (f->session->first)
        app_tx_free(f->session, f->session->first);
    assert_int_equal(f->session->memory, 0);
    app_session_end(f->engine, &f->flow);
    app_engine_free(f->engine);
}

static struct app_file *opened(struct fixture *f, const char *name)
{
    return app_file_open(f->session, f->tx, TO_CLIENT, slice_str(name));
}

static void append(struct fixture *f, struct app_file *file, const char *text)
{
    app_file_append(f->session, f->tx, file, slice_str(text));
}

static enum buffer_answer ask(struct fixture *f, enum buffer_id id, unsigned index, struct view_buffer *out)
{
    return app_buffer(f->session, f->tx, TO_CLIENT, id, index, out);
}

static void test_facts(void **state)
{
    static const uint8_t md5[] = {0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2, 0x4f, 0xb0,
                                  0xd6, 0x96, 0x3f, 0x7d, 0x28, 0xe1, 0x7f, 0x72};
    struct fixture f = {.config = {.files = {.hashes = {[FILE_MD5] = true, [FILE_SHA256] = true}}}};
    struct view_buffer out;
    (void)state;
    begin(&f);
    assert_int_equal(ask(&f, BUFFER_FILE, 0, &out), BUFFER_LATER);
    struct app_file *file = opened(&f, "a");
    append(&f, file, "a");
    append(&f, file, "bc");
    assert_int_equal(ask(&f, BUFFER_FILE, 0, &out), BUFFER_HERE);
    assert_int_equal(out.file->state, FILE_OPEN);
    assert_false(out.file->hashed[FILE_MD5]);
    app_file_close(f.session, f.tx, file, true);
    append(&f, file, "late");
    assert_int_equal(ask(&f, BUFFER_FILE, 0, &out), BUFFER_HERE);
    assert_int_equal(out.file->state, FILE_CLOSED);
    assert_int_equal(out.file->size, 3);
    assert_true(out.file->hashed[FILE_MD5]);
    assert_memory_equal(out.file->digest[FILE_MD5], md5, sizeof md5);
    assert_true(out.file->hashed[FILE_SHA256]);
    assert_false(out.file->hashed[FILE_SHA1]);
    /* One with a gap, one that a limit cut: both are truncated, and have no digest that a rule may compare.
     */
    file = opened(&f, "b");
    append(&f, file, "abc");
    app_file_gap(f.session, f.tx, file, 10);
    app_file_close(f.session, f.tx, file, true);
    assert_true(file->gaps);
    assert_int_equal(file->facts.size, 13);
    assert_int_equal(file->facts.state, FILE_TRUNCATED);
    assert_false(file->facts.hashed[FILE_MD5]);
    file = opened(&f, "c");
    app_file_close(f.session, f.tx, file, false);
    assert_int_equal(file->facts.state, FILE_TRUNCATED);
    assert_int_equal(ask(&f, BUFFER_FILE, 3, &out), BUFFER_LATER);
    /* What is still open ends with its direction. */
    file = opened(&f, "d");
    app_tx_complete(f.session, f.tx, TO_CLIENT);
    assert_int_equal(file->facts.state, FILE_CLOSED);
    assert_int_equal(ask(&f, BUFFER_FILE, 4, &out), BUFFER_NONE);
    finish(&f);
}

static void test_names(void **state)
{
    struct fixture f = {0};
    struct view_buffer out;
    (void)state;
    begin(&f);
    opened(&f, "");
    opened(&f, "x");
    app_file_open(f.session, f.tx, TO_SERVER, slice_str("other way"));
    assert_int_equal(ask(&f, BUFFER_FILE_NAME, 0, &out), BUFFER_HERE);
    assert_int_equal(out.bytes.n, 0); /* as in Suricata a file without a name has an empty one */
    assert_int_equal(ask(&f, BUFFER_FILE_NAME, 1, &out), BUFFER_HERE);
    assert_true(slice_equal(out.bytes, slice_str("x")));
    assert_int_equal(ask(&f, BUFFER_FILE_NAME, 2, &out), BUFFER_LATER);
    static char huge[2 * FILE_NAME_MOST];
    memset(huge, 'n', sizeof huge);
    struct app_file *file = app_file_open(f.session, f.tx, TO_CLIENT, slice_of(huge, sizeof huge));
    assert_int_equal(file->name.n, FILE_NAME_MOST);
    finish(&f);
}

/* A window at a time, each once; a file that has nothing new hides none behind it. */
static void test_data(void **state)
{
    struct fixture f = {0};
    struct app_body_limits limits = {.limit = 1, .least = 4, .window = 2};
    struct view_buffer out;
    (void)state;
    f.config.wanted[BUFFER_FILE_DATA] = true;
    begin(&f);
    struct app_file *body = opened(&f, "a body, which the parser shows itself");
    append(&f, body, "invisible");
    struct app_file *first = opened(&f, "1"), *second = opened(&f, "2");
    app_file_inspect(first, &limits);
    app_file_inspect(second, &limits);
    append(&f, first, "abc");
    assert_int_equal(ask(&f, BUFFER_FILE_DATA, 0, &out), BUFFER_LATER);
    append(&f, second, "second");
    assert_int_equal(ask(&f, BUFFER_FILE_DATA, 0, &out), BUFFER_HERE);
    assert_true(slice_equal(out.bytes, slice_str("second")));
    append(&f, first, "de");
    assert_int_equal(ask(&f, BUFFER_FILE_DATA, 0, &out), BUFFER_HERE);
    assert_true(slice_equal(out.bytes, slice_str("abcde")));
    assert_true(out.first && !out.last);
    assert_int_equal(ask(&f, BUFFER_FILE_DATA, 1, &out), BUFFER_HERE);
    app_seen(f.session, TO_CLIENT);
    assert_int_equal(ask(&f, BUFFER_FILE_DATA, 0, &out), BUFFER_LATER);
    append(&f, first, "fg");
    app_file_close(f.session, f.tx, first, true);
    assert_int_equal(ask(&f, BUFFER_FILE_DATA, 0, &out), BUFFER_HERE);
    assert_true(slice_equal(out.bytes, slice_str("defg")));
    assert_true(!out.first && out.last);
    assert_int_equal(out.offset, 3);
    app_seen(f.session, TO_CLIENT);
    assert_int_equal(ask(&f, BUFFER_FILE_DATA, 0, &out), BUFFER_LATER);
    app_tx_complete(f.session, f.tx, TO_CLIENT);
    assert_int_equal(ask(&f, BUFFER_FILE_DATA, 0, &out), BUFFER_HERE); /* the end of the second */
    app_seen(f.session, TO_CLIENT);
    assert_int_equal(ask(&f, BUFFER_FILE_DATA, 0, &out), BUFFER_NONE);
    finish(&f);
}

/* Asked of so many bytes, or of the whole file, and once. */
static void test_magic(void **state)
{
    struct fixture f = {0};
    struct view_buffer out;
    (void)state;
    f.config.wanted[BUFFER_FILE_MAGIC] = true;
    begin(&f);
    struct app_file *small = opened(&f, "small");
    append(&f, small, "%PDF-1.4\n");
    assert_int_equal(ask(&f, BUFFER_FILE_MAGIC, 0, &out), BUFFER_LATER);
    struct app_file *big = opened(&f, "big");
    for (int i = 0; i < FILE_MAGIC_BYTES / 8; i++)
        append(&f, big, "letters\n");
    assert_int_equal(ask(&f, BUFFER_FILE_MAGIC, 0, &out), BUFFER_HERE);
    assert_true(slice_equal(out.bytes, slice_str("ASCII text")));
    append(&f, big, "\x80\x81");
    app_file_close(f.session, f.tx, small, true);
    assert_int_equal(ask(&f, BUFFER_FILE_MAGIC, 0, &out), BUFFER_HERE);
    assert_true(slice_equal(slice_first(out.bytes, 12), slice_str("PDF document")));
    assert_int_equal(ask(&f, BUFFER_FILE_MAGIC, 1, &out), BUFFER_HERE);
    assert_true(slice_equal(out.bytes, slice_str("ASCII text")));
    /* An empty file has none. */
    app_file_close(f.session, f.tx, opened(&f, "empty"), true);
    assert_int_equal(ask(&f, BUFFER_FILE_MAGIC, 2, &out), BUFFER_LATER);
    finish(&f);
}

static void test_caps(void **state)
{
    struct fixture f = {0};
    (void)state;
    begin(&f);
    for (int i = 0; i < FILES_MOST; i++)
        assert_non_null(opened(&f, "a"));
    struct app_file *none = opened(&f, "a");
    assert_null(none);
    assert_int_equal(app_engine_counters(f.engine)->files_refused, 1);
    append(&f, none, "all of these take NULL");
    app_file_gap(f.session, f.tx, none, 1);
    app_file_inspect(none, NULL);
    app_file_close(f.session, f.tx, none, true);
    assert_false(app_file_is_stored(none));
    finish(&f);
    f = (struct fixture){.config = {.memory = 4}};
    begin(&f);
    assert_null(opened(&f, "a name that does not fit"));
    assert_int_equal(app_engine_counters(f.engine)->files_refused, 1);
    finish(&f);
}

struct store {
    char path[64];
    struct file_store *store;
};

static void store_begin(struct store *s, uint64_t quota)
{
    struct err err;
    strcpy(s->path, "/tmp/test_file.XXXXXX");
    assert_non_null(mkdtemp(s->path));
    s->store = file_store_new(s->path, quota, &err);
    assert_non_null(s->store);
}

static int remove_folder(const char *path)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", path);
    return system(command);
}

static void store_end(struct store *s)
{
    file_store_free(s->store);
    assert_int_equal(remove_folder(s->path), 0);
}

/* How many files are below the folder, those in tmp included. */
static unsigned count_stored(const struct store *s)
{
    char command[160];
    unsigned count = 0;
    snprintf(command, sizeof command, "find '%s' -type f | wc -l", s->path);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    assert_int_equal(fscanf(out, "%u", &count), 1);
    pclose(out);
    return count;
}

static void check_content(const struct store *s, const char *name, const char *content)
{
    char path[256], bytes[256];
    snprintf(path, sizeof path, "%s/%s", s->path, name);
    int file = open(path, O_RDONLY);
    assert_true(file >= 0);
    ssize_t n = read(file, bytes, sizeof bytes);
    close(file);
    assert_int_equal(n, strlen(content));
    assert_memory_equal(bytes, content, (size_t)n);
}

#define ABC "ba/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void test_store(void **state)
{
    struct store s;
    struct file_store_counts counts;
    (void)state;
    store_begin(&s, 0);
    struct fixture f = {.config = {.files = {.store = s.store, .rules_store = true}}};
    begin(&f);
    struct app_file *file = opened(&f, "../../etc/passwd"), *other = opened(&f, "other");
    append(&f, file, "a"); /* before the rule has matched */
    append(&f, other, "not asked for");
    app_file_store(f.session, file, 7, true);
    app_file_store(f.session, file, 7, true);
    app_file_store(f.session, file, 8, false);
    app_file_store(f.session, other, 8, false);
    assert_true(app_file_is_stored(file));
    assert_false(app_file_is_stored(other));
    assert_int_equal(file->sid_count, 2);
    append(&f, file, "bc");
    assert_null(app_file_ended(f.session, f.tx, TO_CLIENT));
    app_file_close(f.session, f.tx, file, true);
    assert_null(app_file_ended(f.session, f.tx, TO_SERVER));
    assert_ptr_equal(app_file_ended(f.session, f.tx, TO_CLIENT), file);
    assert_true(file->stored && file->logged && !file->storing);
    assert_int_equal(file->id, 1);
    assert_int_equal(f.turns, 1);
    assert_null(app_file_ended(f.session, f.tx, TO_CLIENT));
    check_content(&s, ABC, "abc");
    file_store_note(s.store, file->facts.digest[FILE_SHA256], 5, file->id, slice_str("{}\n"));
    check_content(&s, ABC ".5.1.json", "{}\n");
    /* The same content again. */
    file = opened(&f, "again");
    app_file_store(f.session, file, 7, true);
    append(&f, file, "abc");
    app_file_close(f.session, f.tx, file, true);
    app_file_close(f.session, f.tx, other, true);
    assert_ptr_equal(app_file_ended(f.session, f.tx, TO_CLIENT), other);
    assert_ptr_equal(app_file_ended(f.session, f.tx, TO_CLIENT), file);
    assert_false(other->stored);
    assert_int_equal(file->id, 2);
    app_file_store(f.session, other, 7, true); /* too late */
    assert_false(other->storing);
    /* One that is dropped with its flow. */
    file = opened(&f, "open");
    app_file_store(f.session, file, 7, true);
    append(&f, file, "dropped");
    assert_int_equal(count_stored(&s), 3);
    finish(&f);
    assert_int_equal(count_stored(&s), 2);
    file_store_count(s.store, &counts);
    assert_int_equal(counts.stored, 2);
    assert_int_equal(counts.duplicates, 1);
    assert_int_equal(counts.bytes, 6); /* with the record */
    assert_int_equal(counts.full + counts.failed, 0);
    store_end(&s);
}

static void test_store_scopes(void **state)
{
    struct store s;
    (void)state;
    store_begin(&s, 0);
    struct fixture f = {.config = {.files = {.store = s.store, .rules_store = true}}};
    begin(&f);
    struct app_file *closed = opened(&f, "closed"), *open = opened(&f, "open");
    app_file_close(f.session, f.tx, closed, true);
    app_file_store_all(f.session, f.tx, TO_CLIENT, 1u << TO_CLIENT, true);
    assert_false(closed->storing);
    assert_true(open->storing);
    struct app_file *asked = app_file_open(f.session, f.tx, TO_SERVER, slice_str("request"));
    assert_false(asked->storing);
    f.tx = app_tx_new(f.session);
    assert_true(opened(&f, "of a later transaction")->storing);
    assert_false(app_file_open(f.session, f.tx, TO_SERVER, slice_str("request"))->storing);
    closed = opened(&f, "closed");
    f.session->store_files = 0;
    f.tx = app_tx_new(f.session);
    closed = opened(&f, "closed");
    app_file_close(f.session, f.tx, closed, true);
    app_file_store_all(f.session, f.tx, TO_CLIENT, 3, false);
    assert_true(closed->storing);
    assert_true(app_file_open(f.session, f.tx, TO_SERVER, slice_str("both"))->storing);
    finish(&f);
    /* Without rules: whatever comes, if so configured. */
    f = (struct fixture){.config = {.files = {.store = s.store, .store_all = true}}};
    begin(&f);
    assert_true(opened(&f, "all")->storing);
    finish(&f);
    store_end(&s);
}

/* What does not fit, or cannot be kept until a rule asks, is not stored, and counted. */
static void test_store_limits(void **state)
{
    struct store s;
    struct file_store_counts counts;
    (void)state;
    store_begin(&s, 5);
    struct fixture f = {.config = {.files = {.store = s.store, .store_all = true}}};
    begin(&f);
    struct app_file *file = opened(&f, "fits"), *not = opened(&f, "does not");
    append(&f, file, "1234");
    append(&f, not, "12");
    assert_true(file->storing);
    assert_false(not ->storing);
    app_file_close(f.session, f.tx, file, true);
    app_file_close(f.session, f.tx, not, true);
    while (app_file_ended(f.session, f.tx, TO_CLIENT))
        ;
    assert_true(file->stored);
    assert_false(not ->stored);
    finish(&f);
    file_store_count(s.store, &counts);
    assert_int_equal(counts.stored, 1);
    assert_int_equal(counts.full, 1);
    assert_int_equal(counts.bytes, 4);
    assert_int_equal(count_stored(&s), 1);
    f = (struct fixture){.config = {.memory = 8, .files = {.store = s.store, .rules_store = true}}};
    begin(&f);
    file = opened(&f, "a");
    append(&f, file, "12345678");
    app_file_store(f.session, file, 1, true);
    assert_false(file->storing);
    assert_int_equal(app_engine_counters(f.engine)->files_not_stored, 1);
    finish(&f);
    store_end(&s);
}

/* Under names of their own: never in the place of another, records within the quota. */
static void test_store_put(void **state)
{
    struct store s;
    struct file_store_counts counts;
    (void)state;
    store_begin(&s, 10);
    assert_int_equal(file_store_put(s.store, "a.pem", slice_str("first")), 0);
    assert_int_equal(file_store_put(s.store, "a.pem", slice_str("x")), -EEXIST);
    check_content(&s, "a.pem", "first");
    assert_int_equal(file_store_record(s.store, "a.meta", slice_str("one")), 0);
    assert_int_equal(file_store_record(s.store, "a.meta", slice_str("two")), -ENOSPC);
    check_content(&s, "a.meta", "one");
    assert_int_equal(file_store_put(s.store, "no/such", slice_str("1")), -ENOENT);
    assert_int_equal(file_store_put(s.store, "b.pem", slice_str("12")), 0); /* nothing was lost to it */
    file_store_count(s.store, &counts);
    assert_int_equal(counts.stored, 2);
    assert_int_equal(counts.duplicates, 1);
    assert_int_equal(counts.full, 1);
    assert_int_equal(counts.failed, 1);
    assert_int_equal(counts.bytes, 10);
    assert_int_equal(count_stored(&s), 3);
    store_end(&s);
}

static void test_store_folder(void **state)
{
    struct err err;
    struct store s;
    struct file_store_counts counts;
    (void)state;
    assert_null(file_store_new("/proc/no/such", 0, &err));
    assert_non_null(strstr(err.message, "/proc/no/such"));
    /* The folder goes away under it: told, survived. */
    store_begin(&s, 0);
    assert_int_equal(remove_folder(s.path), 0);
    assert_null(file_writer_new(s.store));
    file_store_count(s.store, &counts);
    assert_int_equal(counts.failed, 1);
    assert_int_equal(counts.error, ENOENT);
    file_store_free(s.store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts),        cmocka_unit_test(test_names),
        cmocka_unit_test(test_data),         cmocka_unit_test(test_magic),
        cmocka_unit_test(test_caps),         cmocka_unit_test(test_store),
        cmocka_unit_test(test_store_scopes), cmocka_unit_test(test_store_limits),
        cmocka_unit_test(test_store_put),    cmocka_unit_test(test_store_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
