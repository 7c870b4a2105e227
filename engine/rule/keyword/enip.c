/*
 * EtherNet/IP: commands and states by name, and the services of CIP. (The plain numbers are sticky.c's.)
 *
 *   cip_service:SERVICE[,CLASS[,ATTRIBUTE]]
 */
#include <errno.h>
#include <stdlib.h>

#include "base/cip_facts.h"
#include "rule/keyword/sticky.h"

static const struct sticky_name commands[] = {
#define ENIP_COMMAND(code, name) {name, code},
#include "base/enip_name_list.h"
#undef ENIP_COMMAND
    {NULL, 0},
};

static const struct sticky_name states[] = {
#define ENIP_STATUS(code, name) {name, code},
#include "base/enip_name_list.h"
#undef ENIP_STATUS
    {NULL, 0},
};

enum { NUMBERS = 3 };

struct wanted {
    uint32_t numbers[NUMBERS]; /* service, class, attribute */
    uint32_t count;
};

static int parse_command(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_named(b, BUFFER_ENIP_COMMAND, option, UINT16_MAX, commands, err);
}

static int parse_status(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_named(b, BUFFER_ENIP_STATUS, option, UINT32_MAX, states, err);
}

static bool names(const struct cip_facts *facts, uint32_t attribute)
{
    for (uint32_t i = 0; i < facts->attribute_count; i++)
        if (facts->attributes[i] == attribute)
            return true;
    return false;
}

static enum step_result run(struct eval *eval, const struct step *step)
{
    enum { SERVICE, CLASS, ATTRIBUTE };
    const struct wanted *want = step->data;
    struct cip_facts facts;
    if (eval->buffer.bytes.n != sizeof facts)
        return STEP_NO;
    memcpy(&facts, eval->buffer.bytes.p, sizeof facts);
    if (facts.service != want->numbers[SERVICE])
        return STEP_NO;
    if (want->count > CLASS && (!facts.has_class || facts.class_id != want->numbers[CLASS]))
        return STEP_NO;
    if (want->count > ATTRIBUTE && !names(&facts, want->numbers[ATTRIBUTE]))
        return STEP_NO;
    return chain_next(eval, step);
}

static const struct step_ops ops = {.keyword = "cip_service", .run = run};

static bool read_wanted(struct slice text, struct wanted *out)
{
    enum { SERVICE_MOST = 127 };
    struct slice field;
    while (text_field(&text, ',', &field)) {
        uint64_t number;
        field = text_trim(field);
        for (size_t i = 0; i < field.n; i++)
            if (field.p[i] < '0' || field.p[i] > '9')
                return false;
        if (out->count == NUMBERS || !text_uint(field, out->count ? UINT32_MAX : SERVICE_MOST, &number))
            return false;
        out->numbers[out->count++] = (uint32_t)number;
    }
    return out->count;
}

static int parse_service(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct wanted *want = calloc(1, sizeof *want);
    if (!want)
        return err_set(err, -ENOMEM, "out of memory");
    if (read_wanted(option->value, want))
        return sticky_test(b, BUFFER_CIP_SERVICE, &ops, want, err);
    free(want);
    return err_set(err, -EINVAL, "expected SERVICE[,CLASS[,ATTRIBUTE]], a service being 0 to 127");
}

const struct keyword keywords_enip[] = {
    {"enip_command", NULL, VALUE_REQUIRED, parse_command},
    {"enip.status", NULL, VALUE_REQUIRED, parse_status},
    {"cip_service", NULL, VALUE_REQUIRED, parse_service},
    {NULL, NULL, VALUE_NONE, NULL},
};
