/* smb.version: 1 or 2, which is 3 as well: the version that a message's head says. */
#include <errno.h>

#include "rule/keyword/sticky.h"

static int parse_version(struct rule_builder *b, const struct option *option, struct err *err)
{
    if (!text_equal(option->value, "1") && !text_equal(option->value, "2"))
        return err_set(err, -EINVAL, "expected 1 or 2");
    return sticky_number(b, BUFFER_SMB_VERSION, option, UINT8_MAX, err);
}

const struct keyword keywords_smb[] = {
    {"smb.version", NULL, VALUE_REQUIRED, parse_version},
    {NULL, NULL, VALUE_NONE, NULL},
};
