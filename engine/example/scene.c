#include "example/scene.h"

#include <errno.h>
#include <stdlib.h>

#include "craft/make.h"
#include "example/packet_options.h"
#include "example/setters.h"
#include "rule/rule.h"
#include "rule/state_op.h"

enum { DEPTH_MOST = 3, MSS_MOST = 65000, MSS_USUAL = 1460 };

struct making {
    const struct scene_request *request;
    struct scene *scene;
    struct err *err;
};

static bool has_app(const struct rule *rule, enum app_proto app)
{
    return rule->apps >> app & 1;
}

/* What nothing can be made for: digests of what is sent, and what is not ours to say. */
static int refuse_buffers(const struct rule *rule, struct err *err)
{
    static const enum buffer_id ids[] = {BUFFER_JA3_HASH,    BUFFER_JA3_STRING, BUFFER_JA3S_HASH,
                                         BUFFER_JA3S_STRING, BUFFER_JA4_HASH,   BUFFER_TLS_CERT_FINGERPRINT};
    for (uint32_t i = 0; i < rule->chain_count; i++)
        for (size_t k = 0; k < sizeof ids / sizeof *ids; k++)
            if (rule->chains[i].buffer == ids[k] && !rule->chains[i].absent)
                return err_set(err, -EINVAL, "%s: no handshake can be told from its digest",
                               buffer_name(ids[k]));
    return 0;
}

static enum craft_protocol transport_of(const struct rule *rule)
{
    switch (rule->header.protocol) {
    case PROTOCOL_UDP:
        return CRAFT_UDP;
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV4:
    case PROTOCOL_ICMPV6:
        return CRAFT_ICMP;
    default:
        return CRAFT_TCP;
    }
}

/* Without a handshake it is the first packet that makes its sender the client, and an answer that
 * establishes. */
static int say_before(struct script *script, const struct rule *rule, enum direction side, struct err *err)
{
    bool established = rule->flags & RULE_ESTABLISHED;
    unsigned count = side == TO_CLIENT ? 1 : established ? 2 : 0;
    int rc = 0;
    for (unsigned i = 0; i < count && !rc; i++) {
        struct buf bytes = {0};
        rc = buf_append(&bytes, slice_str("hello\r\n")) ? err_set(err, -ENOMEM, "out of memory")
                                                        : script_say(script, i == 1, &bytes, err);
    }
    return rc;
}

static int shape_packets(struct shape *shape, const struct rule *rule, struct script *script, struct err *err)
{
    bool whole = rule->flags & RULE_NEEDS_PACKET || rule->header.protocol == PROTOCOL_TCP_PACKET;
    script->protocol = transport_of(rule);
    int rc = script->protocol == CRAFT_UDP ? say_before(script, rule, shape->side, err) : 0;
    if (rc)
        return rc;
    return shape_raw(shape, whole, script, err);
}

static int shape_rule(struct shape *shape, const struct rule *rule, struct script *script, struct err *err)
{
    int rc = refuse_buffers(rule, err);
    if (rc)
        return rc;
    if (!rule->apps)
        return shape_packets(shape, rule, script, err);
    if (has_app(rule, APP_HTTP1))
        return shape_http(shape, script, err);
    if (has_app(rule, APP_DNS))
        return shape_dns(shape, script, err);
    if (has_app(rule, APP_TLS))
        return shape_tls(shape, script, err);
    for (unsigned app = 0; app < 64; app++)
        if (has_app(rule, (enum app_proto)app))
            return err_set(err, -EINVAL, "%s: no conversation of this protocol can be made",
                           app_proto_name((enum app_proto)app));
    return err_set(err, -EINVAL, "no conversation of its protocol can be made");
}

/* Both speak at once what one connection can say but once. */
static bool joins(const struct scene_part *part, const struct rule *rule)
{
    return has_app(rule, APP_TLS) && part->rule_count < SHAPE_RULES &&
           has_app(part->rules[part->rule_count - 1].rule, APP_TLS);
}

