/* How the bytes of a step are cut, and in which order they go: segments, order, lose, missing, duplicate,
 * overlap. */
#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "craft/flow_reader.h"
#include "craft/make.h"

struct piece_list {
    struct craft_piece *list;
    uint32_t count, capacity;
};

struct cutting {
    struct flow_reader *r;
    struct craft_step *step;
    struct piece_list cut;  /* the step's bytes in order */
    struct piece_list sent; /* what is sent */
    uint8_t *marks;         /* of each of `cut`: enum mark */
    uint32_t whole;         /* bytes that are cut */
};

enum mark { LOST = 1, MISSING = 2, TWICE = 4, PLACED = 8 };

static int add(struct cutting *c, const yaml_node_t *node, struct piece_list *to, struct craft_piece piece)
{
    if (to->count == CRAFT_PIECES_MOST)
        return yaml_fail(c->r->tree, node, -E2BIG, "more than %d pieces", CRAFT_PIECES_MOST);
    if (grow_array(&to->list, to->count, &to->capacity))
        return flow_reader_no_memory(c->r, node);
    to->list[to->count++] = piece;
    return 0;
}

/* The last size holds for the rest. */
static int cut_by_sizes(struct cutting *c, const yaml_node_t *sizes)
{
    int64_t size = 0;
    uint32_t at = 0;
    for (size_t i = 0; at < c->whole; i++) {
        const yaml_node_t *item = yaml_item(c->r->tree, sizes, i);
        int rc = item ? yaml_number(c->r->tree, item, 1, CRAFT_BYTES_MOST, &size) : 0;
        if (!rc && !size)
            rc = yaml_fail(c->r->tree, sizes, -EINVAL, "expected the bytes of each segment");
        uint32_t left = c->whole - at, n = size < left ? (uint32_t)size : left;
        rc = rc ? rc : add(c, sizes, &c->cut, (struct craft_piece){.from = at, .length = n});
        if (rc)
            return rc;
        at += n;
    }
    return 0;
}

static int index_of(struct cutting *c, const yaml_node_t *node, uint32_t *out)
{
    int64_t n;
    if (!c->cut.count)
        return yaml_fail(c->r->tree, node, -EINVAL, "this needs `segments` to count");
    int rc = yaml_number(c->r->tree, node, 0, c->cut.count - 1, &n);
    *out = rc ? 0 : (uint32_t)n;
    return rc;
}

static int mark_all(struct cutting *c, const yaml_node_t *list, enum mark mark)
{
    for (size_t i = 0; list && i < yaml_count(list); i++) {
        uint32_t which = 0;
        int rc = index_of(c, yaml_item(c->r->tree, list, i), &which);
        if (rc)
            return rc;
        c->marks[which] = (uint8_t)(c->marks[which] | mark);
    }
    return 0;
}

static int send(struct cutting *c, const yaml_node_t *node, uint32_t which)
{
    int rc = 0;
    if (!(c->marks[which] & (LOST | MISSING)))
        rc = add(c, node, &c->sent, c->cut.list[which]);
    if (!rc && c->marks[which] & TWICE)
        rc = add(c, node, &c->sent, c->cut.list[which]);
    c->marks[which] |= PLACED;
    return rc;
}

/* Those named first, then the others; what was lost comes at the end, once more. */
static int put_in_order(struct cutting *c, const yaml_node_t *order, const yaml_node_t *node)
{
    int rc = 0;
    for (size_t i = 0; order && i < yaml_count(order) && !rc; i++) {
        uint32_t which = 0;
        const yaml_node_t *item = yaml_item(c->r->tree, order, i);
        rc = index_of(c, item, &which);
        if (!rc && c->marks[which] & PLACED)
            rc = yaml_fail(c->r->tree, item, -EINVAL,
                           "segment %u stands here twice: `duplicate` sends one again", which);
        rc = rc ? rc : send(c, order, which);
    }
    for (uint32_t i = 0; i < c->cut.count && !rc; i++)
        if (!(c->marks[i] & PLACED))
            rc = send(c, node, i);
    for (uint32_t i = 0; i < c->cut.count && !rc; i++)
        if (c->marks[i] & LOST)
            rc = add(c, node, &c->sent, c->cut.list[i]);
    return rc;
}

struct overlapping { /* one more segment */
    struct cutting *c;
    struct craft_piece piece;
    const yaml_node_t *before;
};

static int take_at(void *ctx, const yaml_node_t *value)
{
    struct overlapping *o = ctx;
    int64_t n;
    int rc = yaml_number(o->c->r->tree, value, 0, CRAFT_BYTES_MOST, &n);
    o->piece.from = rc ? 0 : (uint32_t)n;
    return rc;
}

static int take_bytes(void *ctx, const yaml_node_t *value)
{
    struct overlapping *o = ctx;
    int rc = flow_bytes(o->c->r, value, &o->piece.instead);
    o->piece.length = (uint32_t)o->piece.instead.n;
    return rc;
}

static int take_before(void *ctx, const yaml_node_t *value)
{
    struct overlapping *o = ctx;
    o->before = value;
    return 0;
}

static int take_bad_checksum(void *ctx, const yaml_node_t *value)
{
    struct overlapping *o = ctx;
    return yaml_flag(o->c->r->tree, value, &o->piece.bad_checksum);
}

static int take_ttl(void *ctx, const yaml_node_t *value)
{
    struct overlapping *o = ctx;
    int64_t n;
    int rc = yaml_number(o->c->r->tree, value, 0, UINT8_MAX, &n);
    o->piece.has_ttl = true;
    o->piece.ttl = rc ? 0 : (uint8_t)n;
    return rc;
}

