#include "rule/finish_transaction.h"

#include <errno.h>

#include "base/err.h"
#include "rule/buffer_stage.h"
#include "rule/content.h"
#include "rule/keyword/size.h"

enum {
    CHAINS_MOST = 64, /* of a rule about transactions: a matcher keeps one bit for each */
    BOTH_SIDES = BUFFER_TO_SERVER | BUFFER_TO_CLIENT
};

static bool has_option(const struct rule *rule, const char *name)
{
    for (uint32_t i = 0; i < rule->option_count; i++)
        if (text_equal(slice_str(rule->options[i].name), name))
            return true;
    return false;
}

static bool looks_into_app(const struct rule *rule)
{
    for (uint32_t i = 0; i < rule->chain_count; i++)
        if (buffer_is_app(rule->chains[i].buffer))
            return true;
    return false;
}

/* The first of the words that is an option of the rule, or NULL. Most differ in their first letter. */
static const char *first_option(const struct rule *rule, const char *const *words, size_t count)
{
    size_t first = count;
    for (uint32_t i = 0; i < rule->option_count; i++) {
        const char *name = rule->options[i].name;
        for (size_t k = 0; k < first; k++)
            if ((name[0] | 0x20) == words[k][0] && text_equal(slice_str(name), words[k]))
                first = k;
    }
    return first < count ? words[first] : NULL;
}

/* What is asked of single packets has no answer in a transaction; beside a hook alone, that of the packet at
 * hand. */
static int check_packet_keywords(const struct rule *rule, struct err *err)
{
    static const char *const keywords[] = {
        "ack",
        "asn1",
        "dsize",
        "flags",
        "flow.age",
        "flow.bytes",
        "flow.bytes_toclient",
        "flow.bytes_toserver",
        "flow.elephant",
        "flow.pkts",
        "flow.pkts_toclient",
        "flow.pkts_toserver",
        "fragbits",
        "fragoffset",
        "icmp_id",
        "icmp_seq",
        "icmpv6.mtu",
        "icode",
        "id",
        "ipopts",
        "itype",
        "rpc",
        "sameip",
        "seq",
        "tcp.ack",
        "tcp.flags",
        "tcp.mss",
        "tcp.seq",
        "tcp.session",
        "tcp.window",
        "tcp.wscale",
        "template2",
        "tos",
        "ttl",
        "vlan.id",
        "vlan.layers",
        "window",
    };
    static const char *const headers[] = {"tcp.hdr",  "udp.hdr",    "ipv4.hdr",
                                          "ipv6.hdr", "icmpv4.hdr", "icmpv6.hdr"};
    const char *found = NULL;
    if (rule->header.protocol == PROTOCOL_TCP_PACKET || rule->flags & RULE_NO_STREAM)
        return err_set(err, -EINVAL, "the rule looks only at packets, but also into the application layer");
    if (looks_into_app(rule))
        found = first_option(rule, keywords, sizeof keywords / sizeof keywords[0]);
    if (!found)
        found = first_option(rule, headers, sizeof headers / sizeof headers[0]);
    if (found)
        return err_set(err, -EINVAL, "%s is about packets, but the rule is about the application layer",
                       found);
    if (has_option(rule, "app-layer-protocol"))
        return err_set(err, -EINVAL,
                       "app-layer-protocol in a rule that looks into the application layer: its protocol "
                       "is known from there");
    if (rule->flags & RULE_PREFILTER && has_option(rule, "app-layer-event"))
        return err_set(err, -EINVAL, "prefilter has nothing to preselect an app-layer-event by");
    return 0;
}

/* The bytes that a chain's contents need at least, put as near to each other as they may be. */
static int64_t bytes_needed(const struct chain *chain)
{
    int64_t end = 0, most = 0;
    bool first = true;
    for (uint32_t i = 0; i < chain->step_count; i++) {
        const struct content *c = step_content(&chain->steps[i]);
        if (!c)
            continue;
        bool relative = c->flags & (CONTENT_DISTANCE | CONTENT_WITHIN);
        if (!first && !relative)
            break;
        if (!first && c->flags & CONTENT_NEGATED)
            continue;
        int64_t start = c->flags & CONTENT_OFFSET && !(c->flags & CONTENT_OFFSET_VARIABLE) ? c->offset : 0;
        if (relative)
            start = end + (c->flags & CONTENT_DISTANCE_VARIABLE ? 0 : c->distance);
        end = (start > 0 ? start : 0) + c->length;
        most = end > most ? end : most;
        first = false;
    }
    return most;
}

