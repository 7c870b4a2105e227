#include "rule/keyword.h"
#include "rule/rule.h"
#include "example/solve.h"
#include "example/script.h"
#include "example/shape.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

void script_fini(struct script *script)
{
    for (unsigned i = 0; i < script->count; i++)
        buf_fini(&script->list[i].bytes);
    *script = (struct script){0};
}

int script_say(struct script *script, bool from_server, struct buf *bytes, struct err *err)
{
    if (script->count == SCRIPT_MOST) {
        buf_fini(bytes);
        return err_set(err, -E2BIG, "the conversation needs more than %d messages", SCRIPT_MOST);
    }
    script->list[script->count++] = (struct said){.from_server = from_server, .bytes = *bytes};
    *bytes = (struct buf){0};
    return 0;
}

static bool is_among(enum buffer_id id, const enum buffer_id *ids, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

/* A buffer that both directions have is looked for in the one that the rule is about. */
static bool looks_at(const struct shape *shape, const struct chain *chain, const enum buffer_id *ids,
                     unsigned count, enum direction side)
{
    unsigned sides = chain_sides(chain);
    bool both = sides == (BUFFER_TO_SERVER | BUFFER_TO_CLIENT);
    return is_among(chain->buffer, ids, count) && (both ? side == shape->side : sides & 1u << side);
}

bool shape_asks(const struct shape *shape, enum buffer_id id, enum direction side, bool *absent)
{
    bool asks = false;
    for (unsigned r = 0; r < shape->rule_count; r++) {
        for (uint32_t i = 0; i < shape->rules[r]->chain_count; i++) {
            const struct chain *chain = &shape->rules[r]->chains[i];
            bool here = looks_at(shape, chain, &id, 1, side);
            asks |= here;
            if (absent)
                *absent |= here && chain->absent && !chain->or_else;
        }
    }
    return asks;
}

static int collect(const struct shape *shape, const enum buffer_id *ids, unsigned id_count,
                   enum direction side, struct solve_request *request, struct err *err)
{
    for (unsigned r = 0; r < shape->rule_count; r++) {
        const struct rule *rule = shape->rules[r];
        for (uint32_t i = 0; i < rule->chain_count; i++) {
            const struct chain *chain = &rule->chains[i];
            if (!looks_at(shape, chain, ids, id_count, side) || (chain->absent && !chain->or_else))
                continue;
            if (request->chain_count == SOLVE_CHAINS)
                return err_set(err, -EINVAL, "more than %d conditions on %s", SOLVE_CHAINS,
                               buffer_name(ids[0]));
            request->rules[request->chain_count] = rule;
            request->chains[request->chain_count++] = chain;
        }
    }
    return 0;
}

static struct solve_request request_of(const struct shape *shape, enum direction side)
{
    return (struct solve_request){
        .direction = side, .eval = shape->eval, .base64 = buf_slice(&shape->base64)};
}

/* base64_data is solved first: what is decoded must be known when the place of its text is. */
static int solve_base64_data(struct shape *shape, struct err *err)
{
    static const enum buffer_id id = BUFFER_BASE64_DATA;
    struct solve_request request = request_of(shape, shape->side);
    struct chain alone[SOLVE_CHAINS];
    if (shape->base64.n || !shape_asks(shape, id, shape->side, NULL))
        return 0;
    int rc = collect(shape, &id, 1, shape->side, &request, err);
    for (unsigned i = 0; i < request.chain_count; i++) {
        alone[i] = *request.chains[i];
        alone[i].buffer = BUFFER_PAYLOAD; /* by itself, as if it were sent so */
        request.chains[i] = &alone[i];
    }
    return rc ? rc : solve(&request, &shape->base64, err);
}

/* A target whose path is the same once it is normalised: no dots to walk by, no scheme before it. */
static bool uri_usable(struct slice uri)
{
    const uint8_t *end = uri.n ? memchr(uri.p, '?', uri.n) : NULL;
    struct slice path = slice_first(uri, end ? (size_t)(end - uri.p) : uri.n);
    if (!path.n)
        return true;
    bool walks = memmem(path.p, path.n, "/../", 4) || memmem(path.p, path.n, "/./", 3);
    return !walks && (path.p[0] == '/' || !memchr(path.p, ':', path.n));
}

int shape_solve(struct shape *shape, const enum buffer_id *ids, unsigned id_count, enum direction side,
                const char *grammar, struct buf *out, struct err *err)
{
    int rc = solve_base64_data(shape, err);
    struct solve_request request = request_of(shape, side);
    if (!rc)
        rc = collect(shape, ids, id_count, side, &request, err);
    if (rc || !request.chain_count)
        return rc;
    request.grammar = grammar;
    request.usable = is_among(BUFFER_HTTP_URI, ids, id_count) ? uri_usable : NULL;
    rc = solve(&request, out, err);
    return rc ? rc : 1;
}

int shape_solve_each(struct shape *shape, enum buffer_id id, enum direction side, const char *grammar,
                     int (*take)(void *ctx, struct slice bytes, struct err *err), void *ctx, struct err *err)
{
    const struct rule *rule = shape->rules[shape->rule_count - 1];
    int rc = 0;
    for (uint32_t i = 0; i < rule->chain_count && !rc; i++) {
        const struct chain *chain = &rule->chains[i];
        if (!looks_at(shape, chain, &id, 1, side) || chain->absent)
            continue;
        struct solve_request request = request_of(shape, side);
        struct buf bytes = {0};
        request.chains[0] = chain;
        request.rules[0] = rule;
        request.chain_count = 1;
        request.grammar = grammar;
        rc = solve(&request, &bytes, err);
        if (!rc)
            rc = take(ctx, buf_slice(&bytes), err);
        buf_fini(&bytes);
    }
    return rc;
}

bool shape_holds(struct shape *shape, const enum buffer_id *ids, unsigned id_count, enum direction side,
                 struct slice bytes)
{
    struct err err;
    struct solve_request request = request_of(shape, side);
    return collect(shape, ids, id_count, side, &request, &err) == 0 && solve_holds(&request, bytes, NULL);
}

/* The length that dsize asks for: of the packet that has the payload. */
static const struct rule_option *option_of(const struct rule *rule, const char *name)
{
    for (uint32_t i = 0; i < rule->option_count; i++)
        if (strcasecmp(rule->options[i].name, name) == 0 && rule->options[i].value)
            return &rule->options[i];
    return NULL;
}

int shape_payload(struct shape *shape, const char *grammar, struct buf *out, struct err *err)
{
    static const enum buffer_id id = BUFFER_PAYLOAD;
    struct solve_request request = request_of(shape, shape->side);
    struct uint_condition size;
    int rc = solve_base64_data(shape, err);
    request.base64 = buf_slice(&shape->base64);
    if (!rc)
        rc = collect(shape, &id, 1, shape->side, &request, err);
    const struct rule_option *dsize = option_of(shape->rules[shape->rule_count - 1], "dsize");
    if (!rc && dsize) {
        rc = uint_condition_parse(slice_str(dsize->value), UINT16_MAX, &size, err);
        request.size = &size;
    }
    if (rc || (!request.chain_count && !dsize))
        return rc;
    if (!request.chain_count)
        request.rules[0] = shape->rules[shape->rule_count - 1];
    request.grammar = grammar;
    rc = solve(&request, out, err);
    return rc ? rc : 1;
}

int shape_quote(struct buf *out, struct slice text)
{
    int rc = 0;
    for (size_t i = 0; i < text.n && !rc; i++)
        rc = isalnum(text.p[i]) ? buf_append_byte(out, text.p[i]) : buf_printf(out, "\\x%02x", text.p[i]);
    return rc;
}