static int take_delay(void *ctx, const yaml_node_t *value)
{
    struct overlapping *o = ctx;
    return yaml_duration(o->c->r->tree, value, &o->piece.delay_ns);
}

static const struct yaml_field overlap_fields[] = {{"at", take_at},
                                                   {"bytes", take_bytes},
                                                   {"before", take_before},
                                                   {"bad-checksum", take_bad_checksum},
                                                   {"ttl", take_ttl},
                                                   {"delay", take_delay},
                                                   {0}};

/* Before the first sending of a segment, or at the end. */
static int put_overlap(struct cutting *c, const yaml_node_t *node)
{
    struct overlapping o = {.c = c};
    int rc = yaml_take_fields(c->r->tree, node, overlap_fields, &o);
    if (!rc && !o.piece.instead.n)
        rc = yaml_fail(c->r->tree, node, -EINVAL, "an overlapping segment has `bytes`");
    uint32_t which = 0, place = c->sent.count;
    if (!rc && o.before) {
        rc = index_of(c, o.before, &which);
        for (place = 0;
             !rc && place < c->sent.count &&
             (c->sent.list[place].instead.p || c->sent.list[place].from != c->cut.list[which].from);)
            place++;
    }
    rc = rc ? rc : add(c, node, &c->sent, o.piece);
    if (rc)
        return rc;
    memmove(c->sent.list + place + 1, c->sent.list + place,
            (c->sent.count - 1 - place) * sizeof *c->sent.list);
    c->sent.list[place] = o.piece;
    return 0;
}

static int cut_and_order(struct cutting *c, const struct flow_sending *s, const yaml_node_t *first)
{
    int rc = s->segments ? cut_by_sizes(c, s->segments)
                         : add(c, first, &c->cut, (struct craft_piece){.length = c->whole});
    if (rc)
        return rc;
    c->marks = calloc(c->cut.count + 1, 1);
    if (!c->marks)
        return flow_reader_no_memory(c->r, first);
    rc = mark_all(c, s->lose, LOST);
    rc = rc ? rc : mark_all(c, s->missing, MISSING);
    rc = rc ? rc : mark_all(c, s->duplicate, TWICE);
    rc = rc ? rc : put_in_order(c, s->order, first);
    for (size_t i = 0; !rc && s->overlap && yaml_item(c->r->tree, s->overlap, i); i++)
        rc = put_overlap(c, yaml_item(c->r->tree, s->overlap, i));
    if (!rc && !c->sent.count && c->whole)
        rc = yaml_fail(c->r->tree, first, -EINVAL, "then nothing is sent");
    return rc;
}

/* "from" or "from+length" of what the IP packet carries. */
static int cut_fragments(struct cutting *c, const yaml_node_t *list)
{
    int rc = 0;
    for (size_t i = 0; i < yaml_count(list) && !rc; i++) {
        const yaml_node_t *item = yaml_item(c->r->tree, list, i);
        struct slice text = yaml_scalar(item);
        const char *word = text.n ? (const char *)text.p : "";
        char *end = NULL;
        unsigned long from = strtoul(word, &end, 10), length = c->whole;
        if (*end == '+')
            length = strtoul(end + 1, &end, 10);
        if (end == word || *end || from % 8 || from >= c->whole || !length)
            return yaml_fail(c->r->tree, item, -EINVAL,
                             "expected where a fragment begins (a multiple of 8 below %u), as 32 or 32+16",
                             c->whole);
        if (length > c->whole - from)
            length = c->whole - from;
        rc = add(c, item, &c->sent, (struct craft_piece){.from = (uint32_t)from, .length = (uint32_t)length});
    }
    return rc;
}

static int keep(struct cutting *c, const yaml_node_t *node)
{
    struct craft_piece *pieces = arena_take(c->r->flows->arena, c->sent.count * sizeof *pieces);
    if (!pieces)
        return flow_reader_no_memory(c->r, node);
    if (c->sent.count)
        memcpy(pieces, c->sent.list, c->sent.count * sizeof *pieces);
    c->step->pieces = pieces;
    c->step->piece_count = c->sent.count;
    return 0;
}

int flow_pieces(struct flow_reader *r, const struct flow_sending *s, struct craft_step *step)
{
    bool tcp = r->flow.protocol == CRAFT_TCP;
    const yaml_node_t *of_tcp = s->segments    ? s->segments
                                : s->order     ? s->order
                                : s->lose      ? s->lose
                                : s->missing   ? s->missing
                                : s->duplicate ? s->duplicate
                                               : s->overlap;
    if (of_tcp && !tcp)
        return yaml_fail(r->tree, of_tcp, -EINVAL, "only TCP has segments");
    if (s->fragments && tcp)
        return yaml_fail(r->tree, s->fragments, -EINVAL, "TCP has `segments`; `fragment` cuts their packets");
    const yaml_node_t *node = of_tcp ? of_tcp : s->fragments;
    if (!node)
        return 0;
    size_t header = r->flow.protocol == CRAFT_TCP || r->flow.protocol == CRAFT_IP ? 0 : 8;
    struct cutting c = {.r = r, .step = step, .whole = (uint32_t)(step->bytes.n + header)};
    int rc = of_tcp ? cut_and_order(&c, s, node) : cut_fragments(&c, s->fragments);
    if (!rc && c.sent.count)
        rc = keep(&c, node);
    free(c.cut.list);
    free(c.sent.list);
    free(c.marks);
    return rc;
}
