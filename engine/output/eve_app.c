/* Records of transactions, and what transactions add to alerts. */
#include "output/eve_app.h"

#include <errno.h>

static const struct eve_app *const apps[APP_PROTO_COUNT] = {
#define EVE_APP(proto, name) [APP_##proto] = &eve_app_##name,
#include "output/eve_app_list.h"
#undef EVE_APP
};

static const char *const record_names[RECORD_PLACES] = {
#define RECORD(id, name) [RECORD_PLACE_##id] = name,
#include "output/record_list.h"
#undef RECORD
};

const struct eve_app *eve_app_find(enum app_proto proto)
{
    return (unsigned)proto < APP_PROTO_COUNT ? apps[proto] : NULL;
}

static const char *record_name(enum record_kind kind)
{
    return record_names[__builtin_ctzll((uint64_t)kind)];
}

void eve_put_tx_id(struct json_line *l, const struct alert_record *record)
{
    if (record->alert->tx)
        line_uint(l, "tx_id", record->alert->tx->id);
}

void eve_put_transaction(struct json_line *l, const struct alert_record *record)
{
    if (!record->alert->tx || !record->session)
        return;
    const struct app_parser *parser = record->session->parser;
    const struct app_tx *tx = record->alert->tx;
    if (parser->progress) {
        line_text(l, "ts_progress", parser->progress(tx, TO_SERVER));
        line_text(l, "tc_progress", parser->progress(tx, TO_CLIENT));
    }
    const struct eve_app *app = eve_app_find(parser->proto);
    if (app)
        app->put(l, record->session, record->alert->tx, true);
    eve_put_files(l, record->alert->tx, record->direction);
}

static int eve_protocol(struct buf *out, const struct transaction_record *record,
                        const struct output_options *options)
{
    const struct eve_app *app = eve_app_find(record->session->parser->proto);
    if (!app || !(options->records & app->record))
        return 0;
    struct json_line l;
    line_begin(&l, out);
    struct eve_head head = {
        .event_type = record_name(app->record),
        .packet = record->packet,
        .flow = record->flow,
        .time_ns = record->time_ns,
        .turned = (app->of_flow && record->direction == TO_CLIENT) ||
                  (app->one_sided && record->tx->unseen[record->direction]),
    };
    eve_put_head(&l, &head, options);
    if (!app->own_tx_id && !app->no_tx_id)
        line_uint(&l, "tx_id", record->tx->id);
    if (!app->put(&l, record->session, record->tx, false)) {
        return line_drop(&l);
    }
    return line_end(&l);
}

int eve_transaction(struct buf *out, const struct transaction_record *record,
                    const struct output_options *options)
{
    int rc = eve_protocol(out, record, options);
    if (!rc && options->records & RECORD_ANOMALY)
        rc = eve_anomalies(out, record, options);
    return rc;
}
