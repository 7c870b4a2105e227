#include "app/http/http_head.h"

#include <assert.h>
#include <stdlib.h>
#include <strings.h>

#include "app/http/http_line.h"
#include "app/http/http_reader.h"
#include "base/hash.h"
#include "flow/flow.h"

enum {
    ROOM_FIRST = 16,
    TEXT_KEPT = 4096, /* bytes of a block that the next transaction gets */
    ROOM_KEPT = 32,
    MANY = 32,    /* from so many on a name is looked for by its hash, below one after the other */
    SLOTS = 4096, /* a power of two; at most HTTP_FIELDS_MOST are in use */
    NONE = UINT16_MAX,
    REPETITIONS = 64 /* that are joined in one head, beside the first of each name */
};

static_assert(SLOTS >= 2 * HTTP_FIELDS_MOST, "slots that are free end each search");

bool http_head_append(struct app_session *s, struct http_head *head, struct slice bytes)
{
    return head->bytes.n + bytes.n <= INT32_MAX && app_memory_append(s, &head->bytes, bytes);
}

struct slice http_head_raw(const struct http_head *head)
{
    return slice_from(buf_slice(&head->bytes), head->fields_from);
}

static struct slice within(const struct buf *block, struct http_part part)
{
    return block->p ? slice_of(block->p + part.at, part.n) : slice_of(NULL, 0);
}

struct slice http_head_part(const struct http_head *head, struct http_part part)
{
    return within(&head->bytes, part);
}

static struct slice part_of(const struct http_head *head, struct http_part part, bool joined)
{
    return within(joined ? &head->joined : &head->bytes, part);
}

struct slice http_head_name(const struct http_head *head, const struct http_header *header)
{
    return part_of(head, header->name, header->folded);
}

struct slice http_head_value(const struct http_head *head, const struct http_header *header)
{
    return part_of(head, header->value, header->joined);
}

/* More than the case of letters is folded: names that are alike are compared in the end. */
static uint32_t hash_name(struct slice name, uint64_t seed)
{
    enum { BLOCK = 64, CASE = 0x20 };
    uint8_t folded[BLOCK] = {0};
    uint64_t hash = seed;
    do {
        struct slice block = slice_first(name, BLOCK);
        for (size_t i = 0; i < block.n; i++)
            folded[i] = block.p[i] | CASE;
        hash = hash_bytes(folded, block.n, hash);
        name = slice_from(name, block.n);
    } while (name.n);
    return (uint32_t)hash;
}

/* Cheap, for a few names: its length and three of its bytes. */
static uint32_t mark_of(struct slice name)
{
    enum { CASE = 0x20 };
    if (!name.n)
        return 0;
    uint32_t first = name.p[0] | CASE, middle = name.p[name.n / 2] | CASE, last = name.p[name.n - 1] | CASE;
    return (uint32_t)name.n << 24 ^ first << 16 ^ middle << 8 ^ last;
}

static bool same_name(const struct http_head *head, const struct http_header *header, struct slice name)
{
    struct slice other = http_head_name(head, header);
    return other.n == name.n &&
           (!name.n || strncasecmp((const char *)other.p, (const char *)name.p, name.n) == 0);
}

static uint64_t seed_of(const struct app_session *s)
{
    return s->flow->id;
}

/* The slot of the header of that name, or a free one. */
static uint16_t *slot_of(const struct http_head *head, struct slice name, uint32_t hash)
{
    size_t at = hash % SLOTS;
    for (; head->slots[at]; at = (at + 1) % SLOTS) {
        const struct http_header *header = &head->headers[head->slots[at] - 1];
        if (header->hash == hash && same_name(head, header, name))
            break;
    }
    return &head->slots[at];
}

/* From here on names are found by their hash. False when memory is short. */
static bool begin_slots(struct app_session *s, struct http_head *head)
{
    if (!app_memory_take(s, SLOTS * sizeof *head->slots))
        return false;
    head->slots = calloc(SLOTS, sizeof *head->slots);
    if (!head->slots) {
        app_memory_give(s, SLOTS * sizeof *head->slots);
        return false;
    }
    for (unsigned i = 0; i < head->count; i++) {
        struct http_header *header = &head->headers[i];
        struct slice name = http_head_name(head, header);
        header->hash = hash_name(name, seed_of(s));
        *slot_of(head, name, header->hash) = (uint16_t)(i + 1);
    }
    return true;
}

static struct http_header *find_name(const struct http_head *head, struct slice name, uint32_t hash)
{
    if (head->slots) {
        uint16_t place = *slot_of(head, name, hash);
        return place ? &head->headers[place - 1] : NULL;
    }
    for (unsigned i = 0; i < head->count; i++)
        if (head->headers[i].hash == hash && same_name(head, &head->headers[i], name))
            return &head->headers[i];
    return NULL;
}

struct http_header *http_head_find(const struct http_head *head, enum http_field field)
{
    return head->first[field] ? &head->headers[head->first[field] - 1] : NULL;
}

/* Accounted at once: what is put there next. */
static bool make_joined_room(struct app_session *s, struct http_head *head, size_t n)
{
    if (head->joined.n + n > INT32_MAX || !app_memory_take(s, n))
        return false;
    if (buf_reserve(&head->joined, n)) {
        app_memory_give(s, n);
        return false;
    }
    head->joined_cost += n;
    return true;
}

/* At the end of the second block, where there is room. Where it lies now. */
static uint32_t put(struct http_head *head, struct slice bytes)
{
    size_t at = head->joined.n;
    if (bytes.n)
        memcpy(head->joined.p + at, bytes.p, bytes.n);
    head->joined.n += bytes.n;
    return (uint32_t)at;
}

