/* One signature, parsed. Made through builder.h, owned by its rule_list, const from then on (any thread). */
#ifndef SLUICE_RULE_RULE_H
#define SLUICE_RULE_RULE_H

#include "rule/chain.h"
#include "rule/header.h"
#include "rule/rule_files.h"

struct state_op; /* state_op.h, as the next */
struct threshold;

/* A condition on the packet, the flow or its protocol: everything that is not a chain and not a state_op. */
struct test_ops {
    const char *keyword;
    bool (*match)(const void *data, const struct view *view);
    void (*free)(void *data); /* may be NULL: plain free() */
};

struct test {
    const struct test_ops *ops;
    void *data;
    uint16_t option; /* of rule->options, which made it; NO_OPTION */
};

enum rule_flag {
    RULE_TO_SERVER = 1 << 0, /* flow:to_server (from_client); neither bit: both ways */
    RULE_TO_CLIENT = 1 << 1,
    RULE_ESTABLISHED = 1 << 2,
    RULE_NOT_ESTABLISHED = 1 << 3,
    RULE_STATELESS = 1 << 4,
    RULE_ONLY_STREAM = 1 << 5, /* flow:only_stream */
    RULE_NO_STREAM = 1 << 6,
    RULE_ONLY_FRAG = 1 << 7,
    RULE_NO_FRAG = 1 << 8,
    RULE_NOALERT = 1 << 9,
    RULE_ALERT = 1 << 10, /* the keyword `alert`: a pass rule that also alerts */
    RULE_BYPASS = 1 << 11,
    RULE_PREFILTER = 1 << 12,
    RULE_TARGET_SOURCE = 1 << 13,
    RULE_TARGET_DESTINATION = 1 << 14,
    RULE_NEEDS_PACKET = 1 << 15, /* dsize, depth, offset, startswith on the payload: looks at each packet's */
    RULE_SHARED_STATE = 1 << 16, /* touches state across flows: hostbits, xbits, thresholds, datasets */
    RULE_NEEDS_DECODE_EVENT = 1 << 17,
    RULE_NEEDS_STREAM_EVENT = 1 << 18,
    RULE_NEEDS_APP_PROTO = 1 << 19, /* app-layer-protocol */
    RULE_APP_NEWS = 1 << 20,        /* only on the packet that carries the news of the protocol */
    RULE_TRANSACTION = 1 << 21,     /* looks into a buffer of the application layer */
    RULE_SHARED_SETS = 1 << 22,     /* its chains ask or change datasets */
    RULE_CAPTURES = 1 << 23,        /* it sets variables: capture.h */
};

/* What a matching packet must have, as far as single keywords tell: buckets rules without a literal. */
struct rule_hints {
    uint32_t layers;                   /* any of these enum packet_layer bits; 0: no demand */
    uint8_t tcp_flags_set;             /* all of these are set */
    uint8_t tcp_flags_clear;           /* none of these is set */
    uint32_t payload_min, payload_max; /* bytes of payload (dsize); 0 and UINT32_MAX when open */
    uint16_t event;      /* enum packet_event, of decode-event and stream-event: EVENT_NONE if none */
    int16_t ip_protocol; /* -1: any */
};

struct rule_option { /* as written, for printing and for explaining */
    char *name;
    char *value; /* NULL without one */
};

struct rule {
    uint32_t gid, sid, rev;        /* gid is 1 unless given */
    int priority;                  /* 1 is the most urgent; from the class or the keyword, else 3 */
    char *message;                 /* never NULL; "" without msg */
    char *class_name, *class_text; /* "" without */
    char **references;             /* "url,www.example.com/x" with the system's prefix resolved, for EVE */
    struct rule_option *metadata;  /* key and value pairs in file order */
    uint32_t reference_count, metadata_count;
    struct rule_header header;
    struct rule_stage stage; /* app-layer-state */
    uint64_t apps;           /* 1 << enum app_proto of the flows that it is about; 0: no demand */
    uint8_t sides;  /* of a rule about transactions (RULE_TRANSACTION): BUFFER_TO_SERVER, BUFFER_TO_CLIENT */
    uint32_t flags; /* enum rule_flag */
    struct rule_hints hints;
    struct rule_files files;
    struct test *tests;
    struct chain *chains; /* BUFFER_PAYLOAD first, in the order of their first keyword else; BASE64_DATA after
                             its source */
    struct state_op *state;
    struct threshold *thresholds; /* of the rule, then of threshold.config */
    uint32_t test_count, chain_count, state_count, threshold_count;
    uint32_t test_capacity, chain_capacity, state_capacity, threshold_capacity;
    uint32_t variable_count;
    struct rule_option *options; /* all, in file order */
    uint32_t option_count;
    char *file; /* borrowed from the rule_list */
    unsigned line;
};

void rule_free(struct rule *rule);

#endif
