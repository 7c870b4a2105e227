#include "capture/pcapng.h"
#include "base/cursor.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

/* Block types and options: draft-ietf-opsawg-pcapng, 4 and 11.1. */
enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_OLD_PACKET = 2,
    BLOCK_SIMPLE = 3,
    BLOCK_ENHANCED = 6,
    OPTION_TSRESOL = 9,
    OPTION_TSOFFSET = 14,
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4dU

enum {
    BLOCK_MOST = 16 << 20,     /* bytes of a block that is looked into, as libpcap and Wireshark have it */
    INTERFACES_MOST = 1 << 16, /* of one section */
};

struct interface {
    uint16_t link_type;
    uint32_t snapshot;
    uint64_t units;   /* of a timestamp in one second */
    int64_t offset_s; /* to add to its timestamps */
};

struct pcapng {
    struct byte_source *source;
    struct interface *interfaces;
    uint32_t interface_count, interface_capacity;
    bool little;
    uint8_t *block; /* the body of the block at hand */
    size_t block_capacity;
    const char *damage;
};

bool pcapng_recognises(struct slice head)
{
    static const uint8_t section[4] = {0x0a, 0x0d, 0x0d, 0x0a};
    return head.n >= 4 && memcmp(head.p, section, 4) == 0;
}

struct pcapng *pcapng_new(struct byte_source *source)
{
    struct pcapng *r = calloc(1, sizeof *r);
    if (r)
        r->source = source;
    return r;
}

void pcapng_free(struct pcapng *r)
{
    if (!r)
        return;
    free(r->interfaces);
    free(r->block);
    free(r);
}

const char *pcapng_damage(const struct pcapng *r)
{
    return r->damage;
}

/* Integers are in the byte order of their section. */
static bool read_u16(const struct pcapng *r, struct cursor *c, uint16_t *v)
{
    if (!cursor_be16(c, v))
        return false;
    if (r->little)
        *v = __builtin_bswap16(*v);
    return true;
}

static bool read_u32(const struct pcapng *r, struct cursor *c, uint32_t *v)
{
    if (!cursor_be32(c, v))
        return false;
    if (r->little)
        *v = __builtin_bswap32(*v);
    return true;
}

static int stop(struct pcapng *r, const char *damage)
{
    if (!r->damage)
        r->damage = damage;
    return 0;
}

/* Reads `n` bytes into the block buffer, behind the `have` that are there. 1, 0 (stopped), -ENOMEM. */
static int read_body(struct pcapng *r, size_t have, size_t n)
{
    if (have + n > r->block_capacity) {
        uint8_t *block = realloc(r->block, have + n);
        if (!block)
            return -ENOMEM;
        r->block = block;
        r->block_capacity = have + n;
    }
    if (byte_source_read(r->source, r->block + have, n) != n)
        return stop(r, "it ends within a block");
    return 1;
}

/* A section begins: its byte order holds until the next one, and interfaces count anew. */
static int start_section(struct pcapng *r, uint32_t *length)
{
    int result = read_body(r, 0, 4);
    if (result <= 0)
        return result;
    struct cursor c = cursor_of(slice_of(r->block, 4));
    uint32_t magic = 0;
    cursor_be32(&c, &magic);
    if (magic != BYTE_ORDER_MAGIC && magic != __builtin_bswap32(BYTE_ORDER_MAGIC))
        return stop(r, "a section header has no byte order mark");
    bool little = magic != BYTE_ORDER_MAGIC;
    if (little != r->little)
        *length = __builtin_bswap32(*length);
    r->little = little;
    r->interface_count = 0;
    return 1;
}

static uint64_t timestamp_units(uint8_t resolution)
{
    unsigned power = resolution & 0x7f;
    if (resolution & 0x80)
        return power < 64 ? 1ULL << power : 0;
    uint64_t units = 1;
    for (unsigned i = 0; i < power; i++) {
        if (units > UINT64_MAX / 10)
            return 0;
        units *= 10;
    }
    return units;
}

static void interface_option(struct pcapng *r, struct interface *interface, uint16_t code, struct slice value)
{
    struct cursor c = cursor_of(value);
    if (code == OPTION_TSRESOL && value.n >= 1) {
        interface->units = timestamp_units(value.p[0]);
    } else if (code == OPTION_TSOFFSET && value.n >= 8) {
        uint64_t offset = 0;
        cursor_be64(&c, &offset);
        interface->offset_s = (int64_t)(r->little ? __builtin_bswap64(offset) : offset);
    }
}

static int add_interface(struct pcapng *r, struct cursor c)
{
    struct interface interface = {.units = 1000000};
    if (!read_u16(r, &c, &interface.link_type) || !cursor_skip(&c, 2) ||
        !read_u32(r, &c, &interface.snapshot))
        return stop(r, "an interface description is too short");
    uint16_t code, length;
    struct slice value;
    while (read_u16(r, &c, &code) && read_u16(r, &c, &length) && code != 0 &&
           cursor_bytes(&c, length, &value)) {
        interface_option(r, &interface, code, value);
        cursor_skip(&c, -(size_t)length & 3);
    }
    if (interface.units == 0)
        return stop(r, "an interface has a timestamp resolution that cannot be");
    if (r->interface_count == INTERFACES_MOST)
        return stop(r, "it has more than 65,536 interfaces");
    if (grow_array(&r->interfaces, r->interface_count, &r->interface_capacity))
        return -ENOMEM;
    r->interfaces[r->interface_count++] = interface;
    return 1;
}