/* As Suricata: an exact size that the contents do not fit into, and absent beside what wants the buffer. */
static int check_chain(const struct chain *chain, struct err *err)
{
    const char *name = buffer_name(chain->buffer);
    if (chain->absent && !chain->or_else && chain->step_count > 1)
        return err_set(err, -EINVAL, "%s cannot be absent and have something in it: absent:or_else may",
                       name);
    if (chain->absent && chain->or_else && chain->step_count == 1)
        return err_set(err, -EINVAL, "absent:or_else needs something else that is asked of %s", name);
    for (uint32_t i = 0; i < chain->step_count; i++) {
        const struct uint_condition *size = step_size(&chain->steps[i], "bsize");
        if (!size || size->compare != UINT_EQUAL || (uint64_t)bytes_needed(chain) <= size->a)
            continue;
        return err_set(err, -EINVAL, "can never match: its contents need %lld bytes, bsize allows %llu of %s",
                       (long long)bytes_needed(chain), (unsigned long long)size->a, name);
    }
    return 0;
}

/* As Suricata: a content that is longer than an exact or greatest urilen. */
static int check_urilen(const struct rule *rule, const struct chain *lone, struct err *err)
{
    const struct uint_condition *size = step_size(&lone->steps[0], "urilen");
    if (!size || (size->compare != UINT_EQUAL && size->compare != UINT_LESS_EQUAL))
        return 0;
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        const struct chain *chain = &rule->chains[i];
        if (chain->buffer != lone->buffer || chain->transform_count)
            continue;
        for (uint32_t j = 0; j < chain->step_count; j++) {
            const struct content *content = step_content(&chain->steps[j]);
            if (content && content->length > size->a)
                return err_set(err, -EINVAL, "can never match: a content of %u bytes, but urilen allows %llu",
                               content->length, (unsigned long long)size->a);
        }
    }
    return 0;
}

static int check_chains(const struct rule *rule, struct err *err)
{
    int rc = 0;
    for (uint32_t i = 0; i < rule->chain_count && !rc; i++) {
        const struct chain *chain = &rule->chains[i];
        if (buffer_is_app(chain->buffer))
            rc = chain->lone ? check_urilen(rule, chain, err) : check_chain(chain, err);
    }
    return rc;
}

/* A rule with => needs something of each direction, and must know of each buffer which one it means. */
static int check_both(const struct rule *rule, struct err *err)
{
    bool server = false, client = false;
    const struct chain *open = NULL;
    if (rule->flags & (RULE_TO_SERVER | RULE_TO_CLIENT))
        return err_set(err, -EINVAL, "a rule with => is about both directions: flow cannot name one");
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        const struct chain *chain = &rule->chains[i];
        if (!buffer_is_app(chain->buffer) || chain->buffer == BUFFER_APP_EVENT)
            continue;
        server |= chain_sides(chain) == BUFFER_TO_SERVER;
        client |= chain_sides(chain) == BUFFER_TO_CLIENT;
        if (chain_sides(chain) == BOTH_SIDES)
            open = chain;
    }
    if (!server || !client)
        return err_set(err, -EINVAL, "=> is for rules that look into buffers of both directions");
    if (open)
        return err_set(err, -EINVAL, "%s occurs in both directions: a rule with => must say in which",
                       buffer_name(open->buffer));
    return 0;
}

