/*
 * rpc: an ONC RPC call (RFC 5531, 9) to a program, and perhaps a version and a procedure of it. Over TCP a
 * record mark (RFC 5531, 11) comes before the message.
 */
#include <errno.h>
#include <stdlib.h>

#include "rule/keyword.h"
#include "flow/flow.h"
#include "base/cursor.h"

struct rpc {
    uint32_t program, version, procedure;
    bool any_version, any_procedure;
};

enum { CALL = 0, RPC_VERSION = 2, RECORD_MARK = 4, XID = 4 };

static bool match_rpc(const void *data, const struct view *view)
{
    const struct rpc *want = data;
    struct cursor cursor = cursor_of(view->packet->payload);
    uint32_t type, rpc_version, program, version, procedure;
    if (!(view->packet->layers & (LAYER_TCP | LAYER_UDP)) || view->packet->source == PACKET_FLOW_END)
        return false;
    if (view->packet->layers & LAYER_TCP && !cursor_skip(&cursor, RECORD_MARK))
        return false;
    if (!cursor_skip(&cursor, XID) || !cursor_be32(&cursor, &type) || !cursor_be32(&cursor, &rpc_version) ||
        !cursor_be32(&cursor, &program) || !cursor_be32(&cursor, &version) ||
        !cursor_be32(&cursor, &procedure))
        return false;
    return type == CALL && rpc_version == RPC_VERSION && program == want->program &&
           (want->any_version || version == want->version) &&
           (want->any_procedure || procedure == want->procedure);
}

static const struct test_ops rpc_ops = {.keyword = "rpc", .match = match_rpc};

/* A decimal number or, where `any` allows it, an asterisk. */
static bool parse_part(struct slice text, uint32_t *value, bool *any)
{
    uint64_t number;
    if (any) {
        *any = text_equal(text, "*");
        if (*any)
            return true;
    }
    if ((text.n > 1 && text.p[1] == 'x') || !text_uint(text, UINT32_MAX, &number))
        return false;
    *value = (uint32_t)number;
    return true;
}

static int parse_rpc(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct rpc want = {.any_version = true, .any_procedure = true};
    struct slice rest = option->value, field;
    bool good = text_field(&rest, ',', &field) && parse_part(field, &want.program, NULL);
    if (good && text_field(&rest, ',', &field))
        good = parse_part(field, &want.version, &want.any_version);
    if (good && text_field(&rest, ',', &field))
        good = parse_part(field, &want.procedure, &want.any_procedure);
    if (!good || rest.p)
        return err_set(err, -EINVAL, "expected rpc:program[,version or *[,procedure or *]]");
    struct rpc *data = malloc(sizeof *data);
    if (!data)
        return err_set(err, -ENOMEM, "out of memory");
    *data = want;
    b->rule->flags |= RULE_NEEDS_PACKET;
    return builder_test(b, &rpc_ops, data) ? err_set(err, -ENOMEM, "out of memory") : 0;
}

const struct keyword keywords_rpc[] = {
    {"rpc", NULL, VALUE_REQUIRED, parse_rpc},
    {NULL, NULL, VALUE_NONE, NULL},
};
