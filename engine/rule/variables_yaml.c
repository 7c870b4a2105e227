/* The vars of a suricata.yaml, by libyaml's document tree. Nesting and size are limited first: libyaml's time
 * grows with the square of the depth. */
#include "rule/variables.h"

#include <errno.h>
#include <stdio.h>
#include <yaml.h>

static struct slice scalar(const yaml_node_t *node)
{
    if (!node || node->type != YAML_SCALAR_NODE)
        return slice_of(NULL, 0);
    return slice_of(node->data.scalar.value, node->data.scalar.length);
}

enum { NESTING_MOST = 64, EVENTS_MOST = 1 << 20 };

struct yaml_reader {
    struct variables *variables;
    yaml_document_t *document;
    const char *path;
    struct err *err;
    bool checking; /* the second pass: values may name variables that stand below them */
};

static int fail(const struct yaml_reader *r, const yaml_node_t *node, int code)
{
    err_at(r->err, r->path, (unsigned)node->start_mark.line + 1, (unsigned)node->start_mark.column + 1);
    return code;
}

static int one_variable(const struct yaml_reader *r, struct slice name, const yaml_node_t *value,
                        enum variable_kind kind)
{
    if (value->type != YAML_SCALAR_NODE)
        return fail(r, value,
                    err_set(r->err, -EINVAL, "the value of %.*s is no text: write it in quotes",
                            name.n > 64 ? 64 : (int)name.n, name.n ? (const char *)name.p : ""));
    int rc;
    if (r->checking) {
        const struct variable *v = variables_find(r->variables, name, kind);
        rc = v ? variable_check(r->variables, v, r->err) : 0;
    } else {
        rc = variables_put(r->variables, name, scalar(value), kind);
        if (rc)
            err_set(r->err, rc,
                    rc == -ENOMEM ? "out of memory" : "no name, too many variables or too long a value");
    }
    return rc ? fail(r, value, rc) : 0;
}

static int group(const struct yaml_reader *r, const yaml_node_t *node, enum variable_kind kind)
{
    if (node->type == YAML_SCALAR_NODE && !scalar(node).n)
        return 0;
    if (node->type != YAML_MAPPING_NODE)
        return fail(r, node, err_set(r->err, -EINVAL, "expected NAME: \"value\" lines below this group"));
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++) {
        struct slice name = scalar(yaml_document_get_node(r->document, pair->key));
        const yaml_node_t *value = yaml_document_get_node(r->document, pair->value);
        int rc = value ? one_variable(r, name, value, kind) : 0;
        if (rc)
            return rc;
    }
    return 0;
}

/* Takes `prefix` and a dot off the name, or all of it when it is just the prefix. */
static bool below(struct slice *name, const char *prefix)
{
    size_t n = strlen(prefix);
    if (name->n < n || memcmp(name->p, prefix, n) != 0 || (name->n > n && name->p[n] != '.'))
        return false;
    *name = slice_from(*name, n + 1);
    return true;
}

/* Walks root, vars and the groups, nested or dotted alike: `vars: address-groups: X:`, `vars.port-groups.X:`.
 */
static int walk(const struct yaml_reader *r, const yaml_node_t *node, bool in_vars)
{
    if (node->type != YAML_MAPPING_NODE)
        return 0;
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++) {
        struct slice name = scalar(yaml_document_get_node(r->document, pair->key));
        const yaml_node_t *value = yaml_document_get_node(r->document, pair->value);
        int rc = 0;
        if (!value || (!in_vars && !below(&name, "vars")))
            continue;
        if (!in_vars && !name.n) {
            rc = walk(r, value, true);
        } else {
            bool addresses = below(&name, "address-groups");
            enum variable_kind kind = addresses ? VARIABLE_ADDRESSES : VARIABLE_PORTS;
            if (addresses || below(&name, "port-groups"))
                rc = name.n ? one_variable(r, name, value, kind) : group(r, value, kind);
        }
        if (rc)
            return rc;
    }
    return 0;
}

static int invalid(const yaml_parser_t *parser, const char *path, struct err *err)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return err_set(err, -ENOMEM, "out of memory");
    err_set(err, -EINVAL, "no valid YAML: %s", parser->problem ? parser->problem : "unreadable");
    err_at(err, path, (unsigned)parser->problem_mark.line + 1, (unsigned)parser->problem_mark.column + 1);
    return -EINVAL;
}

/* Reads the whole file once, keeping nothing. */
static int check_shape(yaml_parser_t *parser, const char *path, struct err *err)
{
    unsigned depth = 0;
    for (unsigned events = 0; events < EVENTS_MOST; events++) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return invalid(parser, path, err);
        yaml_event_type_t type = event.type;
        yaml_mark_t at = event.start_mark;
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT)
            return 0;
        if (type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT)
            depth++;
        else if (type == YAML_MAPPING_END_EVENT || type == YAML_SEQUENCE_END_EVENT)
            depth--;
        if (depth > NESTING_MOST) {
            err_set(err, -EINVAL, "nested too deeply");
            err_at(err, path, (unsigned)at.line + 1, (unsigned)at.column + 1);
            return -EINVAL;
        }
    }
    err_set(err, -EFBIG, "more than %d values", EVENTS_MOST);
    err_at(err, path, 0, 0);
    return -EFBIG;
}

static int load(struct variables *variables, yaml_parser_t *parser, const char *path, struct err *err)
{
    yaml_document_t document;
    if (!yaml_parser_load(parser, &document))
        return invalid(parser, path, err);
    struct yaml_reader reader = {variables, &document, path, err, false};
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    int rc = root ? walk(&reader, root, false) : 0;
    reader.checking = true;
    if (root && !rc)
        rc = walk(&reader, root, false);
    yaml_document_delete(&document);
    return rc;
}

int variables_load_yaml(struct variables *variables, const char *path, struct err *err)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        int code = -errno;
        err_set(err, code, "cannot open: %s", strerror(-code));
        err_at(err, path, 0, 0);
        return code;
    }
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        fclose(file);
        return err_set(err, -ENOMEM, "out of memory");
    }
    yaml_parser_set_input_file(&parser, file);
    int rc = check_shape(&parser, path, err);
    yaml_parser_delete(&parser);
    rewind(file);
    if (!rc && !yaml_parser_initialize(&parser))
        rc = err_set(err, -ENOMEM, "out of memory");
    else if (!rc) {
        yaml_parser_set_input_file(&parser, file);
        rc = load(variables, &parser, path, err);
        yaml_parser_delete(&parser);
    }
    fclose(file);
    return rc;
}
