/*
 * Texts of a message in one piece of memory: recipients, urls. Owned by whoever holds the list; zeroed is an
 * empty one. Both the number and the bytes are capped. One thread.
 */
#ifndef SLUICE_APP_TEXT_LIST_H
#define SLUICE_APP_TEXT_LIST_H

#include "base/buf.h"

enum { TEXT_LIST_MOST = 1024, TEXT_LIST_BYTES = 64 << 10 };

struct text_list {
    struct buf bytes;
    uint32_t *ends; /* in `bytes`, of each */
    uint32_t count, capacity;
};

bool text_list_has_room(const struct text_list *list, struct slice text);
/* 0; -ENOSPC at a cap, -ENOMEM: the list is as it was. */
int text_list_add(struct text_list *list, struct slice text);
bool text_list_at(const struct text_list *list, size_t index, struct slice *text);
void text_list_fini(struct text_list *list);

#endif
