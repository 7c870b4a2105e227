/*
 * Files: filename, fileext, filemagic, filesize, filemd5, filesha1, filesha256, filestore. All of a rule's
 * must hold for one and the same file: they are steps of one chain, an instance of which is a file
 * (base/file_view.h).
 */
#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "base/file_view.h"
#include "rule/keyword/hash_list.h"
#include "rule/keyword/sticky.h"

static const struct file_view *file_of(const struct eval *eval)
{
    return (const struct file_view *)(const void *)eval->buffer.bytes.p;
}

/* Joins the rule's chain over files, and leaves selected what is selected. */
static int file_step(struct rule_builder *b, const struct step_ops *ops, void *data, struct err *err)
{
    struct chain *last = b->last_chain;
    size_t at = last ? (size_t)(last - b->rule->chains) : 0;
    enum buffer_id buffer = b->buffer;
    bool selected = b->buffer_selected, anew = b->anew;
    int rc = sticky_enter(b, BUFFER_FILE, err);
    if (rc) {
        (ops->free ? ops->free : free)(data);
        return rc;
    }
    b->anew = false;
    rc = builder_step(b, ops, data);
    b->last_chain = last ? &b->rule->chains[at] : NULL;
    b->buffer = buffer;
    b->buffer_selected = selected;
    b->anew = anew;
    return rc ? err_set(err, rc, "out of memory") : 0;
}

struct text_test {
    bool negated;
    size_t n;
    char text[];
};

static bool contains(struct slice s, const struct text_test *want)
{
    for (size_t i = 0; i + want->n <= s.n; i++)
        if (strncasecmp((const char *)s.p + i, want->text, want->n) == 0)
            return true;
    return false;
}

static enum step_result run_name(struct eval *eval, const struct step *step)
{
    const struct text_test *want = step->data;
    return contains(file_of(eval)->name, want) != want->negated ? chain_next(eval, step) : STEP_NO;
}

static enum step_result run_extension(struct eval *eval, const struct step *step)
{
    const struct text_test *want = step->data;
    struct slice name = file_of(eval)->name;
    bool fits = name.n > want->n && name.p[name.n - want->n - 1] == '.' &&
                strncasecmp((const char *)name.p + name.n - want->n, want->text, want->n) == 0;
    return fits != want->negated ? chain_next(eval, step) : STEP_NO;
}

static enum step_result run_magic(struct eval *eval, const struct step *step)
{
    const struct text_test *want = step->data;
    const char *magic = file_of(eval)->magic;
    return magic && contains(slice_str(magic), want) != want->negated ? chain_next(eval, step) : STEP_NO;
}

static enum step_result run_size(struct eval *eval, const struct step *step)
{
    return uint_condition_holds(step->data, file_of(eval)->size) ? chain_next(eval, step) : STEP_NO;
}

static enum step_result run_store(struct eval *eval, const struct step *step)
{
    enum step_result rest = chain_next(eval, step);
    if (rest == STEP_YES && file_of(eval)->store)
        *file_of(eval)->store = true;
    return rest;
}

static enum step_result run_hash(struct eval *eval, const struct step *step)
{
    const struct hash_list *list = step->data;
    const struct file_view *file = file_of(eval);
    const uint8_t *digest = list->size == 16 ? file->md5 : list->size == 20 ? file->sha1 : file->sha256;
    bool there = digest && hash_list_has(list, digest);
    return digest && there != list->negated ? chain_next(eval, step) : STEP_NO;
}

static const struct step_ops name_ops = {.keyword = "filename", .run = run_name};
static const struct step_ops extension_ops = {.keyword = "fileext", .run = run_extension};
static const struct step_ops magic_ops = {.keyword = "filemagic", .run = run_magic};
static const struct step_ops size_ops = {.keyword = "filesize", .run = run_size};
static const struct step_ops store_ops = {.keyword = "filestore", .run = run_store};
static const struct step_ops md5_ops = {.keyword = "filemd5", .run = run_hash, .free = hash_list_free};
static const struct step_ops sha1_ops = {.keyword = "filesha1", .run = run_hash, .free = hash_list_free};
static const struct step_ops sha256_ops = {.keyword = "filesha256", .run = run_hash, .free = hash_list_free};

