/*
 * What a protocol brings: one `const struct app_parser NAME_parser` in engine/app/NAME.c and a line in
 * base/app_parser_list.h. Everything it may call back is in app/session.h.
 *
 * A parser is given the bytes of each direction in order, as often as there are new ones, and says how many
 * it has taken; the rest stays in the stream's window and comes again. It makes transactions, marks what
 * changed in them and when a direction of one is complete, and answers for the buffers of buffer_list.h. All
 * state is in its session and transactions; one worker calls.
 */
#ifndef SLUICE_APP_PARSER_H
#define SLUICE_APP_PARSER_H

#include "base/app_event.h"
#include "base/app_proto.h"
#include "base/buffer_id.h"
#include "flow/direction.h"

struct app_file;
struct app_session;
struct buf;

enum { APP_TX_EVENTS = 8 };

/* The begin of every protocol's; tx_size bytes, zeroed, are made by app_tx_new. */
struct app_tx {
    struct app_tx *next, *previous;
    uint64_t id;            /* from 0 on in its flow: EVE's tx_id */
    void *match_state;      /* engine/match */
    struct app_file *files; /* app/file/file.h: those of both directions, in the order in which they began */
    bool complete[DIRECTIONS]; /* nothing of that direction is to come any more */
    bool changed[DIRECTIONS];  /* there is something that the rules have not seen */
    bool unseen[DIRECTIONS];   /* the rules never look at that direction: it has nothing */
    bool cut;                  /* the parser gave up meanwhile: complete, but not come to its last stage */
    bool ready;                /* its record may be written, though more is to come */
    bool logged;
    uint8_t store_files; /* 1 << direction: files are stored, whatever the rules say of each */
    uint8_t event_count;
    uint16_t events[APP_TX_EVENTS];    /* enum app_event */
    uint8_t event_side[APP_TX_EVENTS]; /* enum direction in which it was raised */
};

struct app_input {
    enum direction direction;
    struct slice bytes;  /* all that is there and not yet taken; of a datagram its payload */
    uint64_t time_ns;    /* of the packet at hand */
    bool last, datagram; /* last: nothing follows: end of stream, its depth, or a gap comes next */
};

struct app_taken { /* set to zero before each call */
    size_t bytes;  /* taken: at most input->bytes.n; of a datagram all count as taken */
    size_t need;   /* no call before so many untaken bytes are there (or they are the last); 0: any more */
};

enum parse_status {
    PARSE_OK,
    PARSE_BAD,       /* this is not the protocol, or no longer: neither direction is parsed further */
    PARSE_GIVE_UP,   /* the same; but the rules go on to meet what is there with packets of both directions */
    PARSE_DONE,      /* nothing to be read follows (encrypted); what is open stays so until its stream ends */
    PARSE_SIDE_DONE, /* ... in this direction */
};

struct app_parser {
    enum app_proto proto;
    size_t state_size, tx_size, common_size; /* the first may be 0; the last, too (app/common.h) */
    uint32_t most_alive; /* transactions at a time; 0: 256. At the cap the oldest is completed, counted */
    bool lasting; /* a buffer of one instance, once its `last` is there, stays: nobody asks for another */
    bool events_apart; /* an event is news in its own direction; the other sees it with its next change */
    /* 0 or -ENOMEM; may be NULL. close: frees what the state owns, its transactions are gone; may be NULL. */
    int (*open)(struct app_session *session);
    void (*close)(struct app_session *session);
    void (*common_free)(void *common); /* frees what it owns; the sessions are gone. May be NULL */
    enum parse_status (*parse)(struct app_session *session, const struct app_input *input,
                               struct app_taken *taken);
    /* So many bytes are missing: PARSE_OK to go on behind them. NULL: this direction ends, quietly. */
    enum parse_status (*gap)(struct app_session *session, enum direction direction, uint64_t bytes);
    /* The stream of this direction has ended and all of it was parsed; may be NULL. */
    void (*end)(struct app_session *session, enum direction direction);
    bool (*rest)(struct app_session *session); /* idle: memory goes; true: a new session would do as well */
    void (*tx_free)(struct app_session *session, struct app_tx *tx); /* frees what it owns; may be NULL */
    /* Instead of tx_free: empties what follows its struct app_tx for the next one, and keeps memory worth it.
     * May be NULL: that begins zeroed. With it tx_free is also called with no session, for one that waits. */
    void (*tx_reuse)(struct app_session *session, struct app_tx *tx);
    /* The index-th instance of a buffer. Called for buffers whose protocols and sides fit, as often as the
     * rules like: what is costly is made once and kept in the transaction. A body that grows gives what the
     * rules have not seen yet (and what they may look back at), then BUFFER_LATER until there is more. NULL:
     * no buffers. */
    enum buffer_answer (*buffer)(struct app_session *session, struct app_tx *tx, enum direction direction,
                                 enum buffer_id id, unsigned index, struct view_buffer *out);
    /* Whether what buffer() gives of both in that direction is the same, and stays so; may be NULL: never. */
    bool (*alike)(const struct app_tx *one, const struct app_tx *other, enum direction direction);
    /* Appends what all its buffers of that direction are made of, so that the same bytes mean the same
     * buffers in any session. False: it cannot say, there is more to come, or too much. May be NULL. */
    bool (*identity)(struct app_session *s, struct app_tx *tx, enum direction direction, struct buf *out);
    /* How far that direction has come, in Suricata's words ("request_headers"); may be NULL. */
    const char *(*progress)(const struct app_tx *tx, enum direction direction);
    /* The rules have seen all that buffer() gave in that direction; may be NULL. */
    void (*seen)(struct app_session *session, struct app_tx *tx, enum direction direction);
};

#endif
