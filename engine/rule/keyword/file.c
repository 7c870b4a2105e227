/*
 * The keywords of files: filename, fileext and filemagic (contents of file.name and file.magic in another
 * spelling), filesize, filemd5, filesha1, filesha256 and filestore (which hold of one and the same file).
 *
 * What follows any of them looks into the payload again, as in Suricata.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/file_facts.h"
#include "rule/content.h"
#include "rule/keyword/content_bytes.h"
#include "rule/keyword/content_modifier.h"
#include "rule/keyword/file_hash_list.h"
#include "rule/keyword/sticky.h"

/* Leaves what was selected: something must have looked into it. */
static int leave_buffer(struct rule_builder *b, const struct option *option, struct err *err)
{
    if (b->buffer_selected)
        return err_set(err, -EINVAL, "nothing looks into %s: %.*s ends it", buffer_name(b->buffer),
                       (int)option->name.n, (const char *)option->name.p);
    return builder_select(b, BUFFER_PAYLOAD)
               ? err_set(err, -EINVAL, "transforms before %.*s have no content to apply to",
                         (int)option->name.n, (const char *)option->name.p)
               : 0;
}

/* A content, whatever its case, in a buffer of files. */
static int add_content(struct rule_builder *b, const struct option *option, enum buffer_id buffer,
                       const char *before, uint32_t flags, struct err *err)
{
    struct slice text = option->value;
    bool negated = text_negated(&text);
    text_unquote(&text);
    if (!text.n)
        return err_set(err, -EINVAL, "expected a text");
    int rc = leave_buffer(b, option, err);
    if (rc)
        return rc;
    struct buf bytes = {0};
    rc = buf_append(&bytes, slice_str(before)) ? err_set(err, -ENOMEM, "out of memory")
                                               : content_bytes_parse(option, text, &bytes, err);
    struct content *content = rc ? NULL : content_new(buf_slice(&bytes), negated, true);
    buf_fini(&bytes);
    if (rc)
        return rc;
    if (!content)
        return err_set(err, -ENOMEM, "out of memory");
    content->flags |= CONTENT_NOCASE | flags;
    rc = sticky_enter(b, buffer, err);
    if (rc) {
        content_ops.free(content);
        return rc;
    }
    if (builder_step(b, &content_ops, content))
        return err_set(err, -ENOMEM, "out of memory");
    b->last_content = &b->last_chain->steps[b->last_chain->step_count - 1];
    return 0;
}

static int parse_name(struct rule_builder *b, const struct option *option, struct err *err)
{
    return add_content(b, option, BUFFER_FILE_NAME, "", 0, err);
}

static int parse_extension(struct rule_builder *b, const struct option *option, struct err *err)
{
    return add_content(b, option, BUFFER_FILE_NAME, ".", CONTENT_ENDSWITH, err);
}

static int parse_magic(struct rule_builder *b, const struct option *option, struct err *err)
{
    return add_content(b, option, BUFFER_FILE_MAGIC, "", 0, err);
}

/* All of these stand in one chain: one file must have them all. Takes over `data`. */
static int add_step(struct rule_builder *b, const struct option *option, const struct step_ops *ops,
                    void *data, struct err *err)
{
    int rc = leave_buffer(b, option, err);
    if (!rc)
        rc = sticky_enter(b, BUFFER_FILE, err);
    if (rc) {
        (ops->free ? ops->free : free)(data);
        return rc;
    }
    rc = builder_step(b, ops, data) ? err_set(err, -ENOMEM, "out of memory") : 0;
    b->last_chain = NULL;
    return rc;
}

/* Of a file that was cut short one knows a size that it has passed, and nothing else. */
static bool size_holds(const struct uint_condition *condition, const struct file_facts *file)
{
    if (file->state == FILE_OPEN)
        return false;
    if (file->state == FILE_TRUNCATED && condition->compare != UINT_GREATER &&
        condition->compare != UINT_GREATER_EQUAL)
        return false;
    return uint_condition_holds(condition, file->size);
}

static enum step_result run_size(struct eval *eval, const struct step *step)
{
    const struct file_facts *file = eval->buffer.file;
    return file && size_holds(step->data, file) ? chain_next(eval, step) : STEP_STOP;
}

static const struct step_ops size_ops = {.keyword = "filesize", .run = run_size};

/* filesize:[to_server,|to_client,]CONDITION */
static int parse_size(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice rest = option->value, word;
    uint8_t sides = 0;
    struct slice condition_text = rest;
    if (text_field(&rest, ',', &word) && rest.p) {
        sides = text_equal(word, "to_server")   ? BUFFER_TO_SERVER
                : text_equal(word, "to_client") ? BUFFER_TO_CLIENT
                                                : 0;
        if (!sides)
            return err_set(err, -EINVAL, "expected to_server or to_client before the comma");
        condition_text = text_trim(rest);
    }
    struct uint_condition *condition = malloc(sizeof *condition);
    if (!condition)
        return err_set(err, -ENOMEM, "out of memory");
    int rc = uint_condition_parse(condition_text, UINT64_MAX, condition, err);
    if (rc) {
        free(condition);
        return rc;
    }
    rc = add_step(b, option, &size_ops, condition, err);
    if (!rc && sides)
        builder_sides(b, BUFFER_FILE, sides);
    return rc;
}