static int add_part(struct making *m, const struct rule *rule, bool other_side, bool own_flow)
{
    struct scene *scene = m->scene;
    bool sure;
    enum direction side = ends_side(rule, &sure);
    if (other_side && !sure)
        side = side == TO_SERVER ? TO_CLIENT : TO_SERVER;
    struct scene_part *part = scene->count ? &scene->parts[scene->count - 1] : NULL;
    if (part && !part->own_flow && joins(part, rule)) {
        script_fini(&part->script);
    } else if (scene->count == SCENE_PARTS) {
        return err_set(m->err, -EINVAL, "more than %d rules set what it asks for", SCENE_PARTS - 1);
    } else {
        part = &scene->parts[scene->count++];
    }
    part->own_flow = own_flow;
    part->rules[part->rule_count++] = (struct ends_rule){rule, side};
    struct shape shape = {.eval = m->request->eval, .side = side, .rule_count = part->rule_count};
    for (unsigned i = 0; i < part->rule_count; i++)
        shape.rules[i] = part->rules[i].rule;
    int rc = shape_rule(&shape, rule, &part->script, m->err);
    buf_fini(&shape.base64);
    return rc ? rc : packet_options(rule, &part->script, m->err);
}

static bool is_flow_store(const struct state_op *op)
{
    return op->store == STORE_FLOWBIT || op->store == STORE_FLOWINT;
}

static int add_rule(struct making *m, const struct rule *rule, bool other_side, bool own_flow,
                    unsigned depth);

/* The part of a rule that sets it, unless it is there already. */
static int add_setter(struct making *m, const struct state_op *test, unsigned depth)
{
    const struct scene_request *r = m->request;
    const struct rule *setter = r->setters ? setters_find(r->setters, test, depth ? 0 : r->setter) : NULL;
    if (!setter)
        return err_set(m->err, -EINVAL, "%s: no rule at hand sets %s",
                       is_flow_store(test) ? "flowbits" : "xbits", test->names[0].text);
    for (unsigned i = 0; i < m->scene->count; i++)
        for (unsigned k = 0; k < m->scene->parts[i].rule_count; k++)
            if (m->scene->parts[i].rules[k].rule == setter)
                return 0;
    if (depth >= DEPTH_MOST || setter == r->rule)
        return err_set(m->err, -EINVAL, "flowbits: %s is set by rules that ask for others in turn",
                       test->names[0].text);
    int rc = add_rule(m, setter, false, !is_flow_store(test), depth + 1);
    if (rc == -EINVAL) {
        struct err why = *m->err;
        err_set(m->err, rc, "%s: sid %u sets %s, and cannot be made to fire: %.120s",
                is_flow_store(test) ? "flowbits" : "xbits", setter->sid, test->names[0].text, why.message);
    }
    return rc;
}

static int add_rule(struct making *m, const struct rule *rule, bool other_side, bool own_flow, unsigned depth)
{
    int rc = 0;
    for (uint32_t i = 0; i < rule->state_count && !rc; i++) {
        const struct state_op *op = &rule->state[i];
        bool wants = op->verb == VERB_ISSET || op->verb == VERB_GREATER || op->verb == VERB_GREATER_EQUAL ||
                     (op->verb == VERB_EQUAL && op->value);
        if (wants && !(m->request->no_setter && rule == m->request->rule))
            rc = add_setter(m, op, depth);
    }
    return rc ? rc : add_part(m, rule, other_side, own_flow);
}

/* How often it must match before it alerts. */
static unsigned repeats_of(const struct rule *rule)
{
    unsigned repeats = 1;
    for (uint32_t i = 0; i < rule->threshold_count; i++) {
        const struct threshold *t = &rule->thresholds[i];
        unsigned wanted = 1;
        if (t->kind == THRESHOLD_THRESHOLD || t->kind == THRESHOLD_BOTH || t->kind == THRESHOLD_BACKOFF)
            wanted = t->count;
        else if (t->kind == THRESHOLD_DETECTION_FILTER)
            wanted = t->count + 1;
        repeats = wanted > repeats ? wanted : repeats;
    }
    return repeats;
}

int scene_make(const struct scene_request *request, struct scene *scene, struct err *err)
{
    *scene = (struct scene){.rule = request->rule, .repeats = repeats_of(request->rule)};
    struct making m = {.request = request, .scene = scene, .err = err};
    scene->repeats = (unsigned)((int)scene->repeats + request->repeats_more);
    if (scene->repeats > SCENE_REPEATS)
        return err_set(err, -EINVAL, "threshold: it counts to %u, more than the %d that are tried",
                       scene->repeats, SCENE_REPEATS);
    return add_rule(&m, request->rule, request->other_side, true, 0);
}

void scene_fini(struct scene *scene)
{
    for (unsigned i = 0; i < scene->count; i++)
        script_fini(&scene->parts[i].script);
    scene->count = 0;
}

static uint16_t usual_port(const struct rule *rule)
{
    return has_app(rule, APP_TLS) ? 443 : has_app(rule, APP_DNS) ? 53 : rule->apps ? 80 : 4444;
}