static bool grows_in_place(const struct http_head *head, const struct http_header *header)
{
    return header->joined && header->value.at + header->value.n == head->joined.n;
}

/* For so many bytes more of the value, and for it too if it is to move. */
static bool make_room_to_grow(struct app_session *s, struct http_head *head, const struct http_header *header,
                              size_t more)
{
    return make_joined_room(s, head, more + (grows_in_place(head, header) ? 0 : header->value.n));
}

/* There is room: the value goes to the end of the second block, if it is not there, and grows. */
static void extend(struct http_head *head, struct http_header *header, struct slice more)
{
    if (!grows_in_place(head, header))
        header->value.at = put(head, http_head_value(head, header));
    header->joined = true;
    put(head, more);
    header->value.n += (uint32_t)more.n;
    head->text += (uint32_t)more.n;
    head->odd = true;
}

bool http_head_fold(struct app_session *s, struct http_head *head, struct http_part text)
{
    if (!make_joined_room(s, head, text.n))
        return false;
    put(head, http_head_part(head, text));
    head->odd = true;
    return true;
}

static enum http_add join(struct app_session *s, struct http_head *head, struct http_header *header,
                          struct http_part value, bool folded)
{
    struct slice comma = slice_str(", ");
    head->odd = true;
    if (header->repeated && head->repetitions >= REPETITIONS) {
        head->last = NONE;
        return HTTP_LEFT_OUT;
    }
    if (header->repeated)
        head->repetitions++;
    header->repeated = true;
    if (header->field == HTTP_FIELD_CONTENT_LENGTH) { /* the first one counts */
        head->last = NONE;
        return HTTP_JOINED;
    }
    if (!make_room_to_grow(s, head, header, comma.n + value.n))
        return HTTP_NO_MEMORY;
    extend(head, header, comma);
    extend(head, header, part_of(head, value, folded));
    return HTTP_JOINED;
}

bool http_head_extend(struct app_session *s, struct http_head *head, struct http_part text)
{
    if (head->last >= head->count)
        return true; /* it was left out */
    struct http_header *header = &head->headers[head->last];
    struct slice more = http_trimmed(http_head_part(head, text));
    while (head->last_empty && more.n && http_is_blank(more.p[0]))
        more = slice_from(more, 1);
    head->last_empty &= !more.n;
    if (header->value.n + more.n > HTTP_LINE_MOST || !make_room_to_grow(s, head, header, more.n))
        return false;
    extend(head, header, more);
    return true;
}

/* Of a usual head they are the transaction's, as it is. */
static size_t accounted(unsigned room)
{
    return room > ROOM_KEPT ? room * sizeof(struct http_header) : 0;
}

static bool make_room(struct app_session *s, struct http_head *head)
{
    if (head->headers && head->count < head->room)
        return true;
    unsigned room = head->room ? 2u * head->room : ROOM_FIRST;
    size_t more = accounted(room) - accounted(head->room);
    if (!app_memory_take(s, more))
        return false;
    struct http_header *headers = reallocarray(head->headers, room, sizeof *headers);
    if (!headers) {
        app_memory_give(s, more);
        return false;
    }
    head->headers = headers;
    head->room = (uint16_t)room;
    return true;
}

enum http_add http_head_add(struct app_session *s, struct http_head *head, struct http_part name,
                            struct http_part value, bool folded)
{
    struct slice text = part_of(head, name, folded);
    uint32_t hash = head->slots ? hash_name(text, seed_of(s)) : mark_of(text);
    struct http_header *known = find_name(head, text, hash);
    head->last = known ? (uint16_t)(known - head->headers) : head->count;
    head->last_empty = !value.n;
    if (known)
        return join(s, head, known, value, folded);
    if (head->count > HTTP_FIELDS_MOST)
        return HTTP_TOO_MANY;
    if (!make_room(s, head))
        return HTTP_NO_MEMORY;
    enum http_field field = http_field_named(text);
    head->headers[head->count++] = (struct http_header){.name = name,
                                                        .value = value,
                                                        .hash = hash,
                                                        .field = (uint8_t)field,
                                                        .folded = folded,
                                                        .joined = folded};
    head->text += name.n + value.n;
    if (field != HTTP_FIELD_NONE && !head->first[field])
        head->first[field] = head->count;
    if (head->slots)
        *slot_of(head, text, hash) = head->count;
    else if (head->count > MANY && !begin_slots(s, head))
        return HTTP_NO_MEMORY;
    return HTTP_ADDED;
}

static void free_slots(struct app_session *s, struct http_head *head)
{
    if (!head->slots)
        return;
    app_memory_give(s, SLOTS * sizeof *head->slots);
    free(head->slots);
    head->slots = NULL;
}

void http_head_empty(struct app_session *s, struct http_head *head)
{
    app_memory_give(s, head->bytes.n + head->joined_cost);
    free_slots(s, head);
    *head = (struct http_head){.bytes = {.p = head->bytes.p, .cap = head->bytes.cap},
                               .joined = {.p = head->joined.p, .cap = head->joined.cap},
                               .headers = head->headers,
                               .room = head->room};
}

void http_head_reuse(struct app_session *s, struct http_head *head)
{
    http_head_empty(s, head);
    app_memory_give(s, accounted(head->room));
    if (head->bytes.cap > TEXT_KEPT)
        buf_fini(&head->bytes);
    if (head->joined.cap > TEXT_KEPT)
        buf_fini(&head->joined);
    if (head->room > ROOM_KEPT) {
        free(head->headers);
        head->headers = NULL;
        head->room = 0;
    }
}

void http_head_fini(struct http_head *head)
{
    buf_fini(&head->bytes);
    buf_fini(&head->joined);
    free(head->headers);
}
