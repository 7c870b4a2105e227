/* The making of SIP's transactions. Internal to app/sip. */
#ifndef SLUICE_APP_SIP_TX_H
#define SLUICE_APP_SIP_TX_H

#include "app/sip/sip.h"

/*
 * A transaction of a message's bytes, complete; of a datagram that is none only for rules about frames.
 * False: memory is short, the parser gives up. *out is NULL when there is nothing to make one for.
 */
bool sip_tx_make(struct app_session *session, enum direction direction, struct slice bytes,
                 struct sip_tx **out);

void sip_tx_free(struct app_session *session, struct app_tx *tx);

#endif
