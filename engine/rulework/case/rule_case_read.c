/* Reading files of tests. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rulework/case/rule_case_vary.h"

struct reading {
    struct case_file *file;
    const struct yaml_tree *tree;
    struct rule_case *test;                                 /* at hand */
    struct case_list_of_sids *sids;                         /* at hand */
    const yaml_node_t *tests, *flows, *silent_when, *again; /* read last, since they need the rest */
};

static int no_memory(const struct reading *r, const yaml_node_t *node)
{
    return yaml_fail(r->tree, node, -ENOMEM, "out of memory, or too much text");
}

static int keep_text(struct reading *r, const yaml_node_t *node, const char **out)
{
    struct slice text = yaml_scalar(node);
    if (node->type != YAML_SCALAR_NODE || memchr(text.n ? text.p : (const uint8_t *)"", 0, text.n))
        return yaml_fail(r->tree, node, -EINVAL, "expected text");
    *out = (const char *)arena_copy(r->file->shared.arena, text).p;
    return *out ? 0 : no_memory(r, node);
}

/* A path counts from the folder of the file that names it. */
static int keep_path(struct reading *r, const yaml_node_t *node, const char **out)
{
    const char *path, *slash = strrchr(r->file->path, '/');
    int rc = keep_text(r, node, &path);
    if (rc || path[0] == '/' || !slash) {
        *out = rc ? NULL : path;
        return rc;
    }
    size_t folder = (size_t)(slash - r->file->path) + 1;
    size_t n = strlen(path);
    char *joined = arena_take(r->file->shared.arena, folder + n + 1); /* zeroed: its NUL is there */
    if (!joined)
        return no_memory(r, node);
    memcpy(joined, r->file->path, folder);
    memcpy(joined + folder, path, n);
    *out = joined;
    return 0;
}

/* Text with a parenthesis is rules, everything else a path. */
static int read_rules(struct reading *r, const yaml_node_t *node, const struct case_rules **out)
{
    struct case_rules *rules = arena_take(r->file->shared.arena, sizeof *rules);
    if (!rules)
        return no_memory(r, node);
    *out = rules;
    for (size_t i = 0; yaml_item(r->tree, node, i); i++) {
        const yaml_node_t *item = yaml_item(r->tree, node, i);
        struct slice text = yaml_scalar(item);
        int rc;
        if (text.n && memchr(text.p, '(', text.n)) {
            if (rules->text)
                return yaml_fail(r->tree, item, -EINVAL, "rules as text stand in one block");
            rc = keep_text(r, item, &rules->text);
        } else {
            if (rules->path_count == CASE_RULE_PATHS_MOST)
                return yaml_fail(r->tree, item, -E2BIG, "more than %d files of rules", CASE_RULE_PATHS_MOST);
            rc = keep_path(r, item, &rules->paths[rules->path_count++]);
        }
        if (rc)
            return rc;
    }
    return 0;
}

/* ---- sids ---- */

static int add_sid(struct reading *r, const yaml_node_t *node, struct case_sid sid)
{
    struct case_list_of_sids *to = r->sids;
    sid.line = (unsigned)node->start_mark.line + 1;
    sid.column = (unsigned)node->start_mark.column + 1;
    if (grow_array(&to->list, to->count, &to->capacity))
        return no_memory(r, node);
    to->list[to->count++] = sid;
    return 0;
}

static const struct case_sid any_sid = {.count = 1, .transaction = -1, .packet = -1};

struct sid_reading {
    struct reading *r;
    struct case_sid sid;
};

static int take_sid(void *ctx, const yaml_node_t *value)
{
    struct sid_reading *s = ctx;
    return yaml_number(s->r->tree, value, 1, UINT32_MAX, &s->sid.sid);
}

static int read_count(struct reading *r, const yaml_node_t *value, int64_t *out)
{
    if (slice_equal(yaml_scalar(value), slice_str("any"))) {
        *out = -1;
        return 0;
    }
    return yaml_number(r->tree, value, 0, INT32_MAX, out);
}

static int take_count(void *ctx, const yaml_node_t *value)
{
    struct sid_reading *s = ctx;
    return read_count(s->r, value, &s->sid.count);
}

static int take_flow(void *ctx, const yaml_node_t *value)
{
    struct sid_reading *s = ctx;
    return keep_text(s->r, value, &s->sid.flow);
}

static int take_transaction(void *ctx, const yaml_node_t *value)
{
    struct sid_reading *s = ctx;
    return yaml_number(s->r->tree, value, 0, INT32_MAX, &s->sid.transaction);
}

static int take_packet(void *ctx, const yaml_node_t *value)
{
    struct sid_reading *s = ctx;
    return yaml_number(s->r->tree, value, 0, INT32_MAX, &s->sid.packet);
}

static const struct yaml_field sid_fields[] = {{"sid", take_sid},       {"count", take_count},
                                               {"flow", take_flow},     {"transaction", take_transaction},
                                               {"packet", take_packet}, {0}};

