/*
 * dataset and datarep: asks of, and changes to, named sets, with the whole of a sticky buffer (transforms
 * applied) as the value.
 */
#include "rule/dataset.h"

#include <errno.h>
#include <stdlib.h>

#include "rule/keyword/number.h"

enum dataset_verb { DATASET_ISSET, DATASET_ISNOTSET, DATASET_SET, DATASET_UNSET };

struct dataset_step {
    struct dataset *set;
    enum dataset_verb verb;
};

static bool step_holds(const struct dataset_step *want, struct slice value, bool only_asks)
{
    switch (want->verb) {
    case DATASET_ISSET:
        return dataset_has(want->set, value);
    case DATASET_ISNOTSET:
        return !dataset_has(want->set, value);
    case DATASET_SET: /* matches what was not there before */
        return only_asks ? !dataset_has(want->set, value) : dataset_add(want->set, value);
    case DATASET_UNSET:
        return only_asks ? dataset_has(want->set, value) : dataset_remove(want->set, value);
    }
    return false;
}

static enum step_result run_dataset(struct eval *eval, const struct step *step)
{
    /* No other place of an earlier content changes the buffer: one answer is all there is. */
    return step_holds(step->data, eval->buffer.bytes, eval->only_asks) ? chain_next(eval, step) : STEP_STOP;
}

static const struct step_ops dataset_ops = {.keyword = "dataset", .run = run_dataset};

enum reputation_compare { REPUTATION_ABOVE, REPUTATION_BELOW, REPUTATION_EQUAL };

struct reputation_step {
    struct dataset *set;
    enum reputation_compare compare;
    uint16_t value;
};

static enum step_result run_reputation(struct eval *eval, const struct step *step)
{
    const struct reputation_step *want = step->data;
    uint16_t have;
    if (!dataset_reputation(want->set, eval->buffer.bytes, &have))
        return STEP_STOP;
    bool holds = want->compare == REPUTATION_ABOVE   ? have > want->value
                 : want->compare == REPUTATION_BELOW ? have < want->value
                                                     : have == want->value;
    return holds ? chain_next(eval, step) : STEP_STOP;
}

static const struct step_ops reputation_ops = {.keyword = "datarep", .run = run_reputation};

/* A file that a rule may write: below the folder of the rules. */
static bool may_write(struct slice name)
{
    struct slice rest = name, part;
    if (!name.n || name.p[0] == '/')
        return false;
    while (text_field(&rest, '/', &part))
        if (slice_equal(part, slice_str("..")))
            return false;
    return true;
}

static bool read_memcap(struct slice s, uint64_t *bytes)
{
    struct uint_condition c;
    struct err ignored;
    if (uint_condition_parse(s, UINT64_MAX, &c, &ignored) || c.compare != UINT_EQUAL || !c.a)
        return false;
    *bytes = c.a;
    return true;
}

/* "word value" of the fields after the name. Unknown words are skipped, as Suricata does. */
static int read_option(struct slice field, struct dataset_request *request, struct err *err)
{
    struct slice word, value;
    uint64_t n;
    text_field(&field, ' ', &word);
    value = text_trim(field);
    if (slice_equal(word, slice_str("type"))) {
        request->type = dataset_type_by_name(value);
        if (request->type == DATASET_UNKNOWN)
            return err_set(err, -EINVAL, "expected type string, md5, sha256, ipv4 or ip");
    } else if (slice_equal(word, slice_str("load"))) {
        request->load = value;
    } else if (slice_equal(word, slice_str("save")) || slice_equal(word, slice_str("state"))) {
        if (!may_write(value))
            return err_set(err, -EINVAL, "a rule may write files below its own folder only: %.*s",
                           (int)value.n, (const char *)value.p);
        request->save = value;
        if (word.n == 5) { /* state: load and save */
            request->load = value;
            request->load_may_lack = true;
        }
    } else if (slice_equal(word, slice_str("memcap"))) {
        if (!read_memcap(value, &request->memcap))
            return err_set(err, -EINVAL, "expected memcap and a number of bytes, such as 10mb");
    } else if (slice_equal(word, slice_str("hashsize"))) {
        if (!text_uint(value, UINT32_MAX, &n) || !n)
            return err_set(err, -EINVAL, "expected hashsize and a number above 0");
    } else if (slice_equal(word, slice_str("format")) && !text_equal(value, "csv")) {
        return err_set(err, -ENOTSUP, "datasets of format %.*s are not supported: one value a line only",
                       (int)value.n, (const char *)value.p);
    }
    return 0;
}

