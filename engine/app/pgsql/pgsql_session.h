/*
 * What the parts of the PostgreSQL parser share: a connection's state, and what they do for one another.
 * Internal to app/pgsql; one worker's.
 */
#ifndef SLUICE_APP_PGSQL_SESSION_H
#define SLUICE_APP_PGSQL_SESSION_H

#include "app/pgsql/pgsql.h"
#include "app/session.h"

struct pgsql {
    struct pgsql_tx *answering; /* the oldest whose answer is not whole, or NULL */
    struct pgsql_tx *copying;   /* which the client's data goes to, or NULL */
    uint32_t unanswered;        /* requests that make no transaction, behind all that do */
    uint32_t authentication;    /* what the server has asked for last */
    bool copy_in;               /* the server awaits data */
    bool copy_sync;             /* ... that a Sync ends, whose answer is that of the data */
    bool encrypted;
    uint64_t skip[DIRECTIONS]; /* bytes of a message that nobody reads */
    bool lost[DIRECTIONS];     /* where the next message begins is not known */
};

/* A message: of the start, without a type, when that is 0. `body`: what is there of it and wanted. */
struct pgsql_message {
    uint8_t type;
    uint32_t length; /* of the body */
    struct slice body;
};

/* False: memory is short. */
bool pgsql_take_request(struct app_session *session, const struct pgsql_message *message);
void pgsql_take_answer(struct app_session *session, const struct pgsql_message *message);

/* The byte that answers a request for encryption. */
void pgsql_take_choice(struct app_session *session, struct pgsql_tx *tx, uint8_t byte);

/* The oldest transaction that waits for an answer, or NULL. */
struct pgsql_tx *pgsql_answering(struct app_session *session);

/* Its answer is whole: the next one's begins. */
void pgsql_answered(struct app_session *session, struct pgsql_tx *tx);

#endif
