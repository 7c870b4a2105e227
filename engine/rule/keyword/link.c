/*
 * Below IP: vlan.id and vlan.layers, as Suricata 8.0 has them; and the ARP, Ethernet and IGMP numbers that
 * its documentation describes for 8.1 and later (8.0.8 itself does not know those).
 */
#include <errno.h>

#include "rule/keyword/number.h"
#include "packet/packet.h"

/* Which of a packet's VLAN ids are compared. */
enum { VLAN_ANY = 100, VLAN_ALL = 101, VLAN_ID_MOST = 4095 };

struct vlan {
    struct uint_condition condition;
    int layer; /* from the outermost, 0; negative: from the innermost, -1 */
};

static bool match_vlan(const void *data, const struct view *view)
{
    const struct vlan *want = data;
    const struct packet *p = view->packet;
    int count = p->vlan_count < VLAN_LAYERS ? p->vlan_count : VLAN_LAYERS;
    if (want->layer == VLAN_ANY || want->layer == VLAN_ALL) {
        bool all = want->layer == VLAN_ALL;
        for (int i = 0; i < count; i++)
            if (uint_condition_holds(&want->condition, p->vlan[i]) != all)
                return !all;
        return all && count > 0;
    }
    int at = want->layer < 0 ? count + want->layer : want->layer;
    return at >= 0 && at < count && uint_condition_holds(&want->condition, p->vlan[at]);
}

static bool match_vlan_layers(const void *data, const struct view *view)
{
    return number_holds(data, view->packet->vlan_count);
}

static const struct test_ops vlan_ops = {.keyword = "vlan.id", .match = match_vlan};
static const struct test_ops vlan_layers_ops = {.keyword = "vlan.layers", .match = match_vlan_layers};

static bool vlan_layer(struct slice s, int *layer)
{
    uint64_t n;
    if (slice_equal(s, slice_str("any"))) {
        *layer = VLAN_ANY;
        return true;
    }
    if (slice_equal(s, slice_str("all"))) {
        *layer = VLAN_ALL;
        return true;
    }
    bool inner = s.n && s.p[0] == '-';
    if (!text_uint(slice_from(s, inner), inner ? VLAN_LAYERS : VLAN_LAYERS - 1, &n))
        return false;
    *layer = inner ? -(int)n : (int)n;
    return true;
}

static int parse_vlan(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice s = option->value;
    struct vlan want = {.layer = VLAN_ANY};
    const uint8_t *comma = s.n ? memchr(s.p, ',', s.n) : NULL;
    if (comma) {
        size_t at = (size_t)(comma - s.p);
        if (!vlan_layer(slice_from(s, at + 1), &want.layer)) {
            err_set(err, -EINVAL,
                    "expected a layer from -3 to 2, any or all, after the comma (without blanks)");
            err_hint(err, "0 is the outermost layer, -1 the innermost");
            return -EINVAL;
        }
        s = slice_first(s, at);
    }
    int r = uint_condition_parse(s, VLAN_ID_MOST, &want.condition, err);
    return r ? r : copied_test(b, &vlan_ops, &want, sizeof want);
}

static int parse_vlan_layers(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct uint_condition c;
    int r = uint_condition_parse(option->value, UINT8_MAX, &c, err);
    if (r)
        return r;
    if (c.a > VLAN_LAYERS || ((c.compare == UINT_RANGE || c.compare == UINT_NOT_RANGE) && c.b > VLAN_LAYERS))
        return err_set(err, -EINVAL, "a packet has at most %d VLAN layers", VLAN_LAYERS);
    return copied_test(b, &vlan_layers_ops, &c, sizeof c);
}

static bool match_arp_operation(const void *data, const struct view *view)
{
    return view_has(view, LAYER_ARP) && number_holds(data, view->packet->arp.operation);
}

static bool match_igmp_type(const void *data, const struct view *view)
{
    return view_has(view, LAYER_IGMP) && number_holds(data, view->packet->icmp.type);
}

static bool match_ethertype(const void *data, const struct view *view)
{
    return view_has(view, LAYER_ETHERNET) && number_holds(data, view->packet->ethertype);
}

static const struct test_ops arp_operation_ops = {.keyword = "arp.opcode", .match = match_arp_operation};
static const struct test_ops igmp_type_ops = {.keyword = "igmp.type", .match = match_igmp_type};
static const struct test_ops ethertype_ops = {.keyword = "ether.type", .match = match_ethertype};

static int parse_arp_operation(struct rule_builder *b, const struct option *option, struct err *err)
{
    int r = number_test(b, option, UINT16_MAX, &arp_operation_ops, err);
    if (!r)
        hint_layers(b->rule, LAYER_ARP);
    return r;
}

static int parse_igmp_type(struct rule_builder *b, const struct option *option, struct err *err)
{
    int r = number_test(b, option, UINT8_MAX, &igmp_type_ops, err);
    if (!r)
        hint_layers(b->rule, LAYER_IGMP);
    return r;
}

static int parse_ethertype(struct rule_builder *b, const struct option *option, struct err *err)
{
    int r = number_test(b, option, UINT16_MAX, &ethertype_ops, err);
    if (!r)
        hint_layers(b->rule, LAYER_ETHERNET);
    return r;
}

const struct keyword keywords_link[] = {
    {"vlan.id", NULL, VALUE_REQUIRED, parse_vlan},
    {"vlan.layers", NULL, VALUE_REQUIRED, parse_vlan_layers},
    {"arp.opcode", NULL, VALUE_REQUIRED, parse_arp_operation},
    {"igmp.type", NULL, VALUE_REQUIRED, parse_igmp_type},
    {"ether.type", NULL, VALUE_REQUIRED, parse_ethertype},
    {NULL, NULL, VALUE_NONE, NULL},
};
