/* What parsers remarked on, as EVE's anomaly records of type applayer. */
#include <ctype.h>

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