static uint64_t to_nanoseconds(const struct interface *interface, uint64_t stamp)
{
    __int128 seconds = (__int128)(stamp / interface->units) + interface->offset_s;
    __int128 rest = (__int128)(stamp % interface->units) * 1000000000 / interface->units;
    __int128 time = seconds * 1000000000 + rest;
    return time < 0 ? 0 : time > INT64_MAX ? INT64_MAX : (uint64_t)time;
}

/* What the packet blocks have in common. 2: a frame. */
static int make_frame(struct pcapng *r, struct cursor *c, uint32_t id, uint64_t stamp, uint32_t captured,
                      uint32_t length, struct frame *frame)
{
    if (id >= r->interface_count)
        return stop(r, "a packet names an interface that was not described");
    struct slice bytes;
    if (!cursor_bytes(c, captured, &bytes))
        return stop(r, "a packet is longer than its block");
    const struct interface *interface = &r->interfaces[id];
    *frame = (struct frame){
        .bytes = bytes,
        .wire_length = length > captured ? length : captured,
        .time_ns = to_nanoseconds(interface, stamp),
        .link_type = interface->link_type,
    };
    return 2;
}

static int enhanced_packet(struct pcapng *r, struct cursor c, bool old, struct frame *frame)
{
    uint32_t id = 0, high, low, captured, length;
    uint16_t id16 = 0;
    bool ok = old ? read_u16(r, &c, &id16) && cursor_skip(&c, 2) : read_u32(r, &c, &id);
    ok = ok && read_u32(r, &c, &high) && read_u32(r, &c, &low) && read_u32(r, &c, &captured) &&
         read_u32(r, &c, &length);
    if (!ok)
        return stop(r, "a packet block is too short");
    return make_frame(r, &c, old ? id16 : id, (uint64_t)high << 32 | low, captured, length, frame);
}

/* A simple packet block has neither an interface nor a time: the first one's, and the epoch. */
static int simple_packet(struct pcapng *r, struct cursor c, struct frame *frame)
{
    uint32_t length;
    if (!read_u32(r, &c, &length))
        return stop(r, "a packet block is too short");
    uint32_t captured = length;
    if (r->interface_count && r->interfaces[0].snapshot && captured > r->interfaces[0].snapshot)
        captured = r->interfaces[0].snapshot;
    if (captured > cursor_left(&c))
        captured = (uint32_t)cursor_left(&c);
    return make_frame(r, &c, 0, 0, captured, length, frame);
}

static int skip_body(struct pcapng *r, uint32_t n)
{
    while (n) {
        uint8_t ignored[4096];
        size_t part = n < sizeof ignored ? n : sizeof ignored;
        if (byte_source_read(r->source, ignored, part) != part)
            return stop(r, "it ends within a block");
        n -= (uint32_t)part;
    }
    return 1;
}

/* 2: a frame; 1: another block was read; 0: stopped. */
static int read_block(struct pcapng *r, uint32_t type, uint32_t length, struct frame *frame)
{
    size_t have = 0;
    if (type == BLOCK_SECTION) {
        int result = start_section(r, &length);
        if (result <= 0)
            return result;
        have = 4;
    }
    if (length < 12 + have || length % 4)
        return stop(r, "a block has a length that cannot be");
    bool wanted =
        type == BLOCK_INTERFACE || type == BLOCK_OLD_PACKET || type == BLOCK_SIMPLE || type == BLOCK_ENHANCED;
    uint32_t rest = length - 8 - (uint32_t)have;
    if (!wanted)
        return skip_body(r, rest);
    if (length > BLOCK_MOST)
        return stop(r, "a block is larger than 16 MiB");
    int result = read_body(r, have, rest);
    if (result <= 0)
        return result;
    struct cursor c = cursor_of(slice_of(r->block, length - 12)); /* without the trailing length */
    if (type == BLOCK_INTERFACE)
        return add_interface(r, c);
    if (type == BLOCK_SIMPLE)
        return simple_packet(r, c, frame);
    return enhanced_packet(r, c, type == BLOCK_OLD_PACKET, frame);
}

int pcapng_next(struct pcapng *r, struct frame *frame)
{
    int result = 1;
    while (result == 1 && !r->damage) {
        uint8_t head[8];
        size_t got = byte_source_read(r->source, head, sizeof head);
        if (got < sizeof head)
            return got ? stop(r, "it ends within a block") : 0;
        struct cursor c = cursor_of(slice_of(head, sizeof head));
        uint32_t type = 0, length = 0;
        read_u32(r, &c, &type);
        read_u32(r, &c, &length);
        result = read_block(r, type, length, frame);
    }
    return result == 2 ? 1 : result < 0 ? result : 0;
}
