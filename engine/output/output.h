/*
 * Forms of output behind one table of operations; output_list.h names them.
 *
 * A form appends text to a buffer that the caller owns: each record is one line, its newline included.
 * Nothing is written here. Calls share no state, so that each worker formats what it finds. All return 0 or
 * -ENOMEM.
 */
#ifndef SLUICE_OUTPUT_OUTPUT_H
#define SLUICE_OUTPUT_OUTPUT_H

#include "base/buf.h"
#include "inspect/inspect.h"

enum record_place {
#define RECORD(id, name) RECORD_PLACE_##id,
#include "output/record_list.h"
#undef RECORD
    RECORD_PLACES
};

enum record_kind {
#define RECORD(id, name) RECORD_##id = UINT64_C(1) << RECORD_PLACE_##id,
#include "output/record_list.h"
#undef RECORD
};

/* The kinds that events of packets are written as, and those of transactions. */
enum {
    RECORDS_OF_PACKETS = RECORD_ANOMALY | RECORD_ANOMALY_DECODE | RECORD_ANOMALY_STREAM,
    RECORDS_OF_TRANSACTIONS = ~(RECORD_ALERT | RECORD_FLOW | RECORD_STATS | RECORD_VERDICT | RECORD_DROP |
                                RECORD_ANOMALY_DECODE | RECORD_ANOMALY_STREAM),
};

struct state_names;

struct output_options {
    uint64_t records; /* bits of enum record_kind */
    bool community_id;
    uint16_t community_id_seed;
    bool payload, payload_printable, packet; /* of alerts */
    bool colour;                             /* text, for a terminal */
    struct exception_policies exceptions;    /* settled: of flow records */
    const struct state_names *state_names;   /* borrowed: of flowbits; NULL: none are shown */
};

struct stat_value {
    const char *group, *name;
    uint64_t value;
};

struct output_ops {
    const char *name;
    int (*alert)(struct buf *out, const struct alert_record *record, const struct output_options *options);
    /* A transaction that is complete: any number of records, as the options want; may be NULL. */
    int (*transaction)(struct buf *out, const struct transaction_record *record,
                       const struct output_options *options);
    /* record->file, which has ended; may be NULL. */
    int (*file)(struct buf *out, const struct transaction_record *record,
                const struct output_options *options);
    /* What decoding, the stream engine and detection remarked on: a record each, as the options want; may be
     * NULL. */
    int (*packet_events)(struct buf *out, const struct view *view, const struct output_options *options);
    /* A packet that is dropped, inline; may be NULL. */
    int (*drop)(struct buf *out, const struct drop_record *record, const struct output_options *options);
    int (*flow)(struct buf *out, const struct flow *flow, uint64_t time_ns,
                const struct output_options *options);
    int (*stats)(struct buf *out, const struct stat_value *stats, unsigned count, uint64_t time_ns);
};

#define OUTPUT(id) extern const struct output_ops output_##id##_ops;
#include "output/output_list.h"
#undef OUTPUT

#endif
