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
static void put_name(struct json_writer *w, json_t *anomaly, const char *name, bool upper)
{
    const char *dot = strchr(name, '.');
    char text[96];
    size_t n = 0;
    for (const char *c = dot ? dot + 1 : name; *c && n < sizeof text - 1; c++)
        text[n++] = upper ? (char)toupper((unsigned char)*c) : *c;
    text[n] = 0;
    json_put_text(w, anomaly, "event", text);
}

static void put_event(struct json_writer *w, json_t *anomaly, enum app_proto proto, enum app_event event)
{
    const struct eve_app *app = eve_app_find(proto);
    put_name(w, anomaly, app_event_name(event), app && app->upper_events);
}

int eve_anomalies(struct buf *out, const struct transaction_record *record,
                  const struct output_options *options)
{
    const struct app_tx *tx = record->tx;
    int rc = 0;
    for (unsigned i = 0; i < tx->event_count && !rc; i++) {
        struct json_writer w = {0};
        json_t *object = json_object(), *anomaly = json_object();
        struct eve_head head = {
            .event_type = "anomaly",
            .packet = record->packet,
            .flow = record->flow,
            .time_ns = record->time_ns,
        };
        enum app_proto proto = record->session->parser->proto;
        eve_put_head(&w, object, &head, options);
        json_put_uint(&w, object, "tx_id", tx->id);
        json_put_text(&w, anomaly, "app_proto", app_name(proto));
        json_put_text(&w, anomaly, "type", "applayer");
        put_event(&w, anomaly, proto, (enum app_event)tx->events[i]);
        json_put_text(&w, anomaly, "layer", "proto_parser");
        json_put(&w, object, "anomaly", anomaly);
        rc = json_finish(&w, object, out);
    }
    return rc;
}

static int put_packet_event(struct buf *out, const struct view *view, bool stream, const char *name,
                            const struct output_options *options)
{
    struct json_writer w = {0};
    json_t *object = json_object(), *anomaly = json_object();
    struct eve_head head = head_of(view);
    char text[80];
    snprintf(text, sizeof text, "%s%s", stream ? "" : "decoder.", name);
    eve_put_head(&w, object, &head, options);
    json_put_text(&w, anomaly, "type", stream ? "stream" : "decode");
    json_put_text(&w, anomaly, "event", text);
    json_put(&w, object, "anomaly", anomaly);
    return json_finish(&w, object, out);
}

static int put_detection_event(struct buf *out, const struct view *view, const struct output_options *options)
{
    struct json_writer w = {0};
    json_t *object = json_object(), *anomaly = json_object();
    struct eve_head head = head_of(view);
    eve_put_head(&w, object, &head, options);
    json_put_text(&w, anomaly, "app_proto", app_name(view->flow->app));
    json_put_text(&w, anomaly, "type", "applayer");
    put_name(&w, anomaly, app_event_name((enum app_event)view->app_event), true);
    json_put_text(&w, anomaly, "layer", "proto_detect");
    json_put(&w, object, "anomaly", anomaly);
    return json_finish(&w, object, out);
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
