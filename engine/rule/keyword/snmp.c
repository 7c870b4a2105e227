/* SNMP: the generic types of traps by name (RFC 1157, 4.1.6). */
#include "rule/keyword/sticky.h"

static const struct sticky_name traps[] = {
    {"coldstart", 0},
    {"warmstart", 1},
    {"linkdown", 2},
    {"linkup", 3},
    {"authenticationfailure", 4},
    {"egpneighborloss", 5},
    {"enterprisespecific", 6},
    {NULL, 0},
};

static int parse_trap(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_named(b, BUFFER_SNMP_TRAP_TYPE, option, UINT8_MAX, traps, err);
}

const struct keyword keywords_snmp[] = {
    {"snmp.trap_type", NULL, VALUE_REQUIRED, parse_trap},
    {NULL, NULL, VALUE_NONE, NULL},
};
