#include "base/yaml_tree.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/suggest.h"

enum { NESTING_MOST = 64, EVENTS_MOST = 1 << 20 };

static int invalid(const yaml_parser_t *parser, struct err *err)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return err_set(err, -ENOMEM, "out of memory");
    err_set(err, -EINVAL, "no valid YAML: %s", parser->problem ? parser->problem : "unreadable");
    err_at(err, NULL, (unsigned)parser->problem_mark.line + 1, (unsigned)parser->problem_mark.column + 1);
    return -EINVAL;
}

/* Reads the whole text once, keeping nothing. */
static int check_events(yaml_parser_t *parser, struct err *err)
{
    unsigned depth = 0;
    for (unsigned events = 0; events < EVENTS_MOST; events++) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return invalid(parser, err);
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
            err_at(err, NULL, (unsigned)at.line + 1, (unsigned)at.column + 1);
            return -EINVAL;
        }
    }
    return err_set(err, -EFBIG, "more than %d values", EVENTS_MOST);
}

static int load_document(yaml_parser_t *parser, struct yaml_tree *tree, struct err *err)
{
    return yaml_parser_load(parser, &tree->document) ? 0 : invalid(parser, err);
}

int yaml_tree_parse(struct yaml_tree *tree, const char *name, struct slice text, struct err *err)
{
    *tree = (struct yaml_tree){.name = name, .err = err};
    err_at(err, name, 0, 0);
    int rc = 0;
    for (int pass = 0; pass < 2 && !rc; pass++) {
        yaml_parser_t parser;
        if (!yaml_parser_initialize(&parser))
            return err_set(err, -ENOMEM, "out of memory");
        yaml_parser_set_input_string(&parser, text.n ? text.p : (const uint8_t *)"", text.n);
        rc = pass == 0 ? check_events(&parser, err) : load_document(&parser, tree, err);
        yaml_parser_delete(&parser);
    }
    return rc;
}

static int read_file(const char *path, struct buf *text, struct err *err)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    int rc = file ? 0 : err_set(err, -errno, "cannot open: %s", strerror(errno));
    size_t n = 1;
    while (!rc && n) {
        rc = buf_reserve(text, 64 << 10) ? err_set(err, -ENOMEM, "out of memory") : 0;
        n = rc ? 0 : fread(text->p + text->n, 1, 64 << 10, file);
        text->n += n;
        if (text->n > YAML_BYTES_MOST)
            rc = err_set(err, -EFBIG, "larger than %d MiB", YAML_BYTES_MOST >> 20);
        else if (!rc && ferror(file))
            rc = err_set(err, -EIO, "cannot read: %s", strerror(errno));
    }
    if (file && file != stdin)
        fclose(file);
    return rc;
}

int yaml_tree_read(struct yaml_tree *tree, const char *path, struct err *err)
{
    struct buf text = {0};
    err_at(err, path, 0, 0);
    int rc = read_file(path, &text, err);
    if (!rc)
        rc = yaml_tree_parse(tree, path, buf_slice(&text), err);
    buf_fini(&text);
    return rc;
}

void yaml_tree_free(struct yaml_tree *tree)
{
    yaml_document_delete(&tree->document);
}

/* libyaml changes nothing, but does not say so. */
static yaml_document_t *document(const struct yaml_tree *tree)
{
    return (yaml_document_t *)&tree->document;
}

const yaml_node_t *yaml_tree_root(const struct yaml_tree *tree)
{
    return yaml_document_get_root_node(document(tree));
}

void yaml_fill(const struct yaml_tree *tree, const yaml_node_t *node, const char *format, ...)
{
    char message[sizeof tree->err->message];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    err_fill(tree->err, "%s", message);
    err_at(tree->err, tree->name, node ? (unsigned)node->start_mark.line + 1 : 0,
           node ? (unsigned)node->start_mark.column + 1 : 0);
}

struct slice yaml_scalar(const yaml_node_t *node)
{
    if (!node || node->type != YAML_SCALAR_NODE)
        return slice_of(NULL, 0);
    return slice_of(node->data.scalar.value, node->data.scalar.length);
}

static bool is_word(struct slice text, const char *word)
{
    return slice_equal(text, slice_str(word));
}

bool yaml_is_null(const yaml_node_t *node)
{
    if (!node)
        return true;
    struct slice text = yaml_scalar(node);
    return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (!text.n || is_word(text, "~") || is_word(text, "null"));
}

