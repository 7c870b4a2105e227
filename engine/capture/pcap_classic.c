#include "capture/pcap_classic.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "capture/frame_store.h"
#include "packet/wire.h"

enum {
    FILE_HEADER = 24,
    FRAME_HEADER = 16,
    PATCHED_FRAME_HEADER = 24, /* index of the interface, protocol and kind of packet follow */
    ETHERNET_HEADER = 14,
    MAJOR = 2,
    MINOR_MOST = 4,
    MINOR_LENGTHS_MIXED = 3, /* written with the two lengths in either order; before it exchanged */
    MAJOR_DG_UX = 543,       /* tcpdump of DG/UX: version 543.0 */
    LINK_ETHERNET = 1,
};

#define MAGIC_MICROSECONDS 0xa1b2c3d4U
#define MAGIC_PATCHED      0xa1b2cd34U /* Alexey Kuznetzov's, of Linux before 2.2 */
#define MAGIC_NANOSECONDS  0xa1b23c4dU

enum lengths { LENGTHS_IN_ORDER, LENGTHS_MIXED, LENGTHS_EXCHANGED };

struct pcap_classic {
    struct byte_source *source;
    bool little;
    enum lengths lengths; /* in which order a frame has its captured and its wire length */
    uint16_t link_type;
    uint32_t to_ns; /* factor of the second half of a timestamp */
    uint32_t snapshot;
    size_t frame_header;
    const char *damage;
    char text[96];
};

/* Integers are in the byte order of the machine that wrote the file. */
static uint32_t u32(const struct pcap_classic *r, struct cursor *c)
{
    uint32_t v = 0;
    cursor_be32(c, &v);
    return r->little ? __builtin_bswap32(v) : v;
}

static uint16_t u16(const struct pcap_classic *r, struct cursor *c)
{
    uint16_t v = 0;
    cursor_be16(c, &v);
    return r->little ? __builtin_bswap16(v) : v;
}

/* Of a frame's header, whose length has been looked at: once for each frame. */
static inline uint32_t field(const struct pcap_classic *r, struct slice head, size_t at)
{
    uint32_t v = wire_be32(head, at);
    return r->little ? __builtin_bswap32(v) : v;
}

static bool magic_known(uint32_t magic)
{
    return magic == MAGIC_MICROSECONDS || magic == MAGIC_PATCHED || magic == MAGIC_NANOSECONDS;
}

static const char *read_version(struct pcap_classic *r, uint16_t major, uint16_t minor)
{
    bool dg_ux = major == MAJOR_DG_UX && minor == 0;
    if (!dg_ux && (major != MAJOR || minor > MINOR_MOST))
        return "a version of pcap that is not known";
    if (dg_ux || minor < MINOR_LENGTHS_MIXED)
        r->lengths = LENGTHS_EXCHANGED;
    else if (minor == MINOR_LENGTHS_MIXED)
        r->lengths = LENGTHS_MIXED;
    return NULL;
}

static void read_snapshot(struct pcap_classic *r, uint32_t snapshot, bool patched)
{
    r->snapshot = snapshot == 0 || snapshot > INT32_MAX ? FRAME_MOST : snapshot;
    r->frame_header = patched ? PATCHED_FRAME_HEADER : FRAME_HEADER;
    /* The patch counted what is behind the link header, where it captured without one. */
    if (patched && r->link_type == LINK_ETHERNET)
        r->snapshot += ETHERNET_HEADER;
}

/* NULL, or what is wrong. */
static const char *read_header(struct pcap_classic *r)
{
    struct slice head = byte_source_peek(r->source, FILE_HEADER);
    struct cursor c = cursor_of(head);
    uint32_t magic = 0;
    if (!cursor_be32(&c, &magic))
        return "it ends within the file's header";
    r->little = !magic_known(magic);
    if (r->little)
        magic = __builtin_bswap32(magic);
    if (!magic_known(magic))
        return "unknown file format";
    if (head.n < FILE_HEADER)
        return "it ends within the file's header";
    uint16_t major = u16(r, &c), minor = u16(r, &c);
    const char *wrong = read_version(r, major, minor);
    if (wrong)
        return wrong;
    cursor_skip(&c, 8); /* time zone and accuracy, which nobody fills in */
    uint32_t snapshot = u32(r, &c), link = u32(r, &c);
    r->link_type = (uint16_t)link; /* above it are the length of the FCS and bits that readers ignore */
    r->to_ns = magic == MAGIC_NANOSECONDS ? 1 : 1000;
    read_snapshot(r, snapshot, magic == MAGIC_PATCHED);
    byte_source_skip(r->source, FILE_HEADER);
    return NULL;
}

int pcap_classic_new(struct byte_source *source, struct pcap_classic **out, const char **why)
{
    struct pcap_classic *r = calloc(1, sizeof *r);
    if (!r)
        return -ENOMEM;
    r->source = source;
    *why = read_header(r);
    if (*why) {
        pcap_classic_free(r);
        return -EBADMSG;
    }
    *out = r;
    return 0;
}

void pcap_classic_free(struct pcap_classic *r)
{
    free(r);
}

uint16_t pcap_classic_link_type(const struct pcap_classic *r)
{
    return r->link_type;
}

const char *pcap_classic_damage(const struct pcap_classic *r)
{
    return r->damage;
}

static int stop(struct pcap_classic *r, const char *damage)
{
    r->damage = damage;
    return 0;
}

static int too_long(struct pcap_classic *r, uint32_t captured)
{
    snprintf(r->text, sizeof r->text, "a frame of %u bytes is longer than a frame can be (%u)", captured,
             (unsigned)FRAME_MOST);
    return stop(r, r->text);
}

static void put_lengths_in_order(const struct pcap_classic *r, uint32_t *captured, uint32_t *length)
{
    if (r->lengths == LENGTHS_IN_ORDER || (r->lengths == LENGTHS_MIXED && *captured <= *length))
        return;
    uint32_t first = *captured;
    *captured = *length;
    *length = first;
}

int pcap_classic_next(struct pcap_classic *r, struct frame *frame)
{
    if (r->damage)
        return 0;
    struct slice head = byte_source_peek_all(r->source, r->frame_header);
    if (head.n < r->frame_header)
        return head.n ? stop(r, "it ends within a frame's header") : 0;
    uint32_t seconds = field(r, head, 0), rest = field(r, head, 4), captured = field(r, head, 8),
             length = field(r, head, 12);
    put_lengths_in_order(r, &captured, &length);
    if (captured > FRAME_MOST)
        return too_long(r, captured);
    size_t size = r->frame_header + captured;
    struct slice whole = head.n >= size ? head : byte_source_peek_all(r->source, size);
    if (whole.n < size)
        return stop(r, "it ends within a frame");
    byte_source_skip(r->source, size);
    /* Seconds are unsigned, so that they last until 2106. What is past the snapshot is not looked at. */
    *frame = (struct frame){
        .bytes = slice_first(slice_of(whole.p + r->frame_header, captured), r->snapshot),
        .time_ns = (uint64_t)seconds * 1000000000 + (uint32_t)(rest * r->to_ns),
        .link_type = r->link_type,
    };
    frame->wire_length = length > frame->bytes.n ? length : (uint32_t)frame->bytes.n;
    return 1;
}
