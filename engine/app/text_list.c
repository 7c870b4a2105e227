#include "app/text_list.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

bool text_list_has_room(const struct text_list *list, struct slice text)
{
    return list->count < TEXT_LIST_MOST && text.n <= TEXT_LIST_BYTES - list->bytes.n;
}

int text_list_add(struct text_list *list, struct slice text)
{
    if (!text_list_has_room(list, text))
        return -ENOSPC;
    int rc = grow_array(&list->ends, list->count, &list->capacity);
    if (!rc)
        rc = buf_append(&list->bytes, text);
    if (!rc)
        list->ends[list->count++] = (uint32_t)list->bytes.n;
    return rc;
}

bool text_list_at(const struct text_list *list, size_t index, struct slice *text)
{
    if (index >= list->count)
        return false;
    uint32_t from = index ? list->ends[index - 1] : 0;
    /* An empty text is one, too: it has an address. */
    *text = slice_of(list->bytes.p ? list->bytes.p + from : (const uint8_t *)"", list->ends[index] - from);
    return true;
}

void text_list_fini(struct text_list *list)
{
    buf_fini(&list->bytes);
    free(list->ends);
    *list = (struct text_list){0};
}
