#include "base/app_stage.h"
#include "base/buffer_id.h"

enum { S = BUFFER_TO_SERVER, C = BUFFER_TO_CLIENT };

static const struct {
    enum app_proto proto;
    uint8_t side;
    const char *name;
} stages[] = {
#define APP_STAGE(proto, side, name) {APP_##proto, side, name},
#include "base/app_stage_list.h"
#undef APP_STAGE
};

static const struct {
    const char *name;
    uint8_t side;
    bool last;
} ends[] = {
    {"request_started", S, false},
    {"request_complete", S, true},
    {"response_started", C, false},
    {"response_complete", C, true},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

bool app_stage_find_own(enum app_proto proto, struct slice name, struct app_stage *out)
{
    uint8_t number = 0;
    for (size_t i = 0; i < COUNT(stages); i++) {
        if (stages[i].proto != proto)
            continue;
        if (i && stages[i - 1].side != stages[i].side)
            number = 0;
        if (slice_equal(name, slice_str(stages[i].name))) {
            *out = (struct app_stage){.side = stages[i].side, .number = number};
            return true;
        }
        number++;
    }
    return false;
}

uint8_t app_stage_last(enum app_proto proto, unsigned side)
{
    uint8_t count = 0;
    for (size_t i = 0; i < COUNT(stages); i++)
        count = (uint8_t)(count + (stages[i].proto == proto && stages[i].side == side));
    return count ? (uint8_t)(count - 1) : 1;
}

bool app_stage_find(enum app_proto proto, struct slice name, struct app_stage *out)
{
    if (app_stage_find_own(proto, name, out))
        return true;
    for (size_t i = 0; i < COUNT(ends); i++)
        if (slice_equal(name, slice_str(ends[i].name))) {
            *out = (struct app_stage){.side = ends[i].side};
            if (ends[i].last)
                out->number = proto == APP_HTTP ? APP_STAGE_LAST : app_stage_last(proto, ends[i].side);
            return true;
        }
    return false;
}

const char *app_stage_name(enum app_proto proto, struct app_stage stage)
{
    uint8_t number = 0;
    for (size_t i = 0; i < COUNT(stages); i++) {
        if (stages[i].proto == proto && stages[i].side == stage.side && number++ == stage.number)
            return stages[i].name;
    }
    for (size_t i = 0; i < COUNT(ends); i++)
        if (ends[i].side == stage.side && ends[i].last == (stage.number > 0))
            return ends[i].name;
    return "unknown";
}
