#include "app/file/file_magic.h"

#include <magic.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"

enum { NOTES = 64 };

/* What was said of these very bytes: the same small file often comes again, and each question takes 0.1 ms.
 */
struct note {
    struct buf bytes, text; /* both empty: nothing is noted */
};

struct file_magic {
    magic_t library; /* NULL: not loaded */
    bool tried;
    struct note notes[NOTES]; /* by the hash of the bytes */
};

struct file_magic *file_magic_new(void)
{
    return calloc(1, sizeof(struct file_magic));
}

void file_magic_free(struct file_magic *magic)
{
    if (magic && magic->library)
        magic_close(magic->library);
    for (int i = 0; magic && i < NOTES; i++) {
        buf_fini(&magic->notes[i].bytes);
        buf_fini(&magic->notes[i].text);
    }
    free(magic);
}

static void load(struct file_magic *magic)
{
    magic->tried = true;
    magic_t library = magic_open(MAGIC_NONE);
    if (!library)
        return;
    if (magic_load(library, NULL)) {
        magic_close(library);
        return;
    }
    magic->library = library;
}

/* Short of memory there is no note. */
static void keep(struct note *note, struct slice bytes, const char *text)
{
    buf_clear(&note->bytes);
    buf_clear(&note->text);
    if (!text || bytes.n > FILE_MAGIC_BYTES || buf_append(&note->text, slice_of(text, strlen(text) + 1)) ||
        buf_append(&note->bytes, bytes))
        buf_clear(&note->bytes);
}

const char *file_magic_describe(struct file_magic *magic, struct slice bytes)
{
    if (!magic->tried)
        load(magic);
    if (!magic->library)
        return NULL;
    struct note *note = &magic->notes[hash_slice(bytes, 0) % NOTES];
    if (bytes.n && slice_equal(buf_slice(&note->bytes), bytes))
        return (const char *)note->text.p;
    const char *text = magic_buffer(magic->library, bytes.p, bytes.n);
    keep(note, bytes, text);
    return text;
}
