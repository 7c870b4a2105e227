/*
 * The messages of an RDP connection as plain bytes: X.224 behind TPKT (RFC 1006, 6), the settings in an MCS
 * Connect Initial ([MS-RDPBCGR] 2.2.1), certificates in TLS records. Slices lie in the bytes that were read;
 * no state, any thread.
 */
#ifndef SLUICE_APP_RDP_MESSAGE_H
#define SLUICE_APP_RDP_MESSAGE_H

#include "base/buf.h"
#include "base/cursor.h"

enum { RDP_TPKT_HEAD = 4 };

enum rdp_pdu { /* of a TPKT's content */
               RDP_PDU_OTHER,
               RDP_PDU_REQUEST,  /* X.224 Connection Request */
               RDP_PDU_CONFIRM,  /* X.224 Connection Confirm */
               RDP_PDU_INITIAL,  /* MCS Connect Initial */
               RDP_PDU_RESPONSE, /* MCS Connect Response */
};

enum rdp_negotiation_type { RDP_NEG_NONE, RDP_NEG_REQUEST, RDP_NEG_RESPONSE, RDP_NEG_FAILURE };

struct rdp_negotiation {
    uint8_t type; /* enum rdp_negotiation_type */
    uint8_t flags;
    uint32_t value; /* the protocol that the server has chosen, or why not */
};

struct rdp_request {
    bool has_cookie;
    struct slice cookie;
    struct rdp_negotiation negotiation;
};

/* What it is; `body`: what follows its fixed part. */
enum rdp_pdu rdp_pdu_read(struct slice content, struct slice *body);

/* Of a request's or confirm's body. False: it is cut. */
bool rdp_request_read(struct slice body, struct rdp_request *out);
bool rdp_confirm_read(struct slice body, struct rdp_negotiation *out);

/* The client's settings in the body of a Connect Initial: blocks. False: there are none, or one is cut. */
bool rdp_blocks(struct slice body, struct slice *blocks);

enum { RDP_CORE = 0xc001, RDP_NET = 0xc003, RDP_BLOCK_HEAD = 4 };

/* Optional parts, in their order; one that is there brings those before it. */
enum rdp_core_part {
    RDP_PART_DEPTH,
    RDP_PART_PRODUCT,
    RDP_PART_SERIAL,
    RDP_PART_HIGH,
    RDP_PART_SUPPORTED,
    RDP_PART_CAPABILITIES,
    RDP_PART_ID,
    RDP_PART_CONNECTION,
    RDP_PART_PAD,
    RDP_PART_SELECTED,
    RDP_PART_WIDTH,
    RDP_PART_HEIGHT,
    RDP_PART_ORIENTATION,
    RDP_PART_SCALE,
    RDP_PART_DEVICE_SCALE,
    RDP_PARTS
};

struct rdp_core {
    uint32_t version, layout, build, keyboard, subtype, function_keys;
    uint16_t width, height, depth;
    struct slice name, ime, id; /* UTF-16, up to a zero */
    unsigned parts;             /* so many of enum rdp_core_part are there */
    uint32_t part[RDP_PARTS];
};

/* The next block of settings that has its form, from a cursor over rdp_blocks. */
bool rdp_block_next(struct cursor *c, uint16_t *type, struct slice *body);
bool rdp_core_read(struct slice body, struct rdp_core *out);
/* From a cursor over a network block behind its count: the name of a channel. */
bool rdp_channel_next(struct cursor *c, struct slice *name);

/*
 * Whether the TLS record has a Certificate message: the serial number of each of its certificates, in
 * hexadecimal and without zeros in front, is added with a zero byte behind it. 1, 0, or -ENOMEM.
 */
int rdp_tls_serials(struct slice record, struct buf *out);

#endif
