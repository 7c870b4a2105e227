#include "app/nfs/nfs_session.h"

#include <stdlib.h>

#include "base/hash.h"
#include "flow/flow.h"

enum { WAYS = 4, NAME_MOST = 4096 };

uint64_t nfs_key(const struct app_session *s, struct slice handle)
{
    return hash_slice(handle, s->flow->hash) | 1;
}

static struct nfs_note **set_of(struct nfs *nfs, enum nfs_note_kind kind, uint64_t key)
{
    uint64_t hash = hash_bytes(&key, sizeof key, (uint64_t)kind);
    return nfs->notes + hash % (NFS_NOTES / WAYS) * WAYS;
}

struct nfs_note *nfs_note_find(struct app_session *s, enum nfs_note_kind kind, uint64_t key)
{
    struct nfs *nfs = nfs_of(s);
    struct nfs_note **set = nfs->notes ? set_of(nfs, kind, key) : NULL;
    for (int i = 0; set && i < WAYS; i++)
        if (set[i] && set[i]->kind == kind && set[i]->key == key) {
            set[i]->stamp = ++nfs->stamp;
            return set[i];
        }
    return NULL;
}

static void free_note(struct app_session *s, struct nfs_note *note)
{
    if (note->kind == NFS_NOTE_FILE)
        for (int d = 0; d < DIRECTIONS; d++)
            nfs_file_close(s, (enum direction)d, note->key, false);
    app_memory_give(s, sizeof *note + note->name.n);
    buf_fini(&note->name);
    free(note);
}

void nfs_note_drop(struct app_session *s, struct nfs_note *note)
{
    struct nfs_note **set = set_of(nfs_of(s), note->kind, note->key);
    for (int i = 0; i < WAYS; i++)
        if (set[i] == note) {
            free_note(s, note);
            set[i] = NULL;
            return;
        }
}

static bool have_table(struct app_session *s, struct nfs *nfs)
{
    const size_t size = NFS_NOTES * sizeof(struct nfs_note *);
    if (nfs->notes)
        return true;
    if (!app_memory_take(s, size))
        return false;
    nfs->notes = calloc(NFS_NOTES, sizeof(struct nfs_note *));
    if (!nfs->notes)
        app_memory_give(s, size);
    return nfs->notes;
}

/* A free place, or that of the one that nobody has asked for longest. */
static struct nfs_note **place_in(struct nfs_note **set)
{
    struct nfs_note **oldest = set;
    for (int i = 0; i < WAYS; i++) {
        if (!set[i])
            return &set[i];
        if (set[i]->stamp < (*oldest)->stamp)
            oldest = &set[i];
    }
    return oldest;
}

struct nfs_note *nfs_note_make(struct app_session *s, enum nfs_note_kind kind, uint64_t key)
{
    struct nfs *nfs = nfs_of(s);
    struct nfs_note *note = nfs_note_find(s, kind, key);
    if (note || !have_table(s, nfs))
        return note;
    struct nfs_note **place = place_in(set_of(nfs, kind, key));
    if (*place)
        nfs_note_drop(s, *place);
    note = app_memory_take(s, sizeof *note) ? calloc(1, sizeof *note) : NULL;
    if (!note)
        return NULL;
    note->kind = kind;
    note->key = key;
    note->stamp = ++nfs->stamp;
    *place = note;
    return note;
}

void nfs_notes_fini(struct app_session *s)
{
    struct nfs *nfs = nfs_of(s);
    for (int i = 0; nfs->notes && i < NFS_NOTES; i++)
        if (nfs->notes[i])
            nfs_note_drop(s, nfs->notes[i]);
    if (nfs->notes)
        app_memory_give(s, NFS_NOTES * sizeof *nfs->notes);
    free(nfs->notes);
    nfs->notes = NULL;
}

void nfs_note_name(struct app_session *s, struct slice handle, struct slice name)
{
    struct nfs_note *note = handle.n && name.n && name.n <= NAME_MOST
                                ? nfs_note_make(s, NFS_NOTE_FILE, nfs_key(s, handle))
                                : NULL;
    if (!note || !app_memory_take(s, name.n))
        return;
    app_memory_give(s, note->name.n);
    buf_clear(&note->name);
    if (buf_append(&note->name, name))
        app_memory_give(s, name.n);
}
