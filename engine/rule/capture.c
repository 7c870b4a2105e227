#include "rule/capture.h"

void capture_note(struct captures *captures, const struct group_capture *capture, struct slice value)
{
    uint32_t i = 0;
    value = slice_first(value, CAPTURE_BYTES_MOST);
    while (i < captures->count && captures->list[i].capture != capture)
        i++;
    if (i == CAPTURES_MOST)
        return;
    size_t at = captures->bytes.n;
    if (buf_append(&captures->bytes, value))
        return;
    captures->list[i] = (struct captured){.capture = capture, .at = at, .n = (uint32_t)value.n};
    if (i == captures->count)
        captures->count++;
}

void captures_clear(struct captures *captures)
{
    captures->count = 0;
    buf_clear(&captures->bytes);
}
