/*
 * The messages of IKE, versions 1 (RFC 2408, 2409) and 2 (RFC 7296), as plain bytes: what is read of one, and
 * the lists within it one by one. Slices lie in the bytes that were read; no state, any thread.
 */
#ifndef SLUICE_APP_IKE_MESSAGE_H
#define SLUICE_APP_IKE_MESSAGE_H

#include "base/cursor.h"

enum {
    IKE_SPI = 8,
    IKE_FLAG_INITIATOR = 0x08,
    IKE_ATTRIBUTES = 17, /* numbers of base/ike_attribute_list.h, and 0 */
};

enum ike2_transform { IKE2_ENC = 1, IKE2_PRF, IKE2_AUTH, IKE2_DH, IKE2_ESN, IKE2_TRANSFORMS };
enum { IKE2_ENC_NULL = 11 };

struct ike_header {
    struct slice initiator, responder; /* IKE_SPI bytes each */
    uint8_t next, major, minor, exchange, flags;
    uint32_t id;
    struct slice payloads;
};

/* What the responder has chosen: the first number of each attribute. */
struct ike_chosen {
    uint32_t there; /* 1 << number */
    uint32_t value[IKE_ATTRIBUTES];
};

struct ike1 {
    bool encrypted; /* nothing below but the type of the first payload */
    uint32_t types; /* 1 << the types of payloads that came */
    bool has_doi;
    uint32_t doi;
    struct slice key, nonce;
    unsigned transforms;
    struct slice attributes; /* of the first transform */
};

struct ike1_attribute {
    uint16_t type;
    bool is_number; /* of 16 or 32 bits; else `bytes` */
    uint32_t number;
    struct slice bytes;
};

struct ike2 {
    bool readable;    /* all payloads have their form; else nothing of them counts */
    uint16_t remarks; /* 1 << enum ike2_remark */
    uint8_t came;     /* 1 << enum ike2_transform that a proposal has, and the last of each */
    uint16_t last[IKE2_TRANSFORMS];
    struct ike_chosen first; /* of each kind the first */
};

enum ike2_remark {
    IKE2_WEAK_ENC,
    IKE2_WEAK_PRF,
    IKE2_WEAK_AUTH,
    IKE2_WEAK_DH,
    IKE2_NO_DH,
    IKE2_NO_AUTH,
    IKE2_INVALID_PROPOSAL,
    IKE2_UNKNOWN_PROPOSAL,
    IKE2_NO_ENCRYPTION,
    IKE2_REMARKS
};

/* False: not IKE, of another version, or the datagram is not as long as it says. A non-ESP marker in front
 * (RFC 3948, 2.2) is passed over. */
bool ike_header_read(struct slice datagram, struct ike_header *out);

/* Called for each vendor ID, and for the attributes of each transform, in their order. */
struct ike1_visitor {
    void (*vendor)(void *ctx, struct slice id); /* may be NULL, as the next */
    void (*transform)(void *ctx, struct slice attributes);
    void *ctx;
};

/* False: a security association that is cut, which makes the message none. `visitor` may be NULL. */
bool ike1_read(const struct ike_header *header, struct ike1 *out, const struct ike1_visitor *visitor);
bool ike1_attribute_next(struct cursor *c, struct ike1_attribute *out);
void ike1_choose(struct slice attributes, struct ike_chosen *out);

void ike2_read(const struct ike_header *header, struct ike2 *out);

/* From a cursor over the payloads: the type of the one behind it, and its body. */
bool ike2_payload_next(struct cursor *c, uint8_t *next, struct slice *body);

#endif
