#include "base/buffer_id.h"

static const char *const names[BUFFER_COUNT] = {
#define BUFFER(id, name) [BUFFER_##id] = name,
#include "base/buffer_list.h"
#undef BUFFER
};

const char *buffer_name(enum buffer_id id)
{
    return (unsigned)id < BUFFER_COUNT ? names[id] : "unknown";
}
