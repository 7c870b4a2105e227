#include "app/smb/smb_note.h"

#include <stdlib.h>

#include "app/smb/smb_data.h"
#include "base/grow.h"
#include "base/hash.h"
#include "flow/flow.h"

enum { BUCKETS = 256 };

uint64_t smb_key(uint64_t a, uint64_t b, uint64_t c)
{
    const uint64_t parts[3] = {a, b, c};
    uint64_t key = hash_bytes(parts, sizeof parts, 0);
    return key ? key : 1;
}

static uint32_t *bucket_of(const struct smb_notes *notes, uint64_t key)
{
    return &notes->buckets[hash_bytes(&key, sizeof key, notes->seed) % BUCKETS];
}

struct smb_note *smb_note_find(const struct smb_notes *notes, enum smb_note_kind kind, uint64_t key)
{
    if (!notes->buckets)
        return NULL;
    for (uint32_t at = *bucket_of(notes, key); at; at = notes->list[at - 1]->next) {
        struct smb_note *note = notes->list[at - 1];
        if (note->key == key && note->kind == kind)
            return note;
    }
    return NULL;
}

static void unlink_note(struct smb_notes *notes, const struct smb_note *note)
{
    uint32_t *at = bucket_of(notes, note->key);
    while (*at && notes->list[*at - 1] != note)
        at = &notes->list[*at - 1]->next;
    if (*at)
        *at = note->next;
}

static void clear_note(struct app_session *s, struct smb_note *note)
{
    if (note->kind == SMB_NOTE_FILE)
        smb_file_forget(s, note);
    smb_note_text(s, &note->name, slice_of(NULL, 0));
    smb_note_text(s, &note->share, slice_of(NULL, 0));
    buf_fini(&note->name);
    buf_fini(&note->share);
    *note = (struct smb_note){0};
}

static bool have_buckets(struct app_session *s, struct smb_notes *notes)
{
    if (notes->buckets)
        return true;
    if (!app_memory_take(s, BUCKETS * sizeof *notes->buckets))
        return false;
    notes->buckets = calloc(BUCKETS, sizeof *notes->buckets);
    if (!notes->buckets)
        app_memory_give(s, BUCKETS * sizeof *notes->buckets);
    notes->seed = s->flow->hash;
    return notes->buckets;
}

static struct smb_note *add_note(struct app_session *s, struct smb_notes *notes)
{
    struct smb_note *note = NULL;
    if (grow_array(&notes->list, notes->count, &notes->capacity) || !app_memory_take(s, sizeof *note))
        return NULL;
    note = calloc(1, sizeof *note);
    if (note)
        notes->list[notes->count++] = note;
    else
        app_memory_give(s, sizeof *note);
    return note;
}

/* A dropped one, a new one, or the oldest's place. */
static struct smb_note *place(struct app_session *s, struct smb_notes *notes, uint32_t *index)
{
    struct smb_note *note = notes->count < SMB_NOTES_MOST ? add_note(s, notes) : NULL;
    if (note) {
        *index = notes->count;
        return note;
    }
    if (!notes->count)
        return NULL;
    notes->oldest %= notes->count;
    *index = ++notes->oldest;
    note = notes->list[*index - 1];
    if (note->kind != SMB_NOTE_NONE) {
        unlink_note(notes, note);
        clear_note(s, note);
    }
    return note;
}

struct smb_note *smb_note_make(struct app_session *s, struct smb_notes *notes, enum smb_note_kind kind,
                               uint64_t key)
{
    struct smb_note *note = smb_note_find(notes, kind, key);
    uint32_t index;
    if (note || !have_buckets(s, notes))
        return note;
    note = place(s, notes, &index);
    if (!note)
        return NULL;
    note->key = key;
    note->kind = (uint8_t)kind;
    note->next = *bucket_of(notes, key);
    *bucket_of(notes, key) = index;
    return note;
}

/* Its place is filled by the last one, so that the list has no holes. */
void smb_note_drop(struct app_session *s, struct smb_notes *notes, struct smb_note *note)
{
    uint32_t at = 0;
    if (!note)
        return;
    uint32_t *link = bucket_of(notes, note->key);
    while (*link && notes->list[*link - 1] != note)
        link = &notes->list[*link - 1]->next;
    if (!*link)
        return;
    at = *link - 1;
    *link = note->next;
    clear_note(s, note);
    free(note);
    app_memory_give(s, sizeof *note);
    struct smb_note *last = notes->list[--notes->count];
    if (at == notes->count)
        return;
    uint32_t *to_last = bucket_of(notes, last->key);
    while (*to_last != notes->count + 1)
        to_last = &notes->list[*to_last - 1]->next;
    *to_last = at + 1;
    notes->list[at] = last;
}

void smb_notes_fini(struct app_session *s, struct smb_notes *notes)
{
    for (uint32_t i = 0; i < notes->count; i++) {
        clear_note(s, notes->list[i]);
        free(notes->list[i]);
        app_memory_give(s, sizeof *notes->list[i]);
    }
    if (notes->buckets)
        app_memory_give(s, BUCKETS * sizeof *notes->buckets);
    free(notes->buckets);
    free(notes->list);
    *notes = (struct smb_notes){0};
}

void smb_note_text(struct app_session *s, struct buf *text, struct slice bytes)
{
    app_memory_give(s, text->n);
    buf_clear(text);
    if (bytes.n)
        app_memory_append(s, text, bytes);
}
