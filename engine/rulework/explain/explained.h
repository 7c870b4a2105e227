/* One explanation: the options of a rule against a packet, a piece of a stream or a transaction. Owned by
 * whoever had it made (explain_case.h); explain_case_fini frees it. */
#ifndef SLUICE_RULEWORK_EXPLAINED_H
#define SLUICE_RULEWORK_EXPLAINED_H

#include "match/probe.h"

enum { EXPLAIN_BYTES = 64 };

enum explain_answer { EXPLAIN_YES, EXPLAIN_NO, EXPLAIN_UNREACHED, EXPLAIN_OTHER /* asks nothing */ };

struct explain_line { /* one option that asks something, or (the first) the header */
    enum explain_answer answer;
    char *text;                   /* the option as written, with the modifiers of a content */
    char *why;                    /* what was found instead, or where; NULL */
    uint8_t bytes[EXPLAIN_BYTES]; /* of the buffer, around the place */
    uint32_t byte_count;
    uint64_t bytes_from;    /* offset of bytes[0] in the buffer */
    int64_t mark, mark_end; /* offsets in the buffer of what `why` is about; -1: none */
    int32_t chain;          /* of the rule, which has made `bytes`; -1 without bytes */
    uint64_t buffer_size;   /* of the buffer that `bytes` are of */
};

struct explain_case {                  /* a packet, a piece of a stream, or a transaction */
    uint64_t flow_id, packet, time_ns; /* packet: 0 at a flow's end; flow_id: 0 without one */
    int64_t transaction;               /* -1: none */
    enum direction direction;
    enum view_kind kind;
    char *ends;      /* "tcp 10.0.0.1:40000 -> 10.0.0.2:80" */
    const char *app; /* of the flow; "" */
    uint32_t score;  /* how near it came: more is nearer */
    struct explain_line *lines;
    uint32_t line_count, line_capacity;
};

#endif
