/*
 * Why a rule fired on a capture, or did not: the engine that runs rules is asked, option by option.
 *
 * The rules asked about are run without the prefilter, together with those that set what they ask of a flow
 * or a host, so that every packet and transaction that comes near is seen. What came nearest is kept, at most
 * EXPLAIN_CASES for a rule. One thread; an explanation owns all its text.
 */
#ifndef SLUICE_RULEWORK_EXPLAIN_H
#define SLUICE_RULEWORK_EXPLAIN_H

#include <stdatomic.h>

#include "base/buf.h"
#include "match/probe.h"
#include "run/rules.h"

enum { EXPLAIN_CASES = 8, EXPLAIN_BYTES = 64, EXPLAIN_FIRED = 8 };

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

struct explained_rule {
    const struct rule *rule; /* of the explanation's rules */
    bool asked;              /* about; else it is there for what it sets */
    uint64_t matched, silenced, lost, alerted;
    uint64_t unfit[UNFIT_STATE + 1]; /* packets whose header did not fit, by the first thing that did not */
    struct explain_case cases[EXPLAIN_CASES];
    uint32_t case_count;
    uint64_t fired_at[EXPLAIN_FIRED]; /* packets; 0: a flow's end */
    uint32_t fired_count;
};

struct explanation {
    struct loaded_rules rules;
    struct explained_rule *list;
    uint32_t count;
    uint64_t packets, bad_checksums;
};

struct explain_config {
    struct settings *settings;     /* its prefilter is turned off */
    const char *const *rule_paths; /* or */
    const char *rule_text;         /* one rule; NULL */
    const struct frame *frames;    /* a capture in memory, before the others */
    uint32_t frame_count;
    const char *const *captures;
    size_t rule_path_count, capture_count;
    const uint32_t *sids; /* the rules asked about; none: all (of rule_text, or of small files) */
    size_t sid_count;
    const struct log *log;
    rule_refused_fn refused; /* may be NULL */
    void *ctx;
    atomic_bool *stop;
};

/* 0, or a negative errno with *err; call explain_fini either way. -ENOENT: no rule of such a sid. */
int explain(const struct explain_config *config, struct explanation *out, struct err *err);
void explain_fini(struct explanation *explanation);

/* For a person, and one JSON object a rule. 0 or -ENOMEM. */
int explain_print_text(const struct explanation *x, unsigned most_cases, struct buf *out);
int explain_print_json(const struct explanation *x, unsigned most_cases, struct buf *out);

#endif
