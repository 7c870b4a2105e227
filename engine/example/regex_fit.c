/*
 * The shortest way through an expression and a draft at once. A state is a place in the draft and a step of
 * the expression: a byte of the expression either narrows the cell at that place (free of cost) or is put in
 * before it where the draft allows that (one cell more). Breadth first by cost.
 */
#include <stdlib.h>

#include "example/regex.h"

enum { STATES_MOST = 4 << 20, NONE = UINT32_MAX };

/* Places: 0 is the first cell with nothing before it, 1 the same after something was put in before it, i + 1
 * cell `from` + i; the last is the draft's end. */
struct fitting {
    const struct regex *regex;
    const struct draft *draft;
    uint32_t from, places;
    uint32_t *before; /* by state: the state it was reached from; itself at a start */
    uint8_t *reached; /* by state: 1 at the price of one more cell, 2 at the present one */
    uint32_t *now, *later, now_count, later_count;
};

static uint32_t cell_of(const struct fitting *f, uint32_t place)
{
    return f->from + (place ? place - 1 : 0);
}

static uint32_t inserted(uint32_t place)
{
    return place ? place : 1;
}

static uint32_t consumed(uint32_t place)
{
    return inserted(place) + 1;
}

static void reach(struct fitting *f, uint32_t place, uint32_t step, uint32_t before, bool costs)
{
    uint32_t state = place * f->regex->count + step;
    if (f->reached[state] >= (costs ? 1 : 2))
        return;
    f->reached[state] = costs ? 1 : 2;
    f->before[state] = before == NONE ? state : before;
    if (costs)
        f->later[f->later_count++] = state;
    else
        f->now[f->now_count++] = state;
}

/* Whether something may be put in there. */
static bool is_open(const struct fitting *f, uint32_t cell)
{
    return cell == f->draft->count ? f->draft->tail != 0 : f->draft->cells[cell].extra != 0;
}

/* A newline may stand before, or may have been put in there: which of both is not kept. */
static bool at_line_begin(const struct fitting *f, uint32_t place)
{
    uint32_t cell = cell_of(f, place);
    return is_open(f, cell) || (place > 1 && byte_set_has(&f->draft->cells[cell - 1].may, '\n'));
}

static bool at_line_end(const struct fitting *f, uint32_t cell)
{
    return is_open(f, cell) || (cell < f->draft->count && byte_set_has(&f->draft->cells[cell].may, '\n'));
}

static void expand(struct fitting *f, uint32_t state)
{
    const struct draft *d = f->draft;
    uint32_t place = state / f->regex->count, cell = cell_of(f, place);
    const struct regex_step *step = &f->regex->steps[state % f->regex->count];
    bool at_end = cell == d->count;
    struct byte_set both;
    switch (step->op) {
    case REGEX_BYTE:
        both = at_end ? (struct byte_set){0} : byte_set_and(d->cells[cell].may, step->set);
        if (is_open(f, cell))
            reach(f, inserted(place), step->next, state, true);
        if (!byte_set_empty(&both))
            reach(f, consumed(place), step->next, state, false);
        break;
    case REGEX_SPLIT:
        reach(f, place, step->other, state, false);
        reach(f, place, step->next, state, false);
        break;
    case REGEX_BEGIN:
        if (place == 0 || (step->lines && at_line_begin(f, place)))
            reach(f, place, step->next, state, false);
        break;
    case REGEX_END:
        if (at_end || (step->lines && at_line_end(f, cell)))
            reach(f, place, step->next, state, false);
        break;
    case REGEX_FOUND:
        break;
    }
}

/* The cheapest state in which the expression is found, or NONE. */
static uint32_t look(struct fitting *f)
{
    uint32_t start = f->regex->start;
    /* The last one pushed is looked at first: the draft's first cell. */
    for (uint32_t place = f->places; place-- > 0;)
        if (place != 1)
            reach(f, place, start, NONE, false);
    while (f->now_count) {
        while (f->now_count) {
            uint32_t state = f->now[--f->now_count];
            f->reached[state] = 2;
            if (f->regex->steps[state % f->regex->count].op == REGEX_FOUND)
                return state;
            expand(f, state);
        }
        uint32_t *list = f->now;
        f->now = f->later;
        f->now_count = f->later_count;
        f->later = list;
        f->later_count = 0;
    }
    return NONE;
}

/* The states from the start to `last`, in that order, in `path`; returns how many. */
static uint32_t trace(const struct fitting *f, uint32_t last, uint32_t *path)
{
    uint32_t count = 1;
    for (uint32_t state = last; f->before[state] != state; state = f->before[state])
        count++;
    uint32_t state = last;
    for (uint32_t i = count; i-- > 0; state = f->before[state])
        path[i] = state;
    return count;
}

struct making { /* of the new draft */
    const struct fitting *fitting;
    struct draft_cell *cells;
    uint32_t count, taken; /* taken: cells of the old one that are in it */
    uint32_t *moved;
    bool newline_next, closed;
};

