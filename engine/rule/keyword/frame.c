/*
 * frame: what follows looks into a piece of a protocol's messages as it was on the wire. base/buffer_list.h
 * names those that the parsers keep.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/app_proto.h"
#include "rule/keyword/sticky.h"

/* "websocket.pdu"; in a rule about that protocol "pdu" will do. */
static bool is_frame(const struct rule_header *header, const struct buffer_info *info, struct slice name)
{
    if (info->kind != BUFFER_FRAME)
        return false;
    if (text_equal(name, info->name))
        return true;
    if (header->protocol != PROTOCOL_APP)
        return false;
    struct slice proto = slice_str(app_proto_name(header->app)), full = slice_str(info->name);
    return full.n > proto.n && slice_equal(slice_first(full, proto.n), proto) && full.p[proto.n] == '.' &&
           text_equal(name, info->name + proto.n + 1);
}

static int parse_frame(struct rule_builder *b, const struct option *option, struct err *err)
{
    for (int id = 0; id < BUFFER_COUNT; id++)
        if (is_frame(&b->rule->header, buffer_info((enum buffer_id)id), option->value))
            return sticky_select(b, (enum buffer_id)id, err);
    return err_set(err, -ENOTSUP, "no such frame, or none that is kept");
}

const struct keyword keywords_frame[] = {
    {"frame", NULL, VALUE_REQUIRED, parse_frame},
    {NULL, NULL, VALUE_NONE, NULL},
};
