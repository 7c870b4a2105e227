#include "match/transaction_stage.h"

#include "app/engine.h"
#include "app/session.h"
#include "base/app_stage.h"
#include "rule/header.h"

struct tx_stage tx_stage_of(const struct app_session *session, const struct app_tx *tx,
                            enum direction direction, struct tx_side *side)
{
    enum app_proto proto = session->parser->proto;
    struct tx_stage stage = {.now = app_stage(session, tx, direction), .before = side->stage};
    stage.there = !side->stages_done && (stage.now || proto != APP_HTTP1);
    if (stage.there) {
        side->stage = stage.now;
        side->stages_done = tx->complete[direction];
    }
    return stage;
}

bool tx_stage_fits(const struct tx_stage *stage, enum app_proto proto, const struct rule_stage *want)
{
    uint8_t number = want->stage.number;
    if (want->compare == STAGE_ANY)
        return true;
    if (!stage->there)
        return false;
    if (number == APP_STAGE_LAST)
        number = app_stage_last(proto, want->stage.side);
    switch ((enum stage_compare)want->compare) {
    case STAGE_AT:
        return stage->before <= number && number <= stage->now;
    case STAGE_BEFORE:
        return stage->now < number;
    default:
        return stage->now > number;
    }
}
