/*
 * frame: what follows looks into a piece of a protocol's messages as it was on the wire. base/buffer_list.h
 * names those that the parsers keep. The frame "stream" of each of these protocols is the raw stream of its
 * flows: as in Suricata in chunks, each looked at by itself.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/app_proto.h"
#include "rule/keyword/sticky.h"

/* Frames of HTTP/2 have both names in the flows of either. */
static enum app_proto framed_as(enum app_proto proto)
{
    return proto == APP_DOH2 ? APP_HTTP2 : proto;
}

/* What is behind "PROTOCOL."; or all of it, and the rule's own protocol. */
static struct slice frame_name(const struct rule_header *header, struct slice name, enum app_proto *proto)
{
    const uint8_t *dot = memchr(name.p, '.', name.n);
    size_t n = dot ? (size_t)(dot - name.p) : 0;
    *proto = dot ? app_proto_by_name(slice_first(name, n)) : APP_UNKNOWN;
    if (*proto != APP_UNKNOWN && *proto != APP_FAILED) {
        *proto = framed_as(*proto);
        return slice_from(name, n + 1);
    }
    *proto = header->protocol == PROTOCOL_APP ? framed_as(header->app) : APP_UNKNOWN;
    return name;
}

/* "websocket.pdu"; in a rule about that protocol "pdu" will do. */
static bool is_frame(const struct buffer_info *info, enum app_proto app, struct slice name)
{
    if (info->kind != BUFFER_FRAME || app == APP_UNKNOWN)
        return false;
    struct slice proto = slice_str(app_proto_name(app)), full = slice_str(info->name);
    return full.n > proto.n && slice_equal(slice_first(full, proto.n), proto) && full.p[proto.n] == '.' &&
           text_equal(name, info->name + proto.n + 1);
}

static bool has_stream(enum app_proto proto)
{
    if (proto == APP_UNKNOWN || !app_proto_over_tcp(proto))
        return false;
    for (int id = 0; id < BUFFER_COUNT; id++) {
        const struct buffer_info *info = buffer_info((enum buffer_id)id);
        if (info->kind == BUFFER_FRAME && info->protocols >> proto & 1)
            return true;
    }
    return false;
}

static int select_stream(struct rule_builder *b, enum app_proto proto, struct err *err)
{
    struct rule_header *header = &b->rule->header;
    if (header->protocol == PROTOCOL_TCP || header->protocol == PROTOCOL_IP) {
        header->protocol = PROTOCOL_APP; /* flows of the protocol, and no others */
        header->app = proto;
    }
    if (header->protocol != PROTOCOL_APP || !(app_proto_named(framed_as(header->app)) >> proto & 1))
        return err_set(err, -EINVAL, "%s.stream is not a frame of what the rule is about",
                       app_proto_name(proto));
    if (builder_select(b, BUFFER_PAYLOAD))
        return err_set(err, -EINVAL, "transforms before the frame have no content to apply to");
    b->rule->flags |= RULE_ONLY_STREAM;
    b->stream_frame = true;
    return 0;
}

static int parse_frame(struct rule_builder *b, const struct option *option, struct err *err)
{
    enum app_proto proto;
    struct slice name = frame_name(&b->rule->header, option->value, &proto);
    if (text_equal(name, "stream") && has_stream(proto))
        return select_stream(b, proto, err);
    for (int id = 0; id < BUFFER_COUNT; id++)
        if (is_frame(buffer_info((enum buffer_id)id), proto, name))
            return sticky_select(b, (enum buffer_id)id, err);
    return err_set(err, -ENOTSUP, "no such frame, or none that is kept");
}

const struct keyword keywords_frame[] = {
    {"frame", NULL, VALUE_REQUIRED, parse_frame},
    {NULL, NULL, VALUE_NONE, NULL},
};
