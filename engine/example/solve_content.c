/* Placing what names its bytes: content and pcre. */
#include <errno.h>

#include "example/solving.h"
#include "rule/content.h"

enum { PLACES = 6 };

struct window { /* the content lies in [from, upto) */
    int64_t from, upto;
};

static int64_t limit(const struct solving *s, const struct content *content, uint32_t variable_flag,
                     int32_t value)
{
    if (!(content->flags & variable_flag))
        return value;
    return (int32_t)(uint32_t)s->values[(uint32_t)value % RULE_VARIABLES];
}

static struct window window_of(const struct solving *s, const struct content *c, uint32_t base)
{
    struct window w = {.from = base, .upto = INT64_MAX};
    if (c->flags & (CONTENT_DISTANCE | CONTENT_WITHIN)) {
        w.from = s->cursor;
        if (c->flags & CONTENT_DISTANCE)
            w.from += limit(s, c, CONTENT_DISTANCE_VARIABLE, c->distance);
        if (c->flags & CONTENT_WITHIN)
            w.upto = w.from + limit(s, c, CONTENT_WITHIN_VARIABLE, c->within);
    } else {
        if (c->flags & CONTENT_OFFSET)
            w.from += limit(s, c, CONTENT_OFFSET_VARIABLE, c->offset);
        if (c->flags & CONTENT_DEPTH)
            w.upto = base + limit(s, c, CONTENT_DEPTH_VARIABLE, c->depth);
        bool open = c->flags & (CONTENT_DEPTH_VARIABLE | CONTENT_OFFSET_VARIABLE);
        if (open && c->flags & CONTENT_DEPTH && c->flags & CONTENT_OFFSET)
            w.upto += w.from - base;
    }
    if (w.from < base)
        w.from = base;
    return w;
}

struct places {
    uint32_t list[PLACES];
    unsigned count;
};

static void add_place(struct places *places, int64_t at)
{
    for (unsigned i = 0; i < places->count; i++)
        if (places->list[i] == at)
            return;
    if (places->count < PLACES && at >= 0 && at <= DRAFT_MOST)
        places->list[places->count++] = (uint32_t)at;
}

static void add_fitting(const struct draft *d, const struct content *c, struct window w, bool certain,
                        unsigned most, struct places *places)
{
    struct slice bytes = slice_of(c->bytes, c->length);
    bool nocase = c->flags & CONTENT_NOCASE;
    for (int64_t at = w.from; most && at <= d->count && at + c->length <= w.upto; at++) {
        if (certain ? !draft_is(d, (uint32_t)at, bytes, nocase)
                    : !draft_could(d, (uint32_t)at, bytes, nocase))
            continue;
        add_place(places, at);
        most--;
    }
}

/* Where it may go, the best first: where it is already, behind all, over what is still open. */
static void find_places(const struct solving *s, const struct content *c, struct window w,
                        struct places *places)
{
    const struct draft *d = &s->draft;
    bool floats = w.upto == INT64_MAX;
    int64_t behind = d->count > w.from ? d->count : w.from;
    if (c->flags & CONTENT_ENDSWITH) {
        w.from = d->tail                                  ? w.from
                 : (int64_t)d->count - c->length > w.from ? (int64_t)d->count - c->length
                                                          : w.from;
        if (!d->tail)
            behind = w.from;
    }
    add_fitting(d, c, w, true, 2, places);
    if (floats && d->tail)
        add_place(places,
                  behind + (s->attempt % 3 == 1 && !(c->flags & CONTENT_DISTANCE) && d->count ? 1 : 0));
    add_fitting(d, c, w, false, floats ? 2 : 3, places);
    if (!floats && behind + c->length <= w.upto)
        add_place(places, behind);
}

static bool place_at(struct solving *s, const struct content *c, struct window w, uint32_t at)
{
    struct draft *d = &s->draft;
    uint32_t before = d->count;
    bool relative = c->flags & (CONTENT_DISTANCE | CONTENT_WITHIN);
    bool floats = w.upto == INT64_MAX;
    if (!draft_reach(d, at) || !draft_place(d, at, slice_of(c->bytes, c->length), c->flags & CONTENT_NOCASE))
        return false;
    if (!relative && (c->flags & (CONTENT_OFFSET | CONTENT_DEPTH)))
        draft_freeze(d, 0, at + 1);
    if (relative && !floats)
        draft_freeze(d, s->cursor, at + 1);
    int64_t room = floats ? DRAFT_ANY : w.upto - c->length - at;
    if (at >= before && d->tail && room > 0)
        d->cells[at].extra = (uint16_t)(room < DRAFT_ANY ? room : DRAFT_ANY);
    s->cursor = at + c->length;
    if (c->flags & CONTENT_ENDSWITH) {
        if (d->count != s->cursor)
            return false;
        d->tail = 0;
    }
    return true;
}

bool solve_content(struct solving *s, unsigned at, const struct content *content)
{
    struct window w = window_of(s, content, s->order[at]->base);
    struct places places = {0};
    struct solve_mark mark;
    bool solved = false;
    find_places(s, content, w, &places);
    if (!places.count || !solve_mark(s, &mark))
        return false;
    for (unsigned i = 0; i < places.count && !solved && !s->rc && s->tries; i++) {
        solved = place_at(s, content, w, places.list[i]) && solve_rest(s, at + 1);
        if (!solved)
            solve_return(s, &mark);
    }
    solve_release(&mark);
    return solved;
}

/* Lookaheads at its begin hold at the same place: what they ask is fitted in after it. */
static bool fit_looks(struct solving *s, const struct solve_item *item, uint32_t from)
{
    uint32_t end;
    bool fits = true;
    for (unsigned i = 0; i < item->regex.look_count && fits; i++) {
        struct regex look;
        struct buf text = {0};
        bool made = buf_printf(&text, "^(?:") == 0 && buf_append(&text, item->regex.looks[i]) == 0 &&
                    buf_printf(&text, ")") == 0;
        unsigned flags = item->pcre_caseless ? REGEX_CASELESS : 0;
        uint16_t tail = s->draft.tail;
        int rc = made ? regex_init(&look, buf_slice(&text), flags | REGEX_DOTALL) : -ENOMEM;
        if (rc == 0)
            fits = solve_fit(s, &look, from, &end);
        if (made)
            regex_fini(&look);
        s->draft.tail = tail;
        buf_fini(&text);
        if (rc == -ENOMEM)
            s->rc = rc;
    }
    return fits;
}

static bool try_pcre(struct solving *s, unsigned at, uint32_t from)
{
    const struct solve_item *item = s->order[at];
    uint32_t end = 0;
    if (!solve_fit(s, &item->regex, from, &end) || !fit_looks(s, item, from))
        return false;
    s->cursor = end;
    return solve_rest(s, at + 1);
}

/* With the length brought about first or last; over what is there, or behind it. */
bool solve_pcre(struct solving *s, unsigned at)
{
    const struct solve_item *item = s->order[at];
    uint32_t from = item->pcre_relative ? s->cursor : item->base;
    struct solve_mark mark;
    bool solved = false;
    if (!solve_mark(s, &mark))
        return false;
    for (unsigned way = 0; way < 3 && !solved && !s->rc; way++) {
        bool size_first = way == (s->attempt & 1);
        if (size_first && (!s->size_count || !solve_fit_sizes(s)))
            continue;
        bool behind = way == 2;
        if (behind && (item->pcre_relative || item->regex.anchored || !s->draft.tail))
            break;
        solved = try_pcre(s, at, behind ? s->draft.count : from);
        if (!solved)
            solve_return(s, &mark);
    }
    solve_release(&mark);
    return solved;
}
