#include "capture/frame_store.h"

#include <stdlib.h>

struct frame_store *frame_store_new(void)
{
    struct frame_store *store = malloc(sizeof *store);
    if (store) {
        store->next = NULL;
        store->count = 0;
        store->used = 0;
        store->held_count = 0;
    }
    return store;
}

void frame_store_add(struct frame_store *store, const struct frame *frame)
{
    struct frame *f = &store->frames[store->count++];
    *f = *frame;
    f->bytes =
        slice_of(store->bytes + store->used, frame->bytes.n < FRAME_MOST ? frame->bytes.n : FRAME_MOST);
    if (f->bytes.n)
        memcpy(store->bytes + store->used, frame->bytes.p, f->bytes.n);
    store->used += f->bytes.n;
}

void frame_store_lend(struct frame_store *store, const struct frame *frame, struct byte_source *source)
{
    struct byte_window *window = byte_source_hold(source);
    bool held = store->held_count && store->held[store->held_count - 1] == window;
    bool room = store->held_count < STORE_WINDOWS;
    if (held || !room)
        byte_source_let_go(window);
    else
        store->held[store->held_count++] = window;
    if (!held && !room) {
        frame_store_add(store, frame);
        return;
    }
    store->frames[store->count++] = *frame;
    store->used += frame->bytes.n;
}

struct frame_store *frame_store_take(struct frame_store **free_list)
{
    struct frame_store *store = *free_list;
    if (!store)
        return frame_store_new();
    *free_list = store->next;
    store->count = 0;
    store->used = 0;
    return store;
}

void frame_store_put(struct frame_store **free_list, struct frame_store *store)
{
    while (store->held_count)
        byte_source_let_go(store->held[--store->held_count]);
    store->next = *free_list;
    *free_list = store;
}

void frame_store_free_all(struct frame_store **free_list)
{
    while (*free_list) {
        struct frame_store *store = *free_list;
        *free_list = store->next;
        free(store);
    }
}
