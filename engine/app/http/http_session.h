/* Where the parser of an HTTP/1 connection stands, beside its transactions. For app/http only. */
#ifndef SLUICE_APP_HTTP_SESSION_H
#define SLUICE_APP_HTTP_SESSION_H

#include "app/growth.h"
#include "app/http/http.h"
#include "app/http/http_reader.h"

/* A message that rules about frames look into: see http_frame.h. */
struct http_open_frame {
    bool open;
    size_t from; /* offset in the input of what is not kept yet */
};

enum http_line_end { LINE_END_CRLF, LINE_END_LF, LINE_END_CR, LINE_END_CRS /* CR LF and several CR */ };

/* One direction. */
struct http_way {
    struct http_reader reader;
    struct http_tx *tx; /* whose message is under way; NULL between two */
    uint8_t state;      /* enum request_state, enum response_state */
    bool trailer;       /* the fields that are read are one's */
    bool unexpected;    /* there was more than the message should have, and it was told */
    bool field_open;    /* a field is held back: the next line may belong to it (RFC 9112, 5.2) */
    bool field_folded;
    bool field_shown;       /* the last field was not held back: the next line may add to it */
    uint8_t line_end;       /* enum http_line_end: of the last line of the head */
    struct http_part field; /* in the head; of a folded one in its second block */
    uint64_t left;          /* bytes of the body, or of the chunk, that are to come */
    struct http_open_frame frame;
};

struct http {
    struct http_way ways[DIRECTIONS];
    struct http_tx *next_answered; /* the first transaction whose response has not begun; NULL: none */
    enum direction parsing;
    struct growth growth;
    size_t held;   /* bytes accounted for what the ways hold */
    bool is_http;  /* the response at hand begins like one */
    bool refused;  /* a transaction, at a cap */
    bool broken;   /* by an error: nothing is parsed any more */
    bool yield;    /* behind the response at hand the requests go on first */
    bool switched; /* to another protocol: so many bytes of the response at hand are the old one's */
    size_t switched_at;
};

/* http_upgrade.c: the headers of a response are there; sets `switched` when another protocol follows. */
void http_look_for_switch(struct app_session *session, struct http_tx *tx);

/* What a step of the parser comes to. */
enum http_step {
    STEP_ON,    /* at once, with the next one */
    STEP_WAIT,  /* for more bytes */
    STEP_HOLD,  /* ... and those that are left come again with them */
    STEP_OTHER, /* for the other direction */
    STEP_ERROR, /* never */
};

/* http_request.c, http_response.c: reads what the reader has. */
enum http_step http_read_requests(struct app_session *session);
enum http_step http_read_responses(struct app_session *session);

/* Bytes are missing: a body goes on behind them. */
void http_request_gap(struct app_session *session, uint64_t bytes);
void http_response_gap(struct app_session *session, uint64_t bytes);

/* http_request.c: its response begins. */
void http_request_is_answered(struct app_session *session);
/* ... that nobody asked for. */
struct http_tx *http_request_not_seen(struct app_session *session);
/* ... whose CONNECT was refused: what follows is read. */
void http_request_goes_on(struct app_session *session);

#endif
