/*
 * The application protocol of one flow: its parser, how far each direction was parsed, the transactions.
 *
 * Hangs on flow->app_state; made when the protocol is told, freed with the flow. What is here parsers
 * call; what the inspector does, is in app/engine.h. The flow's worker's own.
 */
#ifndef SLUICE_APP_SESSION_H
#define SLUICE_APP_SESSION_H

#include "app/parser.h"
#include "base/buf.h"

struct app_engine;
struct app_config;
struct flow;

enum { APP_HANDED_MOST = 64 << 10 };

struct app_side {
    uint64_t taken;  /* bytes of the stream that the parser has taken (and gaps it has jumped) */
    uint32_t need;   /* as the parser asked */
    bool ended;      /* not parsed any further */
    bool end_told;   /* parser->end was called */
    bool raw_wanted; /* the raw stream is to be inspected now, as far as it has come */
    bool changed;    /* some transaction changed */
};

struct app_session {
    const struct app_parser *parser;
    struct app_engine *engine;
    const struct app_config *config;
    struct flow *flow;
    struct app_tx *first, *last, *open; /* alive, in order; all before `open` are complete, if it is set */
    uint32_t alive, look_at;            /* so many of them: the rules look before there are more */
    uint64_t next_id, parent_id;        /* parent_id: of the flow that has announced this one; 0: none has */
    size_t memory;                      /* bytes accounted by app_memory_take */
    struct app_side sides[DIRECTIONS];
    bool failed; /* PARSE_BAD: the rules meet what is there with the packet at hand, and with the next */
    enum direction failed_side : 8; /* ... packet of the side that failed; at the flow's end only so */
    bool bypass;                    /* app_encrypted, or PARSE_DONE */
    bool raw_first;                 /* ... but not before all that has come was inspected */
    enum app_proto change_to : 8;   /* app_change_protocol; APP_UNKNOWN: detect anew */
    bool change;
    uint8_t store_files;        /* 1 << direction: of the transactions to come */
    uint8_t store_certificates; /* 1 << direction: whose chain a rule wants stored */
    struct buf handed, hand_on; /* what the parser before has left; what the next one will find */
    void *state;                /* parser->state_size bytes, zeroed */
};

/* A new transaction, the last of the session. NULL when memory is short (counted): the parser gives up. */
struct app_tx *app_tx_new(struct app_session *session);

/* The same in two steps, for a parser that knows only when it has parsed whether it is one: taken, it is no
 * part of the session yet; then it is added, or dropped. */
struct app_tx *app_tx_take(struct app_session *session);
void app_tx_add(struct app_session *session, struct app_tx *tx);
void app_tx_drop(struct app_session *session, struct app_tx *tx);

/* Whether the rules look before there are more: the parser stops there, and is called again for the rest. */
bool app_full(const struct app_session *session);
bool app_untouched(const struct app_session *session, enum direction direction); /* none is taken yet */

/* The rules should look there; and, which implies it, nothing of that direction is to come any more. */
void app_tx_changed(struct app_session *session, struct app_tx *tx, enum direction direction);
void app_tx_complete(struct app_session *session, struct app_tx *tx, enum direction direction);

/* The transaction is of one direction only: the other is complete, and the rules never look there. */
void app_tx_one_sided(struct app_session *session, struct app_tx *tx, enum direction direction);

/* Raises an event (past APP_TX_EVENTS it is dropped, and counted; the same one twice is one). */
void app_tx_event(struct app_session *session, struct app_tx *tx, enum direction direction,
                  enum app_event event);

/* What follows is encrypted: from the next packet on neither payloads nor raw streams are inspected. */
void app_encrypted(struct app_session *session);

/* The raw stream of that direction is inspected with what has come so far: a message is complete. */
void app_raw_wanted(struct app_session *session, enum direction direction);

/* So many bytes more are held for this session: false, and nothing taken, at the worker's cap (counted). */
bool app_memory_take(struct app_session *session, size_t bytes);
void app_memory_give(struct app_session *session, size_t bytes);
/* Appends bytes that are held so. False, and nothing is changed, when there is no memory for them. */
bool app_memory_append(struct app_session *session, struct buf *held, struct slice bytes);
/* Both for a transaction, which gives *own back at its end. Past `most` bytes held the rest is left out. */
bool app_memory_take_own(struct app_session *session, size_t *own, size_t bytes);
bool app_memory_append_own(struct app_session *session, size_t *own, struct buf *held, struct slice bytes,
                           size_t most);

/* From the bytes on that are not taken yet the flow speaks another protocol; APP_UNKNOWN: it is detected. */
void app_change_protocol(struct app_session *session, enum app_proto proto);

/* Adds to what the parser that app_change_protocol names finds in its session->handed, from open() on: the
 * head of the request that asks for HTTP/2, say. 0; -ENOSPC past APP_HANDED_MOST bytes, -ENOMEM. */
int app_hand_on(struct app_session *session, struct slice bytes);

/* Whether a loaded rule looks into that buffer: what no rule asks for need not be made. */
bool app_wanted(const struct app_session *session, enum buffer_id id);

#endif