size_t yaml_count(const yaml_node_t *node)
{
    if (node->type == YAML_SEQUENCE_NODE)
        return (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (node->type == YAML_MAPPING_NODE)
        return (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
    return 1;
}

static const yaml_node_t *node_of(const struct yaml_tree *tree, int id)
{
    return yaml_document_get_node(document(tree), id);
}

const yaml_node_t *yaml_item(const struct yaml_tree *tree, const yaml_node_t *node, size_t i)
{
    if (node->type != YAML_SEQUENCE_NODE)
        return i == 0 ? node : NULL;
    return i < yaml_count(node) ? node_of(tree, node->data.sequence.items.start[i]) : NULL;
}

const yaml_node_t *yaml_key(const struct yaml_tree *tree, const yaml_node_t *node, size_t i)
{
    if (node->type != YAML_MAPPING_NODE || i >= yaml_count(node))
        return NULL;
    return node_of(tree, node->data.mapping.pairs.start[i].key);
}

const yaml_node_t *yaml_value(const struct yaml_tree *tree, const yaml_node_t *node, size_t i)
{
    if (node->type != YAML_MAPPING_NODE || i >= yaml_count(node))
        return NULL;
    return node_of(tree, node->data.mapping.pairs.start[i].value);
}

const yaml_node_t *yaml_find(const struct yaml_tree *tree, const yaml_node_t *node, const char *key)
{
    for (size_t i = 0; node && node->type == YAML_MAPPING_NODE && i < yaml_count(node); i++)
        if (is_word(yaml_scalar(yaml_key(tree, node, i)), key))
            return yaml_value(tree, node, i);
    return NULL;
}

static int unknown_key(const struct yaml_tree *tree, const yaml_node_t *key, const struct yaml_field *fields)
{
    const char *best = NULL, *word = (const char *)key->data.scalar.value;
    unsigned least = 0;
    for (; fields->name; fields++)
        suggest(word, fields->name, &best, &least);
    int rc = yaml_fail(tree, key, -EINVAL, "there is no \"%.60s\" here", word);
    if (best)
        err_hint(tree->err, "did you mean \"%s\"?", best);
    return rc;
}

int yaml_take_fields(const struct yaml_tree *tree, const yaml_node_t *node, const struct yaml_field *fields,
                     void *ctx)
{
    if (node->type != YAML_MAPPING_NODE)
        return yaml_fail(tree, node, -EINVAL, "expected \"name: value\" lines");
    uint64_t seen = 0;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const yaml_node_t *key = yaml_key(tree, node, i);
        if (key->type != YAML_SCALAR_NODE)
            return yaml_fail(tree, key, -EINVAL, "a name is a word");
        unsigned f = 0;
        while (fields[f].name && !is_word(yaml_scalar(key), fields[f].name))
            f++;
        if (!fields[f].name)
            return unknown_key(tree, key, fields);
        if (seen >> (f % 64) & 1)
            return yaml_fail(tree, key, -EINVAL, "\"%s\" stands here twice", fields[f].name);
        seen |= UINT64_C(1) << (f % 64);
        int rc = fields[f].take(ctx, yaml_value(tree, node, i));
        if (rc)
            return rc;
    }
    return 0;
}

int yaml_flag(const struct yaml_tree *tree, const yaml_node_t *node, bool *out)
{
    static const char *const words[] = {"false", "true", "no", "yes", NULL};
    int which;
    int rc = yaml_choice(tree, node, words, &which);
    if (!rc)
        *out = which % 2;
    return rc;
}

int yaml_number(const struct yaml_tree *tree, const yaml_node_t *node, int64_t least, int64_t most,
                int64_t *out)
{
    struct slice text = yaml_scalar(node);
    const char *word = (const char *)text.p;
    char *end = NULL;
    errno = 0;
    bool hexadecimal = text.n > 2 && word[0] == '0' && (word[1] | 0x20) == 'x';
    long long n = text.n ? strtoll(word, &end, hexadecimal ? 16 : 10) : 0;
    if (!text.n || errno || end != word + text.n || n < least || n > most)
        return yaml_fail(tree, node, -EINVAL, "expected a number from %lld to %lld", (long long)least,
                         (long long)most);
    *out = n;
    return 0;
}

int yaml_duration(const struct yaml_tree *tree, const yaml_node_t *node, uint64_t *out)
{
    static const struct {
        const char *unit;
        double ns;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
    struct slice text = yaml_scalar(node);
    const char *word = text.n ? (const char *)text.p : "";
    char *end;
    double n = strtod(word, &end);
    for (size_t i = 0; end != word && i < sizeof units / sizeof units[0]; i++)
        if (strcmp(end, units[i].unit) == 0 && n >= 0 && n * units[i].ns <= 1e18) {
            *out = (uint64_t)(n * units[i].ns + 0.5);
            return 0;
        }
    return yaml_fail(tree, node, -EINVAL, "expected a time with its unit, such as 20ms or 1.5s");
}

int yaml_choice(const struct yaml_tree *tree, const yaml_node_t *node, const char *const *words, int *out)
{
    struct slice text = yaml_scalar(node);
    char list[200] = "";
    size_t n = 0;
    for (int i = 0; words[i]; i++) {
        if (is_word(text, words[i])) {
            *out = i;
            return 0;
        }
        int more = snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "", words[i]);
        n = more > 0 && n + (size_t)more < sizeof list ? n + (size_t)more : sizeof list - 1;
    }
    return yaml_fail(tree, node, -EINVAL, "expected one of: %s", list);
}
