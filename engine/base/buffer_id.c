#include "base/buffer_id.h"
#include "base/app_proto.h"

#include <stddef.h>

/* The words of the list. */
#define OF(proto) (UINT64_C(1) << APP_##proto)
enum {
    S = BUFFER_TO_SERVER,
    C = BUFFER_TO_CLIENT,
    SC = S | C,
};

const struct buffer_info buffer_infos[BUFFER_COUNT + 1] = {
#define BUFFER(id, name, alias, protos, sides, kind) \
    [BUFFER_##id] = {name, alias, protos, sides, BUFFER_##kind},
#include "base/buffer_list.h"
#undef BUFFER
    [BUFFER_COUNT] = {"unknown", NULL, 0, 0, BUFFER_RAW},
};

const char *buffer_name(enum buffer_id id)
{
    return buffer_info(id)->name;
}
