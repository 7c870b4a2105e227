/* At which stage of its direction a transaction is for the rules that are about stages (base/app_stage.h). */
#ifndef SLUICE_MATCH_TRANSACTION_STAGE_H
#define SLUICE_MATCH_TRANSACTION_STAGE_H

#include "match/transaction_memory.h"

struct app_session;
struct app_tx;
struct rule_stage;

struct tx_stage {
    uint8_t now, before; /* before: when the rules looked last */
    bool there;          /* there is a stage to look at */
};

/* The stages to look at now: not those of a direction in which nothing has come yet, nor the last one twice.
 */
struct tx_stage tx_stage_of(const struct app_session *session, const struct app_tx *tx,
                            enum direction direction, struct tx_side *side);

/* At a stage is also what has come to it, or gone through it, since the rules looked last. */
bool tx_stage_fits(const struct tx_stage *stage, enum app_proto proto, const struct rule_stage *want);

#endif