static int read_one_sid(struct reading *r, const yaml_node_t *item)
{
    struct sid_reading s = {.r = r, .sid = any_sid};
    int rc = item->type == YAML_MAPPING_NODE ? yaml_take_fields(r->tree, item, sid_fields, &s)
                                             : take_sid(&s, item);
    if (!rc && !s.sid.sid)
        rc = yaml_fail(r->tree, item, -EINVAL, "which `sid`?");
    return rc ? rc : add_sid(r, item, s.sid);
}

/* 9000001, [9000001, {sid: 9000002, count: 3, flow: x}], {9000001: 1, 9000002: 3} */
static int read_sids(struct reading *r, const yaml_node_t *node, struct case_list_of_sids *to)
{
    int rc = 0;
    r->sids = to;
    if (node->type != YAML_MAPPING_NODE || yaml_find(r->tree, node, "sid")) {
        for (size_t i = 0; yaml_item(r->tree, node, i) && !rc; i++)
            rc = read_one_sid(r, yaml_item(r->tree, node, i));
        return rc;
    }
    for (size_t i = 0; i < yaml_count(node) && !rc; i++) {
        struct sid_reading s = {.r = r, .sid = any_sid};
        rc = take_sid(&s, yaml_key(r->tree, node, i));
        rc = rc ? rc : take_count(&s, yaml_value(r->tree, node, i));
        rc = rc ? rc : add_sid(r, yaml_key(r->tree, node, i), s.sid);
    }
    return rc;
}

/* ---- one test ---- */

static int test_name(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return keep_text(r, value, &r->test->name);
}

static int test_rules(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return read_rules(r, value, &r->test->rules);
}

static int test_flows(void *ctx, const yaml_node_t *value)
{
    ((struct reading *)ctx)->flows = value;
    return 0;
}

static int test_silent_when(void *ctx, const yaml_node_t *value)
{
    ((struct reading *)ctx)->silent_when = value;
    return 0;
}

static int test_again(void *ctx, const yaml_node_t *value)
{
    ((struct reading *)ctx)->again = value;
    return 0;
}

static int test_capture(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return keep_path(r, value, &r->test->capture);
}

static int test_expect(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return read_sids(r, value, &r->test->expect);
}

static int test_not(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return read_sids(r, value, &r->test->never);
}

static int test_budget(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return read_sids(r, value, &r->test->budget);
}

static int test_others(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return yaml_flag(r->tree, value, &r->test->others);
}

static int test_buffers(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    struct rule_case *test = r->test;
    if (value->type != YAML_MAPPING_NODE)
        return yaml_fail(r->tree, value, -EINVAL, "expected lines such as http.uri: /x");
    for (size_t i = 0; i < yaml_count(value); i++) {
        const yaml_node_t *key = yaml_key(r->tree, value, i);
        struct case_buffer buffer = {.line = (unsigned)key->start_mark.line + 1,
                                     .column = (unsigned)key->start_mark.column + 1};
        int rc = keep_text(r, key, &buffer.name);
        rc = rc ? rc
                : flows_take_bytes(&r->file->shared, r->tree, yaml_value(r->tree, value, i), &buffer.bytes);
        if (!rc && !buffer.bytes.n)
            rc = yaml_fail(r->tree, yaml_value(r->tree, value, i), -EINVAL, "expected at least one byte");
        if (!rc && grow_array(&test->buffers, test->buffer_count, &test->buffer_capacity))
            rc = no_memory(r, key);
        if (rc)
            return rc;
        test->buffers[test->buffer_count++] = buffer;
    }
    return 0;
}

static const struct yaml_field test_fields[] = {
    {"name", test_name},       {"rules", test_rules},     {"flows", test_flows},
    {"capture", test_capture}, {"expect", test_expect},   {"not", test_not},
    {"budget", test_budget},   {"again", test_again},     {"silent-when", test_silent_when},
    {"others", test_others},   {"buffers", test_buffers}, {0}};

static int make_frames(struct reading *r)
{
    struct flows *shared = &r->file->shared, *flows = &r->test->flows;
    *flows = (struct flows){.arena = shared->arena, .hosts = shared->hosts, .host_count = shared->host_count};
    int rc = flows_take_list(flows, r->tree, r->flows);
    if (!rc && craft_make(flows->list, flows->count, shared->start_ns, &r->test->frames, r->tree->err)) {
        rc = -EINVAL;
        err_at(r->tree->err, r->tree->name, r->tree->err->line, r->tree->err->column);
    }
    return rc;
}

static int check_test(struct reading *r, const yaml_node_t *node)
{
    struct rule_case *test = r->test;
    if (!test->rules)
        test->rules = r->file->rules;
    if (!test->rules)
        return yaml_fail(r->tree, node, -EINVAL, "which `rules`? Neither the test nor the file says");
    if (!r->flows == !test->capture)
        return yaml_fail(r->tree, node, -EINVAL, "a test has `flows`, or a `capture`");
    if (!test->expect.count && !test->never.count && !test->buffer_count)
        return yaml_fail(r->tree, node, -EINVAL, "a test says what it expects: `expect`, `not` or `buffers`");
    for (uint32_t i = 0; i < test->expect.count; i++) {
        const char *flow = test->expect.list[i].flow;
        bool found = !flow;
        for (uint32_t k = 0; k < test->flows.count && !found; k++)
            found = test->flows.list[k].name && strcmp(test->flows.list[k].name, flow) == 0;
        if (!found)
            return yaml_fail(r->tree, node, -EINVAL, "no flow of this test has the name \"%.60s\"", flow);
    }
    return 0;
}

