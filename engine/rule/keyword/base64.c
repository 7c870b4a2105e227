/*
 * base64_decode decodes a part of the payload; base64_data looks into the result. A rule's first decoding
 * that fits is the one that base64_data sees: what fails there does not make an earlier content try further
 * on.
 */
#include <errno.h>
#include <stdlib.h>

#include "rule/keyword/base64_codec.h"
#include "rule/keyword/byte_step.h"

static enum step_result run_base64(struct eval *eval, const struct step *step)
{
    const struct base64 *want = step->data;
    struct slice in = eval->buffer.bytes;
    size_t at = (want->relative ? eval->cursor : 0) + (size_t)want->offset;
    in = slice_from(in, at);
    if (want->bytes)
        in = slice_first(in, (size_t)want->bytes);
    buf_clear(&eval->base64);
    if (base64_decode(BASE64_RFC4648, in, &eval->base64) <= 0)
        return STEP_NO;
    return chain_next(eval, step);
}

static const struct step_ops base64_ops = {.keyword = "base64_decode", .run = run_base64};

const struct base64 *step_base64(const struct step *step)
{
    return step->ops == &base64_ops ? step->data : NULL;
}

/* The next word; commas and blanks stand between them. */
static struct slice next_word(struct slice *rest)
{
    size_t from = 0;
    while (from < rest->n && (rest->p[from] == ' ' || rest->p[from] == ','))
        from++;
    size_t upto = from;
    while (upto < rest->n && rest->p[upto] != ' ' && rest->p[upto] != ',')
        upto++;
    struct slice word = slice_of(rest->p + from, upto - from);
    *rest = slice_from(*rest, upto);
    return word;
}

/* As Suricata: bytes come before the offset, and nothing behind relative is looked at. */
static int parse_parts(struct slice rest, struct base64 *want, struct err *err)
{
    bool bytes = false, offset = false;
    int rc = 0;
    for (struct slice word = next_word(&rest); word.n && !rc && !want->relative; word = next_word(&rest)) {
        if (text_equal(word, "bytes") && !bytes && !offset) {
            bytes = true;
            rc = byte_number(NULL, next_word(&rest), 0, UINT16_MAX, &want->bytes, NULL, err);
        } else if (text_equal(word, "offset") && !offset) {
            offset = true;
            rc = byte_number(NULL, next_word(&rest), 0, INT32_MAX, &want->offset, NULL, err);
        } else if (text_equal(word, "relative")) {
            want->relative = true;
        } else {
            rc = err_set(err, -EINVAL, "expected base64_decode:[bytes N][,offset N][,relative]");
        }
    }
    return rc;
}

static int parse_base64_decode(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct base64 *want = calloc(1, sizeof *want);
    if (!want)
        return err_set(err, -ENOMEM, "out of memory");
    int rc = option->value.n ? parse_parts(option->value, want, err) : 0;
    if (!rc && b->buffer == BUFFER_BASE64_DATA)
        rc = err_set(err, -ENOTSUP, "what base64_decode has made cannot be decoded again");
    if (rc) {
        free(want);
        return rc;
    }
    rc = byte_step(b, &base64_ops, want, false, err);
    if (!rc)
        b->base64_decoded = true;
    return rc;
}

static int parse_base64_data(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option;
    if (!b->base64_decoded)
        return err_set(err, -EINVAL, "base64_data needs a base64_decode before it");
    if (builder_select(b, BUFFER_BASE64_DATA))
        return err_set(err, -EINVAL,
                       "the transforms before base64_data have nothing that looks at their result");
    return 0;
}

const struct keyword keywords_base64[] = {
    {"base64_decode", NULL, VALUE_OPTIONAL, parse_base64_decode},
    {"base64_data", NULL, VALUE_NONE, parse_base64_data},
    {NULL, NULL, VALUE_NONE, NULL},
};
