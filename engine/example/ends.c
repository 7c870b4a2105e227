#include "example/ends.h"

#include "rule/rule.h"

enum { TRIED_MOST = 4096, CLIENT_PORT = 49210 };

static const uint8_t usual_v4[][4] = {
    {192, 168, 10, 20}, {198, 51, 100, 23}, {10, 20, 30, 40}, {203, 0, 113, 77}, {172, 16, 5, 9},
    {192, 168, 10, 80}, {93, 184, 216, 34}, {10, 20, 30, 41}, {8, 8, 8, 8},      {224, 0, 0, 251},
};
static const uint8_t usual_v6[][16] = {{0x20, 0x01, 0x0d, 0xb8, [15] = 0x20},
                                       {0x20, 0x01, 0x0d, 0xb8, [15] = 0x80},
                                       {0xfe, 0x80, [15] = 1},
                                       {0xff, 0x02, [15] = 1}};

struct choosing {
    const struct ends_rule *rules;
    unsigned count, tried;
    struct address *client, *server;
    bool server_turn; /* the client is chosen */
};

enum direction ends_side(const struct rule *rule, bool *sure)
{
    bool to_client = rule->flags & RULE_TO_CLIENT, to_server = rule->flags & RULE_TO_SERVER;
    bool answers = rule->flags & RULE_TRANSACTION && rule->sides == BUFFER_TO_CLIENT;
    *sure = to_client || to_server;
    return to_client || (!to_server && answers) ? TO_CLIENT : TO_SERVER;
}

static const struct address_set *addresses_of(const struct ends_rule *r, bool client)
{
    return client == (r->side == TO_SERVER) ? r->rule->header.source : r->rule->header.destination;
}

static const struct port_set *ports_of(const struct ends_rule *r, bool client)
{
    return client == (r->side == TO_SERVER) ? r->rule->header.source_ports
                                            : r->rule->header.destination_ports;
}

static bool version_fits(const struct rule *rule, uint8_t version)
{
    enum rule_protocol p = rule->header.protocol;
    bool only_v4 = p == PROTOCOL_IPV4 || p == PROTOCOL_ICMPV4 || p == PROTOCOL_IGMP;
    bool only_v6 = p == PROTOCOL_IPV6 || p == PROTOCOL_ICMPV6;
    return version == 4 ? !only_v6 : !only_v4;
}

static bool allowed(const struct choosing *c, bool client, const struct address *address)
{
    for (unsigned i = 0; i < c->count; i++)
        if (!address_set_has(addresses_of(&c->rules[i], client), address) ||
            !version_fits(c->rules[i].rule, address->version))
            return false;
    return true;
}

static bool choose_server(struct choosing *c);

static bool take(struct choosing *c, const struct address *address)
{
    if (c->tried++ > TRIED_MOST || !allowed(c, !c->server_turn, address))
        return false;
    if (c->server_turn) {
        if (address_equal(address, c->client) || address->version != c->client->version)
            return false;
        *c->server = *address;
        return true;
    }
    *c->client = *address;
    return choose_server(c);
}

static struct address next_to(struct address address)
{
    unsigned at = address.version == 4 ? 3 : 15;
    address.bytes[at]++;
    return address;
}

static bool take_ranges(struct choosing *c, const struct address_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        struct address inside = next_to(set->ranges[i].from);
        if (take(c, &inside) || take(c, &set->ranges[i].from) || take(c, &set->ranges[i].to))
            return true;
    }
    return false;
}

static bool take_any(struct choosing *c)
{
    for (size_t i = 0; i < sizeof usual_v4 / sizeof *usual_v4; i++) {
        struct address address = {.version = 4};
        memcpy(address.bytes, usual_v4[i], 4);
        if (take(c, &address))
            return true;
    }
    for (size_t i = 0; i < sizeof usual_v6 / sizeof *usual_v6; i++) {
        struct address address = {.version = 6};
        memcpy(address.bytes, usual_v6[i], 16);
        if (take(c, &address))
            return true;
    }
    for (unsigned i = 0; i < c->count; i++)
        if (take_ranges(c, addresses_of(&c->rules[i], !c->server_turn)))
            return true;
    return false;
}

static bool choose_server(struct choosing *c)
{
    c->server_turn = true;
    bool chosen = take_any(c);
    c->server_turn = chosen;
    return chosen;
}

static bool port_allowed(const struct ends_rule *rules, unsigned count, bool client, uint32_t port)
{
    if (!port || port > UINT16_MAX)
        return false;
    for (unsigned i = 0; i < count; i++)
        if (!port_set_has(ports_of(&rules[i], client), (uint16_t)port))
            return false;
    return true;
}

static uint16_t choose_port(const struct ends_rule *rules, unsigned count, bool client, uint16_t usual)
{
    if (port_allowed(rules, count, client, usual))
        return usual;
    for (unsigned i = 0; i < count; i++) {
        const struct port_set *set = ports_of(&rules[i], client);
        for (uint32_t k = 0; k < set->count; k++) {
            uint32_t tries[] = {set->ranges[k].from, set->ranges[k].to, set->ranges[k].from + 1u};
            for (unsigned t = 0; t < 3; t++)
                if (port_allowed(rules, count, client, tries[t]))
                    return (uint16_t)tries[t];
        }
    }
    return 0;
}

const char *ends_choose(const struct ends_rule *rules, unsigned count, struct ends *ends)
{
    struct choosing c = {.rules = rules, .count = count, .client = &ends->client, .server = &ends->server};
    if (!take_any(&c))
        return "addresses: no two hosts are what the header asks for";
    ends->client_port = choose_port(rules, count, true, CLIENT_PORT);
    ends->server_port = choose_port(rules, count, false, ends->server_port);
    return ends->client_port && ends->server_port ? NULL : "ports: none is what the header asks for";
}
