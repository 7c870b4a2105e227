/*
 * PostgreSQL's protocol, version 3 (its manual, chapter "Frontend/Backend Protocol"): a transaction is a
 * request that says something (start, password, query, copied data, end) and all that the server answers to
 * it. Internal to app/pgsql and output/eve_pgsql.c; what it holds is the transaction's, and capped.
 */
#ifndef SLUICE_APP_PGSQL_H
#define SLUICE_APP_PGSQL_H

#include "app/parser.h"
#include "base/buf.h"

enum {
    PGSQL_QUERY_MOST = 256 << 10, /* of a query that rules see; of what is longer the rest is passed over */
    PGSQL_TEXT_MOST = 16 << 10,   /* of any other text */
    PGSQL_ANSWERS_MOST = 64,      /* messages to a request, rows aside: more are an event */
    PGSQL_OPEN_MOST = 256,        /* transactions at a time: one more is an event */
};

enum pgsql_request_kind {
    PGSQL_NOTHING, /* a transaction of what is broken */
    PGSQL_STARTUP,
    PGSQL_SSL,
    PGSQL_GSS, /* encryption by GSSAPI */
    PGSQL_CANCEL,
    PGSQL_PASSWORD,
    PGSQL_SASL_FIRST,
    PGSQL_SASL_NEXT,
    PGSQL_TOKEN, /* of GSSAPI or SSPI */
    PGSQL_QUERY,
    PGSQL_COPY,
    PGSQL_TERMINATE,
};

struct pgsql_rows {
    uint64_t count, size; /* bytes of the values */
};

struct pgsql_request {
    uint8_t kind; /* enum pgsql_request_kind */
    bool copy_done, copy_failed;
    uint16_t major, minor; /* version */
    uint32_t process, key; /* of a cancellation */
    struct buf text; /* parameters ("name\0value\0..."), query, password, mechanism and data, or reason */
    uint32_t data;   /* where SASL's data begins in it */
    struct pgsql_rows rows; /* copied */
};

enum pgsql_choice { PGSQL_NOT_TOLD, PGSQL_REFUSED, PGSQL_ACCEPTED };

struct pgsql_answer {
    uint8_t encryption;  /* enum pgsql_choice */
    uint32_t messages;   /* that came, rows aside */
    const char *message; /* the last one that has nothing but its name; or NULL */
    bool has_salt, has_key, described, description_malformed, has_copy, copy_malformed;
    uint8_t salt[4];        /* of MD5 */
    uint8_t copy;           /* the type of the message that began it: 'G', 'H' or 'W' */
    uint16_t fields;        /* of a row */
    uint16_t columns;       /* that are copied */
    uint32_t process, key;  /* for a cancellation */
    struct pgsql_rows rows; /* of the last result */
    struct pgsql_rows copied;
    struct buf sasl_final, parameters, command;
    struct buf error; /* of the last one: a letter and a text that ends with NUL, each */
};

struct pgsql_tx {
    struct app_tx tx;
    uint32_t before; /* so many answers come before its own, to requests that make no transaction */
    struct pgsql_request request;
    struct pgsql_answer answer;
    size_t memory; /* accounted */
};

#endif
