/* EVE's anomaly records: what decoding, the stream engine and the application parsers remarked on. */
#include <ctype.h>
#include <stdio.h>

#include "base/app_event.h"
#include "output/eve_app.h"

static void put_event(struct json_writer *w, json_t *anomaly, enum app_proto proto, enum app_event event)
{
    const struct eve_app *app = eve_app_find(proto);
    const char *name = app_event_name(event), *dot = strchr(name, '.');
    char text[96];
    size_t n = 0;
    for (const char *c = dot ? dot + 1 : name; *c && n < sizeof text - 1; c++)
        text[n++] = app && app->upper_events ? (char)toupper((unsigned char)*c) : *c;
    text[n] = 0;
    json_put_text(w, anomaly, "event", text);
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
        json_put_text(&w, anomaly, "app_proto", proto == APP_HTTP1 ? "http" : app_proto_name(proto));
        json_put_text(&w, anomaly, "type", "applayer");
        put_event(&w, anomaly, proto, (enum app_event)tx->events[i]);
        json_put_text(&w, anomaly, "layer", "proto_parser");
        json_put(&w, object, "anomaly", anomaly);
        rc = json_finish(&w, object, out);
    }
    return rc;
}

static int put_packet_event(struct buf *out, const struct packet *packet, const struct flow *flow,
                            bool stream, const char *name, const struct output_options *options)
{
    struct json_writer w = {0};
    json_t *object = json_object(), *anomaly = json_object();
    struct eve_head head = {
        .event_type = "anomaly", .packet = packet, .flow = flow, .time_ns = packet->time_ns};
    char text[80];
    snprintf(text, sizeof text, "%s%s", stream ? "" : "decoder.", name);
    eve_put_head(&w, object, &head, options);
    json_put_text(&w, anomaly, "type", stream ? "stream" : "decode");
    json_put_text(&w, anomaly, "event", text);
    json_put(&w, object, "anomaly", anomaly);
    return json_finish(&w, object, out);
}

int eve_packet_events(struct buf *out, const struct packet *packet, const struct flow *flow,
                      const struct output_options *options)
{
    int rc = 0;
    for (unsigned i = 0; i < packet->events.count && !rc; i++) {
        const char *name = packet_event_name((enum packet_event)packet->events.list[i]);
        bool stream = strncmp(name, "stream.", 7) == 0;
        if (options->records & (stream ? RECORD_ANOMALY_STREAM : RECORD_ANOMALY_DECODE))
            rc = put_packet_event(out, packet, flow, stream, name, options);
    }
    return rc;
}
