#include "app/enip/cip.h"

#include <stdlib.h>

#include "base/cursor.h"
#include "base/grow.h"

enum { GET_LIST = 3, SET_LIST = 4 };

/* ---- paths (volume 1, appendix C) ---- */

enum { PORT = 0x00, LOGICAL = 0x20, NETWORK = 0x40, SYMBOL = 0x60, DATA = 0x80, KIND = 0xe0 };
enum { CLASS = 0x20, INSTANCE = 0x24, ATTRIBUTE = 0x30, SPECIAL = 0x34, FORMAT = 3 };

/* C-1.4.2: 8 bits, or 16 or 32 behind a byte that pads. */
static bool take_logical(struct cursor *c, uint8_t head, struct cip_path_step *step)
{
    enum { WIDTH_8, WIDTH_16, WIDTH_32 };
    uint8_t byte;
    uint16_t half;
    step->is_number = true;
    switch (head & FORMAT) {
    case WIDTH_8:
        return cursor_u8(c, &byte) && (step->number = byte, true);
    case WIDTH_16:
        return cursor_skip(c, 1) && cursor_le16(c, &half) && (step->number = half, true);
    case WIDTH_32:
        return cursor_skip(c, 1) && cursor_le32(c, &step->number);
    default:
        return false;
    }
}

/* C-1.4.2.5: the electronic key, of the format that there is. */
static bool take_key(struct cursor *c)
{
    enum { KEY_FORMAT = 4, KEY = 8 };
    uint8_t format;
    return cursor_u8(c, &format) && format == KEY_FORMAT && cursor_skip(c, KEY);
}

/* C-1.4.1: the link's address is one byte, or as long as its first one says. */
static bool take_port(struct cursor *c, uint8_t head)
{
    enum { LONG_ADDRESS = 0x10, EXTENDED = 0x0f };
    uint8_t n = 1;
    if (head & LONG_ADDRESS && !cursor_u8(c, &n))
        return false;
    if ((head & EXTENDED) == EXTENDED && !cursor_skip(c, 2))
        return false;
    return cursor_skip(c, head & LONG_ADDRESS ? (size_t)n + (n & 1) : n);
}

/* C-1.4.5: a symbol behind its length, or words of data. */
static bool take_data(struct cursor *c, uint8_t head, struct cip_path_step *step)
{
    enum { EXTENDED_SYMBOL = 0x91 };
    uint8_t n;
    if (!cursor_u8(c, &n))
        return false;
    if (head != EXTENDED_SYMBOL)
        return cursor_skip(c, 2 * (size_t)n);
    return cursor_bytes(c, n, &step->text) && cursor_skip(c, n & 1);
}

static bool take_step(struct cursor *c, struct cip_path_step *step)
{
    enum { SYMBOL_LENGTH = 0x1f };
    uint8_t head;
    if (!cursor_u8(c, &head))
        return false;
    step->type = head;
    switch (head & KIND) {
    case PORT:
        return take_port(c, head);
    case LOGICAL:
        if (head == SPECIAL)
            return take_key(c);
        step->type = head & ~FORMAT & 0xff;
        return take_logical(c, head, step);
    case NETWORK:
        return cursor_skip(c, 1);
    case SYMBOL:
        return cursor_bytes(c, head & SYMBOL_LENGTH, &step->text) && head & SYMBOL_LENGTH;
    case DATA:
        return take_data(c, head, step);
    default:
        return false;
    }
}

bool cip_path_next(struct slice *path, struct cip_path_step *step, bool *bad)
{
    struct cursor c = cursor_of(*path);
    *step = (struct cip_path_step){0};
    *bad = path->n && !take_step(&c, step);
    if (!path->n || *bad)
        return false;
    *path = slice_from(*path, c.at);
    return true;
}

/* ---- services ---- */

static enum cip_result add_number(struct cip_numbers *numbers, uint32_t number)
{
    if (numbers->count == CIP_NUMBERS_MOST)
        return CIP_BAD;
    if (grow_array(&numbers->list, numbers->count, &numbers->capacity))
        return CIP_NO_MEMORY;
    numbers->list[numbers->count++] = number;
    return CIP_OK;
}

static enum cip_result read_path(struct cip *cip, struct cip_service *service, struct slice path)
{
    struct cip_path_step step;
    bool bad;
    while (cip_path_next(&path, &step, &bad)) {
        enum cip_result result = CIP_OK;
        if (step.is_number && step.type == CLASS) {
            service->has_class = true;
            service->class_id = step.number;
            result = add_number(&cip->numbers[CIP_CLASS], step.number);
        } else if (step.is_number && step.type == INSTANCE) {
            result = add_number(&cip->numbers[CIP_INSTANCE], step.number);
        } else if (step.is_number && step.type == ATTRIBUTE) {
            result = add_number(&cip->numbers[CIP_ATTRIBUTE], step.number);
        }
        if (result != CIP_OK)
            return result;
    }
    return bad ? CIP_BAD : CIP_OK;
}

