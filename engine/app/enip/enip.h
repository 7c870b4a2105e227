/*
 * EtherNet/IP: a transaction is a message and its answer (or either alone). Internal to app/enip and
 * output/eve_enip.c; what it holds is the transaction's, and capped.
 */
#ifndef SLUICE_APP_ENIP_H
#define SLUICE_APP_ENIP_H

#include "app/enip/cip.h"
#include "app/parser.h"
#include "base/buf.h"
#include "base/cip_facts.h"

enum {
    ENIP_HEADER = 24,
    ENIP_KEPT_MOST = 8192, /* bytes of a message; what is behind is passed over */
    ENIP_ITEMS_MOST = 16,
    ENIP_WAITING_MOST = 256, /* requests without an answer: one more is "too many" */
};

enum enip_command {
    ENIP_NOP = 0x00,
    ENIP_LIST_SERVICES = 0x04,
    ENIP_LIST_IDENTITY = 0x63,
    ENIP_LIST_INTERFACES = 0x64,
    ENIP_REGISTER = 0x65,
    ENIP_UNREGISTER = 0x66,
    ENIP_SEND_RR = 0x6f,
    ENIP_SEND_UNIT = 0x70,
};

struct enip_piece { /* of a message's bytes */
    uint32_t at, n;
};

struct enip_identity { /* volume 2, 2-4.2.2 */
    uint16_t version, vendor, device, product, revision, status;
    uint32_t serial;
    uint8_t state;
    struct enip_piece name;
};

struct enip_service { /* 2-4.6.2 */
    uint16_t version, capabilities;
    struct enip_piece name;
};

struct enip_message {
    bool there, has_register, has_identity, has_service, has_cip;
    uint16_t command;
    uint32_t session, status, options;
    uint16_t register_version, register_options;
    struct enip_identity identity;
    struct enip_service service;
    struct enip_piece items[ENIP_ITEMS_MOST];
    uint32_t item_count;
    struct cip cip;
    struct buf bytes; /* as it came, ENIP_KEPT_MOST at most */
};

struct enip_tx {
    struct app_tx tx;
    struct enip_message sides[DIRECTIONS];
    struct enip_tx *next; /* of those that wait for an answer */
    bool waits;
    struct cip_facts facts; /* what the rules are given */
    size_t memory;          /* accounted */
};

static inline struct slice enip_bytes(const struct enip_message *message, struct enip_piece piece)
{
    return slice_first(slice_from(buf_slice(&message->bytes), piece.at), piece.n);
}

/* enip_message.c: reads what is behind the header, m->bytes being there. False: it is not as it should
 * be. */
bool enip_read(struct enip_message *m, enum direction direction);

/* enip_buffer.c: app_parser.buffer. */
enum buffer_answer enip_buffer(struct app_session *s, struct app_tx *app, enum direction direction,
                               enum buffer_id id, unsigned index, struct view_buffer *out);

#endif