struct hash_step {
    enum file_hash hash;
    bool negated;
    struct file_hash_list *list;
};

static void free_hash(void *data)
{
    struct hash_step *step = data;
    file_hash_list_free(step->list);
    free(step);
}

/* Only of what came whole. */
static enum step_result run_hash(struct eval *eval, const struct step *step)
{
    const struct hash_step *want = step->data;
    const struct file_facts *file = eval->buffer.file;
    if (!file || file->state != FILE_CLOSED || !file->hashed[want->hash])
        return STEP_STOP;
    bool in_list = file_hash_list_has(want->list, file->digest[want->hash]);
    return in_list != want->negated ? chain_next(eval, step) : STEP_STOP;
}

static const struct step_ops hash_ops = {.keyword = "filehash", .run = run_hash, .free = free_hash};

static int add_hash(struct rule_builder *b, const struct option *option, enum file_hash hash, struct err *err)
{
    struct slice name = option->value;
    struct hash_step *step = calloc(1, sizeof *step);
    if (!step)
        return err_set(err, -ENOMEM, "out of memory");
    step->hash = hash;
    step->negated = text_negated(&name);
    int rc = name.n && name.p[0] == '"'
                 ? err_set(err, -EINVAL, "expected the name of a list without quotes")
                 : file_hash_list_load(name, b->context->directory, hash, &step->list, err);
    if (rc) {
        free(step);
        return rc;
    }
    rc = add_step(b, option, &hash_ops, step, err);
    if (!rc)
        b->rule->files.hashes |= (uint8_t)(1 << hash);
    return rc;
}

static int parse_md5(struct rule_builder *b, const struct option *option, struct err *err)
{
    return add_hash(b, option, FILE_MD5, err);
}

static int parse_sha1(struct rule_builder *b, const struct option *option, struct err *err)
{
    return add_hash(b, option, FILE_SHA1, err);
}

static int parse_sha256(struct rule_builder *b, const struct option *option, struct err *err)
{
    return add_hash(b, option, FILE_SHA256, err);
}

/* Any file will do: the matcher stores those that the whole chain fits. */
static enum step_result run_store(struct eval *eval, const struct step *step)
{
    return chain_next(eval, step);
}

static const struct step_ops store_ops = {.keyword = "filestore", .run = run_store};

static uint8_t store_sides(struct slice word)
{
    if (text_equal(word, "request") || text_equal(word, "to_server"))
        return BUFFER_TO_SERVER;
    if (text_equal(word, "response") || text_equal(word, "to_client"))
        return BUFFER_TO_CLIENT;
    return text_equal(word, "both") ? BUFFER_TO_SERVER | BUFFER_TO_CLIENT : 0;
}

/* As Suricata 8.0.8: a direction without a scope means the transaction; words that it does not know mean the
 * file at hand. */
static int read_store(struct slice text, struct rule_files *files, struct err *err)
{
    struct slice rest = text, word, scope = {NULL, 0};
    if (!text_field(&rest, ',', &word) || !word.n)
        return err_set(err, -EINVAL,
                       "expected request, response or both, and a comma before file, tx or flow");
    files->store_sides = store_sides(word);
    bool scoped = text_field(&rest, ',', &scope);
    files->store = FILE_STORE_FILE;
    if (!files->store_sides)
        return 0;
    if (!scoped || text_equal(scope, "tx"))
        files->store = FILE_STORE_TRANSACTION;
    else if (text_equal(scope, "ssn") || text_equal(scope, "flow"))
        files->store = FILE_STORE_FLOW;
    return 0;
}

static int parse_store(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct rule_files files = {.store = FILE_STORE_FILE};
    int rc = option->value.p ? read_store(option->value, &files, err) : 0;
    if (rc)
        return rc;
    rc = add_step(b, option, &store_ops, NULL, err);
    if (!rc) {
        b->rule->files.store = files.store;
        b->rule->files.store_sides = files.store_sides;
    }
    return rc;
}

const struct keyword keywords_file[] = {
    {"filename", NULL, VALUE_REQUIRED, parse_name},
    {"fileext", NULL, VALUE_REQUIRED, parse_extension},
    {"filemagic", NULL, VALUE_REQUIRED, parse_magic},
    {"filesize", NULL, VALUE_REQUIRED, parse_size},
    {"filemd5", NULL, VALUE_REQUIRED, parse_md5},
    {"filesha1", NULL, VALUE_REQUIRED, parse_sha1},
    {"filesha256", NULL, VALUE_REQUIRED, parse_sha256},
    {"filestore", NULL, VALUE_OPTIONAL, parse_store},
    {NULL, NULL, VALUE_NONE, NULL},
};
