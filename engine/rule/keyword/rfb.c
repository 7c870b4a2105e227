/* RFB: the result of the security handshake by name (RFC 6143, 7.1.3). */
#include "rule/keyword/sticky.h"

static const struct sticky_name results[] = {{"ok", 0}, {"fail", 1}, {"unknown", 3}, {NULL, 0}};

static int parse_result(struct rule_builder *b, const struct option *option, struct err *err)
{
    return sticky_named(b, BUFFER_RFB_SECRESULT, option, UINT32_MAX, results, err);
}

const struct keyword keywords_rfb[] = {
    {"rfb.secresult", NULL, VALUE_REQUIRED, parse_result},
    {NULL, NULL, VALUE_NONE, NULL},
};
