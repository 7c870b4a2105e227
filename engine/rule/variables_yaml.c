/* The vars of a suricata.yaml. */
#include "rule/variables.h"

#include <errno.h>

#include "base/yaml_tree.h"

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
        rc = variables_put(r->variables, name, yaml_scalar(value), kind);
        if (rc)
            err_set(r->err, rc,
                    rc == -ENOMEM ? "out of memory" : "no name, too many variables or too long a value");
    }
    return rc ? fail(r, value, rc) : 0;
}

static int group(const struct yaml_reader *r, const yaml_node_t *node, enum variable_kind kind)
{
    if (node->type == YAML_SCALAR_NODE && !yaml_scalar(node).n)
        return 0;
    if (node->type != YAML_MAPPING_NODE)
        return fail(r, node, err_set(r->err, -EINVAL, "expected NAME: \"value\" lines below this group"));
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++) {
        struct slice name = yaml_scalar(yaml_document_get_node(r->document, pair->key));
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
        struct slice name = yaml_scalar(yaml_document_get_node(r->document, pair->key));
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

int variables_load_yaml(struct variables *variables, const char *path, struct err *err)
{
    struct yaml_tree tree;
    int rc = yaml_tree_read(&tree, path, err);
    if (rc)
        return rc;
    struct yaml_reader reader = {variables, &tree.document, path, err, false};
    const yaml_node_t *root = yaml_tree_root(&tree);
    rc = root ? walk(&reader, root, false) : 0;
    reader.checking = true;
    if (root && !rc)
        rc = walk(&reader, root, false);
    yaml_tree_free(&tree);
    return rc;
}
