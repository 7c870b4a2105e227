/* EVE's anomaly records: what decoding, the stream engine and the application parsers remarked on. */
#include <ctype.h>
#include <stdio.h>

#include "base/app_event.h"
#include "output/eve_app.h"
#include "rule/view.h"

static const char *app_name(enum app_proto proto)
{
    return proto == APP_HTTP1 ? "http" : app_proto_name(proto);
}

static struct eve_head head_of(const struct view *view)
{
    return (struct eve_head){.event_type = "anomaly",
                             .packet = view->packet,
                             .flow = view->flow,
                             .time_ns = view->packet->time_ns};
}

/* Without the protocol's name in front. */
static void put_name(struct json_line *l, const char *name, bool upper)
{
    const char *dot = strchr(name, '.');
    char text[96];
    size_t n = 0;
    for (const char *c = dot ? dot + 1 : name; *c && n < sizeof text - 1; c++)
        text[n++] = upper ? (char)toupper((unsigned char)*c) : *c;
    text[n] = 0;
    line_text(l, "event", text);
}

static void put_event(struct json_line *l, enum app_proto proto, enum app_event event)
{
    const struct eve_app *app = eve_app_find(proto);
    put_name(l, app_event_name(event), app && app->upper_events);
}

int eve_anomalies(struct buf *out, const struct transaction_record *record,
                  const struct output_options *options)
{
    const struct app_tx *tx = record->tx;
    int rc = 0;
    for (unsigned i = 0; i < tx->event_count && !rc; i++) {
        struct json_line l;
        line_begin(&l, out);
        struct eve_head head = {
            .event_type = "anomaly",
            .packet = record->packet,
            .flow = record->flow,
            .time_ns = record->time_ns,
        };
        enum app_proto proto = record->session->parser->proto;
        eve_put_head(&l, &head, options);
        line_uint(&l, "tx_id", tx->id);
        line_open(&l, "anomaly");
        line_text(&l, "app_proto", app_name(proto));
        line_text(&l, "type", "applayer");
        put_event(&l, proto, (enum app_event)tx->events[i]);
        line_text(&l, "layer", "proto_parser");
        line_close(&l);
        rc = line_end(&l);
    }
    return rc;
}

static int put_packet_event(struct buf *out, const struct view *view, bool stream, const char *name,
                            const struct output_options *options)
{
    struct json_line l;
    line_begin(&l, out);
    struct eve_head head = head_of(view);
    char text[80];
    snprintf(text, sizeof text, "%s%s", stream ? "" : "decoder.", name);
    eve_put_head(&l, &head, options);
    line_open(&l, "anomaly");
    line_text(&l, "type", stream ? "stream" : "decode");
    line_text(&l, "event", text);
    line_close(&l);
    return line_end(&l);
}

static int put_detection_event(struct buf *out, const struct view *view, const struct output_options *options)
{
    struct json_line l;
    line_begin(&l, out);
    struct eve_head head = head_of(view);
    eve_put_head(&l, &head, options);
    line_open(&l, "anomaly");
    line_text(&l, "app_proto", app_name(view->flow->app));
    line_text(&l, "type", "applayer");
    put_name(&l, app_event_name((enum app_event)view->app_event), true);
    line_text(&l, "layer", "proto_detect");
    line_close(&l);
    return line_end(&l);
}

int eve_packet_events(struct buf *out, const struct view *view, const struct output_options *options)
{
    const struct packet *packet = view->packet;
    int rc = 0;
    for (unsigned i = 0; i < packet->events.count && !rc; i++) {
        const char *name = packet_event_name((enum packet_event)packet->events.list[i]);
        bool stream = strncmp(name, "stream.", 7) == 0;
        if (options->records & (stream ? RECORD_ANOMALY_STREAM : RECORD_ANOMALY_DECODE))
            rc = put_packet_event(out, view, stream, name, options);
    }
    if (!rc && view->app_event && options->records & RECORD_ANOMALY)
        rc = put_detection_event(out, view, options);
    return rc;
}