static int parse_text(struct rule_builder *b, const struct step_ops *ops, const struct option *option,
                      struct err *err)
{
    struct slice text = option->value;
    bool negated = text_negated(&text);
    text_unquote(&text);
    if (!text.n)
        return err_set(err, -EINVAL, "expected a text");
    struct text_test *data = malloc(sizeof *data + text.n);
    if (!data)
        return err_set(err, -ENOMEM, "out of memory");
    data->negated = negated;
    data->n = text.n;
    memcpy(data->text, text.p, text.n);
    return file_step(b, ops, data, err);
}

static int parse_name(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_text(b, &name_ops, option, err);
}

static int parse_extension(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_text(b, &extension_ops, option, err);
}

static int parse_magic(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_text(b, &magic_ops, option, err);
}

static int parse_size(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct uint_condition *condition = malloc(sizeof *condition);
    if (!condition)
        return err_set(err, -ENOMEM, "out of memory");
    int rc = uint_condition_parse(option->value, UINT64_MAX, condition, err);
    if (rc) {
        free(condition);
        return rc;
    }
    return file_step(b, &size_ops, condition, err);
}

/* filestore[:DIRECTION[,SCOPE]]: which files of the flow; ours are those that the rule matches. */
static int parse_store(struct rule_builder *b, const struct option *option, struct err *err)
{
    static const char *const directions[] = {"request", "to_server", "response", "to_client", "both"};
    static const char *const scopes[] = {"file", "tx", "ssn", "flow"};
    struct slice rest = option->value, word;
    bool known = !rest.n;
    if (rest.n && text_field(&rest, ',', &word))
        for (size_t i = 0; i < sizeof directions / sizeof directions[0]; i++)
            known |= text_equal(word, directions[i]);
    if (known && rest.p && rest.n) {
        known = false;
        if (text_field(&rest, ',', &word))
            for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++)
                known |= text_equal(word, scopes[i]);
    }
    if (!known)
        return err_set(err, -EINVAL, "expected filestore, or filestore:request|response|both[,file|tx|flow]");
    return file_step(b, &store_ops, NULL, err);
}

static int parse_hashes(struct rule_builder *b, const struct step_ops *ops, unsigned size,
                        const struct option *option, struct err *err)
{
    struct slice name = option->value;
    bool negated = text_negated(&name);
    text_unquote(&name);
    struct hash_list *list = NULL;
    int rc = hash_list_load(b->context->directory, name, size, &list, err);
    if (rc)
        return rc;
    list->negated = negated;
    return file_step(b, ops, list, err);
}

static int parse_md5(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_hashes(b, &md5_ops, 16, option, err);
}

static int parse_sha1(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_hashes(b, &sha1_ops, 20, option, err);
}

static int parse_sha256(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_hashes(b, &sha256_ops, 32, option, err);
}

const struct keyword keywords_file[] = {
    {"filename", NULL, VALUE_REQUIRED, parse_name},
    {"fileext", NULL, VALUE_REQUIRED, parse_extension},
    {"filemagic", NULL, VALUE_REQUIRED, parse_magic},
    {"filesize", NULL, VALUE_REQUIRED, parse_size},
    {"filestore", NULL, VALUE_OPTIONAL, parse_store},
    {"filemd5", NULL, VALUE_REQUIRED, parse_md5},
    {"filesha1", NULL, VALUE_REQUIRED, parse_sha1},
    {"filesha256", NULL, VALUE_REQUIRED, parse_sha256},
    {NULL, NULL, VALUE_NONE, NULL},
};