static int check_directions(struct rule *rule, unsigned sides, struct err *err)
{
    if (!sides)
        return err_set(err, -EINVAL, "it looks into buffers of both directions: only a rule with => may");
    if (rule->flags & RULE_TO_SERVER)
        sides &= ~(unsigned)BUFFER_TO_CLIENT;
    if (rule->flags & RULE_TO_CLIENT)
        sides &= ~(unsigned)BUFFER_TO_SERVER;
    if (!sides)
        return err_set(err, -EINVAL, "its flow direction never has the buffers that it looks into");
    for (uint32_t i = 0; i < rule->chain_count; i++)
        if (rule->chains[i].buffer == BUFFER_HTTP_HEADER_RAW && !rule->chains[i].transform_count &&
            !(rule->flags & (RULE_TO_SERVER | RULE_TO_CLIENT)))
            return err_set(err, -EINVAL, "http.header.raw needs flow:to_server or flow:to_client beside it");
    rule->sides = (uint8_t)sides;
    return 0;
}

/* The header's hook: the rule may look only into what belongs to that stage. */
static int check_stage(const struct rule *rule, struct err *err)
{
    const struct rule_header *header = &rule->header;
    unsigned side = header->stage.stage.side;
    if (!header->stage.compare || header->app == APP_HTTP)
        return 0;
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        const struct chain *chain = &rule->chains[i];
        const char *name = buffer_stage(chain->buffer, side);
        struct app_stage stage;
        if (!name || !app_stage_find(header->app, slice_str(name), &stage))
            continue;
        if (stage.number != header->stage.stage.number)
            return err_set(err, -EINVAL, "%s belongs to the hook %s, the rule is about %s",
                           buffer_name(chain->buffer), name,
                           app_stage_name(header->app, header->stage.stage));
    }
    return 0;
}

/* Which protocols and directions have all the buffers. False when it looks into none of the application
 * layer. */
static bool meet_buffers(struct rule *rule, unsigned *sides)
{
    bool some = false;
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        const struct chain *chain = &rule->chains[i];
        if (!buffer_is_app(chain->buffer))
            continue;
        some = true;
        rule->apps &= buffer_info(chain->buffer)->protocols;
        *sides &= chain_sides(chain);
    }
    if (rule->header.stage.compare)
        *sides &= rule->header.stage.stage.side;
    if (rule->stage.compare)
        *sides &= rule->stage.stage.side;
    return some || rule->header.stage.compare || rule->stage.compare;
}

static bool is_of_file(enum buffer_id buffer)
{
    return buffer == BUFFER_FILE || buffer == BUFFER_FILE_DATA || buffer == BUFFER_FILE_NAME ||
           buffer == BUFFER_FILE_MAGIC;
}

/* Mail is read on its way to the server. */
static unsigned sides_of_mail(const struct rule *rule, unsigned sides)
{
    for (uint32_t i = 0; i < rule->chain_count && rule->apps == app_proto_bits(APP_SMTP); i++)
        if (is_of_file(rule->chains[i].buffer))
            sides &= ~(unsigned)BUFFER_TO_CLIENT;
    return sides;
}

int finish_transaction(struct rule_builder *builder, struct err *err)
{
    struct rule *rule = builder->rule;
    bool app = rule->header.protocol == PROTOCOL_APP;
    uint64_t of_header = app ? app_proto_bits(rule->header.app) : UINT64_MAX;
    if (app && rule->header.app == APP_DCERPC && rule->header.stage.compare)
        of_header = app_proto_named(APP_DCERPC); /* as in Suricata SMB has no stages of it */
    unsigned sides = BOTH_SIDES;
    bool both = rule->header.direction == DIRECTION_TRANSACTION;
    if (!meet_buffers(rule, &sides)) {
        rule->apps = app ? of_header : 0;
        return both ? check_both(rule, err) : 0;
    }
    rule->apps &= of_header;
    rule->flags |= RULE_TRANSACTION;
    if (rule->chain_count > CHAINS_MOST)
        return err_set(err, -EINVAL, "it looks into %u buffers: at most %d", rule->chain_count, CHAINS_MOST);
    if (!rule->apps)
        return err_set(err, -EINVAL, "no protocol has all that the rule looks into");
    int rc = check_packet_keywords(rule, err);
    if (!rc)
        rc = check_chains(rule, err);
    if (!rc)
        rc = check_stage(rule, err);
    if (rc)
        return rc;
    rule->sides = BOTH_SIDES;
    return both ? check_both(rule, err) : check_directions(rule, sides_of_mail(rule, sides), err);
}
