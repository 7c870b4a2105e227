#include "inspect/tell.h"

#include "app/file/file.h"
#include "app/session.h"
#include "flow/flow.h"
#include "rule/view.h"

/* A verdict marks the flow before anything else of it is looked at. */
static bool judge(const struct inspect_sink *sink, struct alert_record *record, struct flow *flow)
{
    record->judged = true;
    struct judgement j = sink->judge(sink->ctx, record);
    record->blocked = j.drops;
    if (flow && j.ends) {
        flow->flags |= FLOW_BLOCKED | FLOW_NO_PACKET | FLOW_NO_PAYLOAD;
        if (j.drops)
            flow->flags |= FLOW_DROPPED;
        flow->decided_ns = j.decided_ns;
    }
    return j.drops;
}

/* Nobody decides otherwise: what the rule says holds. */
static void judge_inline(struct alert_record *record)
{
    record->judged = true;
    record->blocked = record->alert->action == ACTION_DROP || record->alert->action == ACTION_REJECT;
}

bool tell_alerts(const struct inspect_config *config, const struct alert_queue *alerts,
                 const struct view *packet, const struct view *stream)
{
    struct alert_record records[ALERTS_PER_PACKET];
    const struct inspect_sink *sink = &config->sink;
    bool dropped = config->tcp.inline_mode && alerts->drop.rule && !sink->judge;
    for (unsigned i = 0; i < alerts->count; i++) {
        const struct alert *alert = &alerts->list[i];
        bool of_stream = alert->from_stream || (alert->tx && packet->flow && packet->flow->tcp);
        const struct view *view = of_stream && stream ? stream : packet;
        records[i] = (struct alert_record){
            .alert = alert,
            .packet = packet->packet,
            .flow = packet->flow,
            .direction = packet->direction,
            .time_ns = packet->packet->time_ns,
            .payload = slice_from(view->payload.bytes, view->payload.new_from),
            .session = packet->flow ? packet->flow->app_state : NULL,
            .of_stream = of_stream,
            .place = i,
        };
        if (packet->flow)
            packet->flow->flags |= FLOW_ALERTED;
        if (sink->judge)
            dropped |= judge(sink, &records[i], packet->flow);
        else if (config->tcp.inline_mode)
            judge_inline(&records[i]);
    }
    for (unsigned i = 0; i < alerts->count; i++) {
        records[i].dropped = dropped;
        records[i].rejects = alerts->rejects;
        sink->alert(sink->ctx, &records[i]);
    }
    return dropped;
}

static struct transaction_record record_of(const struct view *packet, struct app_session *session)
{
    return (struct transaction_record){
        .session = session,
        .tx = session->first,
        .packet = packet->packet,
        .flow = packet->flow,
        .direction = packet->direction,
        .time_ns = packet->packet->time_ns,
    };
}

void tell_transactions(const struct inspect_sink *sink, const struct view *packet,
                       struct app_session *session)
{
    if (!sink->transaction)
        return;
    struct transaction_record record = record_of(packet, session);
    for (; record.tx; record.tx = record.tx->next) {
        struct app_tx *tx = record.tx;
        if (tx->logged || !(tx->ready || (tx->complete[TO_SERVER] && tx->complete[TO_CLIENT])))
            continue;
        tx->logged = true;
        sink->transaction(sink->ctx, &record);
    }
}

void tell_files(const struct inspect_sink *sink, const struct view *packet, struct app_session *session,
                enum direction direction)
{
    for (struct app_tx *tx = session->first; tx; tx = tx->next) {
        if (!tx->files)
            continue;
        struct transaction_record record = record_of(packet, session);
        record.tx = tx;
        while ((record.file = app_file_ended(session, tx, direction)))
            if (sink->file)
                sink->file(sink->ctx, &record);
    }
}

void tell_certificates(const struct inspect_sink *sink, const struct view *packet,
                       struct app_session *session)
{
    if (!session->store_certificates || !sink->certificates)
        return;
    struct transaction_record record = record_of(packet, session);
    for (; record.tx; record.tx = record.tx->next)
        sink->certificates(sink->ctx, &record);
}
