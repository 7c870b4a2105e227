#include "run/settings/setting_notes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

void setting_notes_fini(struct setting_notes *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        free(n->list[i].key);
        free(n->list[i].text);
    }
    for (uint32_t i = 0; i < n->file_count; i++)
        free(n->files[i]);
    free(n->list);
    free(n->files);
    *n = (struct setting_notes){0};
}

int setting_notes_file(struct setting_notes *n, const char *path)
{
    n->file = NULL;
    n->line = 0;
    if (!path)
        return 0;
    char *copy = strdup(path);
    if (!copy || grow_array(&n->files, n->file_count, &n->file_capacity)) {
        free(copy);
        return -ENOMEM;
    }
    n->files[n->file_count++] = copy;
    n->file = copy;
    return 0;
}

int setting_notes_add(struct setting_notes *n, const char *key, const char *text)
{
    if (n->count == NOTES_MOST)
        return 0;
    struct setting_note note = {.key = strdup(key), .text = strdup(text), .file = n->file, .line = n->line};
    if (!note.key || !note.text || grow_array(&n->list, n->count, &n->capacity)) {
        free(note.key);
        free(note.text);
        return -ENOMEM;
    }
    n->list[n->count++] = note;
    return 0;
}

const struct setting_note *setting_notes_find(const struct setting_notes *n, const char *key, size_t length)
{
    for (uint32_t i = n->count; i-- > 0;)
        if (strncmp(n->list[i].key, key, length) == 0 && n->list[i].key[length] == '\0')
            return &n->list[i];
    return NULL;
}

/* The first of what was said of an element of a list. */
static const struct setting_note *find_member(const struct setting_notes *n, const char *key, size_t length)
{
    for (uint32_t i = 0; i < n->count; i++)
        if (length && strncmp(n->list[i].key, key, length) == 0 && n->list[i].key[length] == '.')
            return &n->list[i];
    return NULL;
}

void setting_notes_blame(const struct setting_notes *n, struct err *err)
{
    if (err->file[0] || err->line)
        return;
    size_t length = strcspn(err->message, ": ");
    const struct setting_note *note = setting_notes_find(n, err->message, length);
    if (!note)
        note = find_member(n, err->message, length);
    if (note && note->file)
        err_at(err, note->file, note->line, 0);
}
