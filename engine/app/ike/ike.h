/*
 * IKE, versions 1 and 2: a transaction is a message, of one direction. Internal to app/ike/ and
 * output/eve_ike.c; slices lie in the copy of the message that the transaction owns.
 */
#ifndef SLUICE_APP_IKE_H
#define SLUICE_APP_IKE_H

#include "app/ike/ike_message.h"
#include "app/parser.h"
#include "base/buf.h"

enum { IKE_SPI_TEXT = 2 * IKE_SPI, IKE_VENDORS_MOST = 1024 };

struct ike_tx {
    struct app_tx tx;
    struct ike_header header;
    char initiator[IKE_SPI_TEXT], responder[IKE_SPI_TEXT]; /* in hexadecimal */
    struct ike1 one;
    struct ike2 two;
    struct ike_chosen chosen; /* by the responder, with this message */
    struct buf bytes;
    struct buf vendors;     /* the first IKE_VENDORS_MOST IDs, in hexadecimal, one behind the other */
    struct buf vendor_ends; /* size_t each: where in `vendors` it ends */
};

/* What EVE shows of a version 1 flow: of each side what its last message brought. */
struct ike_side {
    struct buf key, nonce;
};

struct ike {
    struct ike_side sides[DIRECTIONS];
    bool has_doi;
    uint32_t doi;
    struct buf attributes;          /* of the transform that the responder has chosen, version 1 */
    uint16_t last[IKE2_TRANSFORMS]; /* the same of version 2 */
};

/* The index-th vendor ID in hexadecimal; false: there are no more. */
bool ike_vendor(const struct ike_tx *tx, size_t index, struct slice *out);

#endif
