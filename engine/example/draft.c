#include "example/draft.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

void draft_init(struct draft *draft)
{
    *draft = (struct draft){.tail = DRAFT_ANY};
}

void draft_fini(struct draft *draft)
{
    free(draft->cells);
    *draft = (struct draft){0};
}

bool draft_copy(struct draft *to, const struct draft *from)
{
    if (from->count > to->capacity) {
        struct draft_cell *cells = realloc(to->cells, from->count * sizeof *cells);
        if (!cells)
            return false;
        to->cells = cells;
        to->capacity = from->count;
    }
    if (from->count)
        memcpy(to->cells, from->cells, from->count * sizeof *to->cells);
    to->count = from->count;
    to->tail = from->tail;
    return true;
}

static bool insert(struct draft *draft, uint32_t at, uint32_t count)
{
    if (count > DRAFT_MOST || draft->count + count > DRAFT_MOST)
        return false;
    while (draft->count + count > draft->capacity) {
        uint32_t capacity = draft->capacity ? draft->capacity * 2 : 64;
        struct draft_cell *cells = realloc(draft->cells, capacity * sizeof *cells);
        if (!cells)
            return false;
        draft->cells = cells;
        draft->capacity = capacity;
    }
    memmove(draft->cells + at + count, draft->cells + at, (draft->count - at) * sizeof *draft->cells);
    for (uint32_t i = at; i < at + count; i++)
        draft->cells[i] = (struct draft_cell){.may = byte_set_all()};
    draft->count += count;
    return true;
}

static uint16_t less(uint16_t room, uint32_t taken)
{
    return room == DRAFT_ANY ? room : (uint16_t)(room - taken);
}

bool draft_reach(struct draft *draft, uint32_t count)
{
    if (count <= draft->count)
        return true;
    uint32_t more = count - draft->count;
    if (more > draft->tail || !insert(draft, draft->count, more))
        return false;
    draft->tail = less(draft->tail, more);
    return true;
}

bool draft_could(const struct draft *draft, uint32_t at, struct slice bytes, bool nocase)
{
    for (size_t i = 0; i < bytes.n && at + i < draft->count; i++) {
        struct byte_set both = byte_set_and(draft->cells[at + i].may, byte_set_of(bytes.p[i], nocase));
        if (byte_set_empty(&both))
            return false;
    }
    return at + bytes.n <= (size_t)draft->count + draft->tail && at + bytes.n <= DRAFT_MOST;
}

bool draft_is(const struct draft *draft, uint32_t at, struct slice bytes, bool nocase)
{
    if (at > draft->count || bytes.n > draft->count - at)
        return false;
    for (size_t i = 0; i < bytes.n; i++) {
        struct byte_set wanted = byte_set_of(bytes.p[i], nocase), may = draft->cells[at + i].may;
        for (unsigned w = 0; w < 4; w++)
            if (may.bits[w] & ~wanted.bits[w] || (i && draft->cells[at + i].extra))
                return false;
    }
    return true;
}

void draft_freeze(struct draft *draft, uint32_t from, uint32_t upto)
{
    for (uint32_t i = from; i < upto && i < draft->count; i++)
        draft->cells[i].extra = 0;
}

bool draft_place(struct draft *draft, uint32_t at, struct slice bytes, bool nocase)
{
    if (!draft_could(draft, at, bytes, nocase) || !draft_reach(draft, at + (uint32_t)bytes.n))
        return false;
    for (size_t i = 0; i < bytes.n; i++) {
        struct draft_cell *cell = &draft->cells[at + i];
        cell->may = byte_set_and(cell->may, byte_set_of(bytes.p[i], nocase));
    }
    draft_freeze(draft, at + 1, at + (uint32_t)bytes.n);
    return true;
}

bool draft_stretch(struct draft *draft, uint32_t count, bool at_end_first)
{
    if (count <= draft->count)
        return count == draft->count;
    uint32_t more = count - draft->count;
    if (at_end_first && draft_reach(draft, count))
        return true;
    for (uint32_t i = 0; i < draft->count; i++) {
        if (draft->cells[i].extra < more)
            continue;
        draft->cells[i].extra = less(draft->cells[i].extra, more);
        return insert(draft, i, more);
    }
    return draft_reach(draft, count);
}

bool draft_place_number(struct draft *draft, uint32_t at, unsigned count, bool little, uint64_t value)
{
    uint8_t bytes[8];
    if (count > sizeof bytes || (count < 8 && value >> (8 * count)))
        return false;
    for (unsigned i = 0; i < count; i++)
        bytes[little ? i : count - 1 - i] = (uint8_t)(value >> (8 * i));
    return draft_place(draft, at, slice_of(bytes, count), false);
}

/* What is put where many bytes may stand: the first of these that may, else the lowest that may. */
static const char *const tastes[] = {
    "abcdefghijklmnopqrstuvwxyz0123456789", "x1Z/. ", "7xQ ", "Zq8.", " x0", ".a5", "/b3", "\xe9x4", "=m&",
};

static uint8_t choose(const struct byte_set *may, unsigned taste, uint32_t at)
{
    unsigned kinds = sizeof tastes / sizeof *tastes;
    const char *liked = tastes[taste % kinds];
    size_t n = strlen(liked);
    size_t turn = taste >= kinds ? at * (taste / kinds) : 0; /* later tastes mix */
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = (uint8_t)liked[(i + turn) % n];
        if (byte_set_has(may, byte))
            return byte;
    }
    for (const char *p = tastes[0]; *p; p++)
        if (byte_set_has(may, (uint8_t)*p))
            return (uint8_t)*p;
    for (unsigned byte = 'A'; byte < 'A' + 256; byte++)
        if (byte_set_has(may, (uint8_t)byte))
            return (uint8_t)byte;
    return 0;
}

int draft_choose(const struct draft *draft, unsigned taste, struct buf *out)
{
    buf_clear(out);
    for (uint32_t i = 0; i < draft->count; i++) {
        uint8_t byte = choose(&draft->cells[i].may, taste, i);
        if (buf_append(out, slice_of(&byte, 1)))
            return -ENOMEM;
    }
    return 0;
}
