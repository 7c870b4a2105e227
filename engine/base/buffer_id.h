/* The ids of buffer_list.h, and their names. Constants only. */
#ifndef SLUICE_BASE_BUFFER_ID_H
#define SLUICE_BASE_BUFFER_ID_H

enum buffer_id {
#define BUFFER(id, name) BUFFER_##id,
#include "base/buffer_list.h"
#undef BUFFER
    BUFFER_COUNT
};

/* The sticky buffer's name; never NULL. */
const char *buffer_name(enum buffer_id id);

#endif
