#include "app/file/file_magic.h"

#include <magic.h>
#include <stdlib.h>

struct file_magic {
    magic_t library; /* NULL: not loaded */
    bool tried;
};

struct file_magic *file_magic_new(void)
{
    return calloc(1, sizeof(struct file_magic));
}

void file_magic_free(struct file_magic *magic)
{
    if (magic && magic->library)
        magic_close(magic->library);
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

const char *file_magic_describe(struct file_magic *magic, struct slice bytes)
{
    if (!magic->tried)
        load(magic);
    return magic->library ? magic_buffer(magic->library, bytes.p, bytes.n) : NULL;
}