struct stage { /* the flows of one repetition */
    struct craft_flow flows[SCENE_PARTS];
    unsigned flow_count;
    struct craft_step *steps;
    struct craft_piece *pieces;
    unsigned step_count;
};

static void add_steps(struct stage *stage, struct craft_flow *flow, const struct script *script)
{
    for (unsigned i = 0; i < script->count; i++) {
        const struct said *said = &script->list[i];
        struct craft_step *step = &stage->steps[stage->step_count];
        *step = (struct craft_step){.kind = script->probe ? CRAFT_SEGMENT : CRAFT_DATA,
                                    .from_server = said->from_server,
                                    .bytes = buf_slice(&said->bytes),
                                    .tcp = script->tcp,
                                    .icmp = script->icmp};
        if (said->whole && script->protocol == CRAFT_TCP && said->bytes.n > MSS_USUAL &&
            said->bytes.n <= MSS_MOST) {
            stage->pieces[stage->step_count] = (struct craft_piece){.length = (uint32_t)said->bytes.n};
            step->pieces = &stage->pieces[stage->step_count];
            step->piece_count = 1;
        }
        stage->step_count++;
        flow->step_count++;
    }
}

/* Parts up to one that has a flow of its own share it with that one. */
static int add_flow(struct stage *stage, const struct scene *scene, unsigned from, unsigned upto,
                    struct err *err)
{
    struct craft_flow *flow = &stage->flows[stage->flow_count++];
    struct ends_rule rules[SCENE_PARTS * SHAPE_RULES] = {0};
    unsigned count = 0;
    const struct script *last = &scene->parts[upto].script;
    *flow = (struct craft_flow){.protocol = last->protocol,
                                .ip_protocol = last->ip_protocol,
                                .ip = last->ip,
                                .no_handshake = last->probe,
                                .close = last->stays || last->probe ? CRAFT_OPEN : CRAFT_FIN,
                                .steps = stage->steps + stage->step_count};
    for (unsigned i = from; i <= upto; i++) {
        const struct scene_part *part = &scene->parts[i];
        if (part->script.protocol != last->protocol)
            return err_set(err, -EINVAL, "flowbits: the rule that sets it is about another protocol");
        for (unsigned k = 0; k < part->rule_count; k++)
            rules[count++] = part->rules[k];
        add_steps(stage, flow, &part->script);
    }
    struct ends ends = {.server_port = usual_port(scene->rule)};
    const char *why = ends_choose(rules, count, &ends);
    flow->client = (struct craft_end){.address = ends.client, .port = ends.client_port};
    flow->server = (struct craft_end){.address = ends.server, .port = ends.server_port};
    return why ? err_set(err, -EINVAL, "%s", why) : 0;
}

static int make_stage(struct stage *stage, const struct scene *scene, struct err *err)
{
    unsigned from = 0;
    int rc = 0;
    stage->steps = calloc(SCENE_PARTS * SCRIPT_MOST, sizeof *stage->steps);
    stage->pieces = calloc(SCENE_PARTS * SCRIPT_MOST, sizeof *stage->pieces);
    if (!stage->steps || !stage->pieces)
        return err_set(err, -ENOMEM, "out of memory");
    for (unsigned i = 0; i < scene->count && !rc; i++) {
        bool ends = i + 1 == scene->count || scene->parts[i].own_flow;
        if (!ends)
            continue;
        rc = add_flow(stage, scene, from, i, err);
        from = i + 1;
    }
    return rc;
}

int scene_frames(const struct scene *scene, struct craft_frames *frames, struct err *err)
{
    struct stage stage = {0};
    *frames = (struct craft_frames){0};
    struct craft_flow *flows = NULL;
    int rc = make_stage(&stage, scene, err);
    unsigned count = stage.flow_count * scene->repeats;
    if (!rc && !(flows = calloc(count + 1, sizeof *flows)))
        rc = err_set(err, -ENOMEM, "out of memory");
    for (unsigned i = 0; i < count && !rc; i++) {
        flows[i] = stage.flows[i % stage.flow_count];
        uint32_t port = flows[i].client.port + i / stage.flow_count;
        flows[i].client.port = (uint16_t)(port > UINT16_MAX ? port - 16384 : port);
    }
    if (!rc)
        rc = craft_make(flows, count, 0, frames, err);
    free(flows);
    free(stage.steps);
    free(stage.pieces);
    return rc;
}