/* Volume 1, 4-4.3 and 4-4.4: as many as are counted; of those that are set only the first is where it is
 * known. */
static enum cip_result read_attributes(struct cip *cip, struct cursor *c, bool all)
{
    uint16_t count, attribute;
    if (!cursor_le16(c, &count))
        return CIP_BAD;
    for (unsigned i = 0; i < (all || !count ? count : 1U); i++) {
        if (!cursor_le16(c, &attribute))
            return CIP_BAD;
        enum cip_result result = add_number(&cip->numbers[CIP_ATTRIBUTE], attribute);
        if (result != CIP_OK)
            return result;
    }
    return CIP_OK;
}

static enum cip_result read_request(struct cip *cip, struct cip_service *service, struct cursor *c)
{
    uint8_t words;
    struct slice path;
    if (!cursor_u8(c, &words))
        return CIP_BAD;
    service->at = (uint32_t)c->at;
    service->length = 2U * words;
    if (!cursor_bytes(c, service->length, &path)) {
        service->length = 0;
        return CIP_BAD;
    }
    enum cip_result result = read_path(cip, service, path);
    if (result == CIP_OK && (service->service == GET_LIST || service->service == SET_LIST))
        result = read_attributes(cip, c, service->service == GET_LIST);
    return result;
}

static enum cip_result read_answer(struct cip_service *service, struct cursor *c)
{
    uint8_t words;
    if (!cursor_skip(c, 1) || !cursor_u8(c, &service->status) || !cursor_u8(c, &words))
        return CIP_BAD;
    service->at = (uint32_t)c->at;
    if (!cursor_skip(c, 2 * (size_t)words))
        return CIP_BAD;
    service->length = 2U * words;
    return CIP_OK;
}

/* `c` is behind what was read then; what it holds belongs to the service. */
static enum cip_result read_service(struct cip *cip, struct cursor *c, bool answer, bool inner)
{
    struct cip_service service = {.inner = inner,
                                  .start = (uint32_t)c->at,
                                  .size = (uint32_t)cursor_left(c),
                                  .attribute_at = cip->numbers[CIP_ATTRIBUTE].count};
    if (!cursor_u8(c, &service.service) || cip->count == CIP_SERVICES_MOST)
        return CIP_BAD;
    if (grow_array(&cip->services, cip->count, &cip->capacity))
        return CIP_NO_MEMORY;
    bool answers = service.service & CIP_ANSWER;
    enum cip_result result = answers != answer ? CIP_BAD
                             : answer          ? read_answer(&service, c)
                                               : read_request(cip, &service, c);
    service.attribute_count = cip->numbers[CIP_ATTRIBUTE].count - service.attribute_at;
    cip->services[cip->count++] = service;
    return result;
}

/* One ends where the next begins. */
static size_t end_of_inner(struct cursor offsets, bool more, uint16_t offset)
{
    uint16_t next;
    return more && cursor_le16(&offsets, &next) && next > offset && next <= offsets.n ? next : offsets.n;
}

/* Volume 1, A-4.10: how many, where each of them begins (counted from the number), and they. */
static enum cip_result read_inner(struct cip *cip, struct slice bytes, size_t at, bool answer)
{
    struct cursor c = cursor_of(slice_from(bytes, at));
    uint16_t count, offset;
    if (!cursor_le16(&c, &count))
        return CIP_BAD;
    for (unsigned i = 0; i < count; i++) {
        if (!cursor_le16(&c, &offset) || offset >= c.n)
            return CIP_BAD;
        struct cursor inner = cursor_of(slice_first(bytes, at + end_of_inner(c, i + 1 < count, offset)));
        inner.at = at + offset;
        enum cip_result result = read_service(cip, &inner, answer, true);
        if (result != CIP_OK)
            return result;
    }
    return CIP_OK;
}

enum cip_result cip_read(struct cip *cip, struct slice bytes, size_t at, size_t n, bool answer)
{
    struct slice whole = slice_first(bytes, at + n);
    struct cursor c = cursor_of(whole);
    c.at = at;
    enum cip_result result = read_service(cip, &c, answer, false);
    if (result != CIP_OK)
        return result;
    const struct cip_service *service = &cip->services[cip->count - 1];
    if ((service->service & ~CIP_ANSWER & 0xff) != CIP_MULTIPLE || (answer && !cursor_left(&c)))
        return CIP_OK;
    return read_inner(cip, whole, c.at, answer);
}

void cip_fini(struct cip *cip)
{
    free(cip->services);
    for (int i = 0; i < CIP_SEGMENTS; i++)
        free(cip->numbers[i].list);
    *cip = (struct cip){0};
}

size_t cip_memory(const struct cip *cip)
{
    size_t n = cip->capacity * sizeof *cip->services;
    for (int i = 0; i < CIP_SEGMENTS; i++)
        n += cip->numbers[i].capacity * sizeof *cip->numbers[i].list;
    return n;
}
