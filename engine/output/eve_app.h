/*
 * The application layer in EVE: what each protocol adds to alerts, and its records. Internal to
 * output/eve*.c.
 */
#ifndef SLUICE_OUTPUT_EVE_APP_H
#define SLUICE_OUTPUT_EVE_APP_H

#include "output/eve.h"

struct eve_app {
    enum record_kind record;  /* that asks for it in --records; its name is the event_type */
    bool one_sided;           /* a transaction is what one side has sent: its record goes that way */
    bool own_tx_id, no_tx_id; /* the records have their tx_id among the protocol's members; or none */
    bool of_flow;             /* the records are from the client to the server, whoever sent the packet */
    bool upper_events;        /* anomaly records have the events in capitals */
    /*
     * Adds the protocol's members ("dns": {...}) to a record. `alert`: to an alert's, which may show less.
     * False: there is nothing to tell: nothing was written, and no record is.
     */
    bool (*put)(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert);
};

#define EVE_APP(proto, name) extern const struct eve_app eve_app_##name;
#include "output/eve_app_list.h"
#undef EVE_APP

/* Of the session's protocol; NULL when it has no form yet. */
const struct eve_app *eve_app_find(enum app_proto proto);

/* timestamp ... pkt_src, community_id: what the records of packets begin with. */
struct eve_head {
    const char *event_type;
    const struct packet *packet;
    const struct flow *flow; /* or NULL */
    uint64_t time_ns;
    bool turned; /* against the packet: what it tells of went the other way */
};
void eve_put_head(struct json_line *l, const struct eve_head *head, const struct output_options *options);

/* "alert", and, of a packet from a tunnel or from fragments, "tunnel". */
void eve_put_alert(struct json_line *l, const struct alert_record *record);
void eve_put_tunnel(struct json_line *l, const struct packet *packet);

int eve_drop(struct buf *out, const struct drop_record *record, const struct output_options *options);

void eve_put_tx_id(struct json_line *l, const struct alert_record *record);

/* What the protocol adds to the alert. */
void eve_put_transaction(struct json_line *l, const struct alert_record *record);

/* The files of one direction in an alert; the record of one; the events of a transaction. 0 or -ENOMEM. */
void eve_put_files(struct json_line *l, const struct app_tx *tx, enum direction direction);
int eve_file(struct buf *out, const struct transaction_record *record, const struct output_options *options);
int eve_anomalies(struct buf *out, const struct transaction_record *record,
                  const struct output_options *options);

int eve_packet_events(struct buf *out, const struct view *view, const struct output_options *options);

int eve_transaction(struct buf *out, const struct transaction_record *record,
                    const struct output_options *options);

#endif