static void keep_cell(struct making *m, struct byte_set may, uint16_t extra)
{
    if (m->moved)
        m->moved[m->taken] = m->count;
    m->cells[m->count++] = (struct draft_cell){.may = may, .extra = extra};
    m->taken++;
}

static void make_step(struct making *m, const struct regex_step *step, bool puts_in, bool first)
{
    const struct draft *d = m->fitting->draft;
    struct byte_set newline = byte_set_of('\n', false);
    if (step->op == REGEX_BEGIN && step->lines && m->count)
        m->cells[m->count - 1].may = byte_set_and(m->cells[m->count - 1].may, newline);
    if (step->op == REGEX_END) {
        m->closed |= m->taken == d->count;
        m->newline_next = m->taken < d->count;
    }
    if (step->op != REGEX_BYTE)
        return;
    m->closed = m->newline_next = false;
    uint16_t room = m->taken < d->count ? d->cells[m->taken].extra : d->tail;
    if (puts_in)
        m->cells[m->count++] = (struct draft_cell){.may = step->set, .extra = first ? room : 0};
    else
        keep_cell(m, byte_set_and(d->cells[m->taken].may, step->set), first ? room : 0);
}

/* Whether what was found stands at the begin because it asks for that. */
static bool begins(const struct fitting *f, const uint32_t *path, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        const struct regex_step *step = &f->regex->steps[path[i] % f->regex->count];
        if (step->op == REGEX_BYTE)
            return false;
        if (step->op == REGEX_BEGIN)
            return true;
    }
    return false;
}

static void make(struct making *m, const uint32_t *path, uint32_t length, uint32_t *end)
{
    const struct fitting *f = m->fitting;
    const struct draft *d = f->draft;
    uint32_t begin = cell_of(f, path[0] / f->regex->count);
    bool first = !begins(f, path, length); /* more may still go before what floats */
    while (m->taken < begin)
        keep_cell(m, d->cells[m->taken].may, d->cells[m->taken].extra);
    for (uint32_t i = 0; i < length; i++) {
        const struct regex_step *step = &f->regex->steps[path[i] % f->regex->count];
        uint32_t here = cell_of(f, path[i] / f->regex->count);
        bool puts_in = i + 1 < length && cell_of(f, path[i + 1] / f->regex->count) == here;
        make_step(m, step, puts_in, first);
        first = first && step->op != REGEX_BYTE;
    }
    *end = m->count;
    while (m->taken < d->count)
        keep_cell(m, d->cells[m->taken].may, d->cells[m->taken].extra);
    if (m->moved)
        m->moved[m->taken] = m->count;
    if (m->newline_next && *end < m->count)
        m->cells[*end].may = byte_set_and(m->cells[*end].may, byte_set_of('\n', false));
}

static bool rebuild(const struct fitting *f, uint32_t last, struct draft *draft, uint32_t *end,
                    uint32_t *moved)
{
    uint32_t count = 0;
    for (uint32_t state = last; f->before[state] != state; state = f->before[state])
        count++;
    uint32_t *path = calloc(count + 1, sizeof *path);
    uint32_t room = draft->count + count + 1;
    struct making m = {.fitting = f, .moved = moved, .cells = calloc(room, sizeof *m.cells)};
    bool made = path && m.cells && room <= DRAFT_MOST + 1;
    if (made) {
        make(&m, path, trace(f, last, path), end);
        uint32_t more = m.count - draft->count;
        free(draft->cells);
        draft->cells = m.cells;
        draft->count = m.count;
        draft->capacity = room;
        if (m.closed)
            draft->tail = 0;
        else if (draft->tail != DRAFT_ANY)
            draft->tail = (uint16_t)(draft->tail > more ? draft->tail - more : 0);
    } else {
        free(m.cells);
    }
    free(path);
    return made;
}

bool regex_fit(const struct regex *regex, struct draft *draft, uint32_t from, uint32_t *end, uint32_t *moved)
{
    if (from > draft->count && !draft_reach(draft, from))
        return false;
    struct fitting f = {.regex = regex, .draft = draft, .from = from, .places = draft->count - from + 2};
    uint64_t states = (uint64_t)f.places * regex->count;
    if (states > STATES_MOST)
        return false;
    f.before = malloc(states * sizeof *f.before);
    f.reached = calloc(states, 1);
    f.now = malloc(2 * states * sizeof *f.now); /* a state may come to stand in a list twice */
    f.later = malloc(2 * states * sizeof *f.later);
    bool fits = f.before && f.reached && f.now && f.later;
    if (fits) {
        uint32_t last = look(&f);
        fits = last != NONE && rebuild(&f, last, draft, end, moved);
    }
    free(f.before);
    free(f.reached);
    free(f.now);
    free(f.later);
    return fits;
}