static int prepare(struct rule_builder *b, const char *keyword, struct slice name, struct slice rest,
                   struct dataset_request *request, struct err *err)
{
    struct slice field;
    if (!b->context->datasets)
        return err_set(err, -ENOTSUP, "%s needs a store of datasets: there is none here", keyword);
    if (b->buffer == BUFFER_PAYLOAD)
        return err_set(err, -EINVAL, "%s needs a sticky buffer before it, other than pkt_data", keyword);
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == ' ' || name.p[i] == '\t')
            return err_set(err, -EINVAL, "the name of a dataset has no blanks");
    request->name = name;
    request->directory = b->context->directory;
    int r = 0;
    while (!r && text_field(&rest, ',', &field))
        r = read_option(field, request, err);
    return r;
}

static bool dataset_verb(struct slice s, enum dataset_verb *verb)
{
    static const char *const names[] = {"isset", "isnotset", "set", "unset"};
    for (int i = 0; i < 4; i++)
        if (slice_equal(s, slice_str(names[i]))) {
            *verb = (enum dataset_verb)i;
            return true;
        }
    return false;
}

static int add_step(struct rule_builder *b, const struct step_ops *ops, const void *data, size_t size)
{
    void *copy = malloc(size);
    if (!copy)
        return -ENOMEM;
    memcpy(copy, data, size);
    b->rule->flags |= RULE_SHARED_STATE | RULE_SHARED_SETS;
    return builder_step(b, ops, copy);
}

static int parse_dataset(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice rest = option->value, verb, name;
    struct dataset_request request = {0};
    struct dataset_step step = {0};
    if (!text_field(&rest, ',', &verb) || !dataset_verb(verb, &step.verb) || !text_field(&rest, ',', &name)) {
        err_set(err, -EINVAL, "expected set, unset, isset or isnotset, a comma and the name of a set");
        err_hint(err, "for example dataset:isset,bad-names,type string,load bad-names.lst");
        return -EINVAL;
    }
    int r = prepare(b, "dataset", name, rest, &request, err);
    if (!r)
        r = datasets_get(b->context->datasets, &request, &step.set, err);
    return r ? r : add_step(b, &dataset_ops, &step, sizeof step);
}

static int parse_datarep(struct rule_builder *b, const struct option *option, struct err *err)
{
    static const char *const compares[] = {">", "<", "=="};
    struct slice rest = option->value, name, compare, number;
    struct dataset_request request = {.reputation = true};
    struct reputation_step step = {0};
    uint64_t value = 0;
    int i = 0;
    bool good =
        text_field(&rest, ',', &name) && text_field(&rest, ',', &compare) && text_field(&rest, ',', &number);
    while (good && i < 3 && !slice_equal(compare, slice_str(compares[i])))
        i++;
    if (!good || i == 3 || !text_uint(number, UINT16_MAX, &value)) {
        err_set(err, -EINVAL, "expected a name, one of > < ==, and a number up to 65535");
        err_hint(err, "for example datarep:bad-names,>,50,type string,load bad-names.rep");
        return -EINVAL;
    }
    step.compare = (enum reputation_compare)i;
    step.value = (uint16_t)value;
    int r = prepare(b, "datarep", name, rest, &request, err);
    if (!r && request.load.n && request.type == DATASET_UNKNOWN)
        r = err_set(err, -EINVAL, "load needs a type before or after it");
    if (!r)
        r = datasets_get(b->context->datasets, &request, &step.set, err);
    return r ? r : add_step(b, &reputation_ops, &step, sizeof step);
}

const struct keyword keywords_dataset[] = {
    {"dataset", NULL, VALUE_REQUIRED, parse_dataset},
    {"datarep", NULL, VALUE_REQUIRED, parse_datarep},
    {NULL, NULL, VALUE_NONE, NULL},
};
