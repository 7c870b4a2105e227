/*
 * How messages of PostgreSQL's protocol begin: a type of one byte and a length, or, at the start of a
 * connection, a length whose first byte is 0. Pure functions of bytes.
 */
#ifndef SLUICE_APP_PGSQL_MESSAGE_H
#define SLUICE_APP_PGSQL_MESSAGE_H

#include "base/slice.h"
#include "flow/direction.h"

enum {
    PGSQL_LENGTH_MOST = 0x3fffffff, /* of a message, its length included */
    PGSQL_START_MOST = 10000,       /* of one without a type */
};

/* Codes in the place of the version, and the lowest that is none. */
enum { PGSQL_CODE_CANCEL = 80877102, PGSQL_CODE_SSL = 80877103, PGSQL_CODE_GSS = 80877104 };

/* What the server asks for (or says) with "R". */
enum {
    PGSQL_AUTH_OK = 0,
    PGSQL_AUTH_KERBEROS = 2,
    PGSQL_AUTH_CLEARTEXT = 3,
    PGSQL_AUTH_MD5 = 5,
    PGSQL_AUTH_SCM = 6,
    PGSQL_AUTH_GSS = 7,
    PGSQL_AUTH_GSS_NEXT = 8,
    PGSQL_AUTH_SSPI = 9,
    PGSQL_AUTH_SASL = 10,
    PGSQL_AUTH_SASL_NEXT = 11,
    PGSQL_AUTH_SASL_FINAL = 12,
    PGSQL_AUTH_NONE = 0xffff, /* nothing was asked for yet */
};

struct pgsql_header {
    uint8_t type;    /* 0: none */
    uint32_t header; /* bytes before the body */
    uint32_t length; /* of the body */
};

enum pgsql_read { PGSQL_READ, PGSQL_MORE, PGSQL_BAD_LENGTH };

enum pgsql_read pgsql_read_header(struct slice bytes, enum direction direction, struct pgsql_header *header);

/* Whether that type exists in that direction. */
bool pgsql_is_type(uint8_t type, enum direction direction);

/* How many bytes of the body are read. */
uint32_t pgsql_wanted(const struct pgsql_header *header, enum direction direction);

/* What is there looks like a message; what is missing of it is taken on trust. */
bool pgsql_plausible(struct slice bytes, enum direction direction);

#endif
