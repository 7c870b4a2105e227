/* NFS: numbers whose ranges have both ends, as in Suricata. */
#include "rule/keyword/sticky.h"

static int parse_number(struct rule_builder *b, enum buffer_id buffer, const struct option *option,
                        struct err *err)
{
    struct uint_condition condition;
    int rc = uint_condition_parse_inclusive(option->value, UINT32_MAX, &condition, err);
    return rc ? rc : sticky_condition(b, buffer, &condition, err);
}

static int parse_version(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_number(b, BUFFER_NFS_VERSION, option, err);
}

static int parse_procedure(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_number(b, BUFFER_NFS_PROCEDURE, option, err);
}

const struct keyword keywords_nfs[] = {
    {"nfs.version", "nfs_version", VALUE_REQUIRED, parse_version},
    {"nfs_procedure", NULL, VALUE_REQUIRED, parse_procedure},
    {NULL, NULL, VALUE_NONE, NULL},
};
