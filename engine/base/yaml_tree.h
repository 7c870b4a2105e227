/*
 * A YAML file as a tree, for readers that say where something is wrong: size, nesting and number of values
 * are limited before the tree is made (libyaml's time grows with the square of the depth). Nodes are
 * libyaml's, and live as long as the tree; aliases share theirs. One thread.
 *
 * Readers of values return 0, or a negative errno after filling the tree's error with file, line and column.
 */
#ifndef SLUICE_BASE_YAML_TREE_H
#define SLUICE_BASE_YAML_TREE_H

#include <stdbool.h>
#include <yaml.h>

#include "base/err.h"
#include "base/slice.h"

enum { YAML_BYTES_MOST = 16 << 20 };

struct yaml_tree {
    yaml_document_t document;
    const char *name; /* for messages; borrowed */
    struct err *err;  /* of whoever read it; borrowed */
};

/* The first document of a file, or of text that is called `name`. 0 or a negative errno with *err; only after
 * 0 there is a tree to free. */
int yaml_tree_read(struct yaml_tree *tree, const char *path, struct err *err);
int yaml_tree_parse(struct yaml_tree *tree, const char *name, struct slice text, struct err *err);
void yaml_tree_free(struct yaml_tree *tree);

/* NULL for an empty document. */
const yaml_node_t *yaml_tree_root(const struct yaml_tree *tree);

/* Fills the error, at the node (NULL: the file). yaml_fail also yields `code`; a macro, as err_set is. */
void yaml_fill(const struct yaml_tree *tree, const yaml_node_t *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define yaml_fail(tree, node, code, ...) (yaml_fill((tree), (node), __VA_ARGS__), err_code(code))

/* The text of a scalar; empty for what is none. */
struct slice yaml_scalar(const yaml_node_t *node);

/* Whether it is nothing: empty, ~ or null, without quotes. */
bool yaml_is_null(const yaml_node_t *node);

/* The parts of a list, or pairs of a mapping; NULL past the end. A scalar is a list of itself. */
size_t yaml_count(const yaml_node_t *node);
const yaml_node_t *yaml_item(const struct yaml_tree *tree, const yaml_node_t *node, size_t i);
const yaml_node_t *yaml_key(const struct yaml_tree *tree, const yaml_node_t *node, size_t i);
const yaml_node_t *yaml_value(const struct yaml_tree *tree, const yaml_node_t *node, size_t i);

/* The value of that key of a mapping; NULL without it. */
const yaml_node_t *yaml_find(const struct yaml_tree *tree, const yaml_node_t *node, const char *key);

struct yaml_field {
    const char *name; /* NULL ends the table */
    int (*take)(void *ctx, const yaml_node_t *value);
};

/* Hands each value of a mapping to its field, in the order of the text. Unknown and repeated keys are errors.
 */
int yaml_take_fields(const struct yaml_tree *tree, const yaml_node_t *node, const struct yaml_field *fields,
                     void *ctx);

/* true or false (yes, no). */
int yaml_flag(const struct yaml_tree *tree, const yaml_node_t *node, bool *out);
/* Decimal, or hexadecimal with 0x. */
int yaml_number(const struct yaml_tree *tree, const yaml_node_t *node, int64_t least, int64_t most,
                int64_t *out);
/* "1.5s", "20ms", "3us", "7ns", "2m"; nanoseconds. */
int yaml_duration(const struct yaml_tree *tree, const yaml_node_t *node, uint64_t *out);
/* The index of one of these words, which NULL ends. */
int yaml_choice(const struct yaml_tree *tree, const yaml_node_t *node, const char *const *words, int *out);

#endif