static int read_test(struct reading *r, const yaml_node_t *node)
{
    struct case_file *file = r->file;
    if (file->count == CASES_MOST || grow_array(&file->list, file->count, &file->capacity))
        return no_memory(r, node);
    r->test = &file->list[file->count++];
    *r->test = (struct rule_case){.name = "",
                                  .line = (unsigned)node->start_mark.line + 1,
                                  .column = (unsigned)node->start_mark.column + 1};
    r->flows = r->silent_when = r->again = NULL;
    uint32_t index = file->count - 1;
    int rc = yaml_take_fields(r->tree, node, test_fields, r);
    if (!rc && r->flows)
        rc = make_frames(r);
    rc = rc ? rc : check_test(r, node);
    if (!rc && r->again)
        rc = case_again(file, index, r->tree, r->again);
    return rc || !r->silent_when ? rc : case_vary(file, index, r->tree, r->silent_when);
}

/* ---- the file ---- */

static int file_rules(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return read_rules(r, value, &r->file->rules);
}

static int file_config(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return keep_path(r, value, &r->file->config);
}

static int file_set(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    if (value->type != YAML_MAPPING_NODE)
        return yaml_fail(r->tree, value, -EINVAL, "expected lines such as HOME_NET: 10.0.0.0/8");
    for (size_t i = 0; i < yaml_count(value); i++) {
        struct slice name = yaml_scalar(yaml_key(r->tree, value, i)),
                     text = yaml_scalar(yaml_value(r->tree, value, i));
        char *assignment = arena_take(r->file->shared.arena, name.n + text.n + 2);
        if (!assignment || r->file->setting_count == CASE_SETTINGS_MOST)
            return no_memory(r, value);
        snprintf(assignment, name.n + text.n + 2, "%s=%s", name.n ? (const char *)name.p : "",
                 text.n ? (const char *)text.p : "");
        r->file->settings[r->file->setting_count++] = assignment;
    }
    return 0;
}

static int file_hosts(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return flows_take_hosts(&r->file->shared, r->tree, value);
}

static int file_start(void *ctx, const yaml_node_t *value)
{
    struct reading *r = ctx;
    return flows_take_start(&r->file->shared, r->tree, value);
}

static int file_tests(void *ctx, const yaml_node_t *value)
{
    ((struct reading *)ctx)->tests = value;
    return 0;
}

static const struct yaml_field file_fields[] = {{"rules", file_rules},
                                                {"config", file_config},
                                                {"set", file_set},
                                                {"hosts", file_hosts},
                                                {"start", file_start},
                                                {"tests", file_tests},
                                                {0}};

static int read_tree(struct case_file *file, const struct yaml_tree *tree)
{
    struct reading r = {.file = file, .tree = tree};
    const yaml_node_t *root = yaml_tree_root(tree);
    int rc = root ? yaml_take_fields(tree, root, file_fields, &r) : 0;
    if (!rc && !r.tests)
        rc = yaml_fail(tree, root, -EINVAL, "there are no `tests`");
    if (!rc && r.tests->type != YAML_SEQUENCE_NODE)
        rc = yaml_fail(tree, r.tests, -EINVAL, "expected a list of tests");
    for (size_t i = 0; !rc && i < yaml_count(r.tests); i++)
        rc = read_test(&r, yaml_item(tree, r.tests, i));
    return rc;
}

static int begin_file(struct case_file *out, const char *path, struct err *err)
{
    *out = (struct case_file){.path = path, .shared = {.arena = arena_new(FLOW_BYTES_MOST)}};
    return out->shared.arena ? 0 : err_set(err, -ENOMEM, "out of memory");
}

int case_file_parse(struct case_file *out, const char *path, struct slice text, struct err *err)
{
    struct yaml_tree tree;
    int rc = begin_file(out, path, err);
    rc = rc ? rc : yaml_tree_parse(&tree, path, text, err);
    if (rc)
        return rc;
    rc = read_tree(out, &tree);
    yaml_tree_free(&tree);
    return rc;
}

int case_file_read(struct case_file *out, const char *path, struct err *err)
{
    struct yaml_tree tree;
    int rc = begin_file(out, path, err);
    rc = rc ? rc : yaml_tree_read(&tree, path, err);
    if (rc)
        return rc;
    rc = read_tree(out, &tree);
    yaml_tree_free(&tree);
    return rc;
}

void case_file_fini(struct case_file *file)
{
    for (uint32_t i = 0; i < file->count; i++) {
        struct rule_case *test = &file->list[i];
        craft_frames_fini(&test->frames);
        free(test->flows.list);
        free(test->expect.list);
        free(test->never.list);
        free(test->budget.list);
        free(test->buffers);
    }
    free(file->list);
    flows_fini(&file->shared);
    *file = (struct case_file){0};
}
