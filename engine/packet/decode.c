#include "packet/decode.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "packet/decoding.h"

struct decoder *decoder_new(const struct decode_config *config)
{
    struct decoder *decoder = calloc(1, sizeof *decoder);
    if (decoder == NULL)
        return NULL;
    decoder->config = *config;
    if (config->teredo_port == 0)
        decoder->config.teredo_port = 3544;
    if (config->vxlan_port == 0)
        decoder->config.vxlan_port = 4789;
    if (config->geneve_port == 0)
        decoder->config.geneve_port = 6081;
    decoder->watch.off = config->checksums == CHECKSUM_OFF;
    decoder->defrag = defrag_new(&decoder->config, &decoder->counters);
    if (decoder->defrag == NULL) {
        free(decoder);
        return NULL;
    }
    return decoder;
}

void decoder_free(struct decoder *decoder)
{
    if (decoder == NULL)
        return;
    defrag_free(decoder->defrag);
    free(decoder);
}

void decoder_release(struct decoder *decoder)
{
    defrag_release(decoder->defrag);
}

const struct decode_counters *decoder_counters(const struct decoder *decoder)
{
    return &decoder->counters;
}

bool decode_link_type_known(uint16_t link_type, const char **name)
{
    return decode_link_function(link_type, name) != NULL;
}

/* In pieces that the compiler makes stores of: of the whole it makes a string instruction, which is slow to
 * begin. */
static void clear(struct packet *p)
{
    enum { PIECE = 64, WHOLE = sizeof *p / PIECE * PIECE };
    uint8_t *bytes = (uint8_t *)p;
    for (size_t at = 0; at < WHOLE; at += PIECE)
        memset(bytes + at, 0, PIECE);
    memset(bytes + WHOLE, 0, sizeof *p - WHOLE);
}

/* The next packet of this frame, empty; the caller has seen that there is room. */
static struct packet *next_packet(struct decoding *d, enum packet_source source, struct slice bytes)
{
    struct packet *p = &d->out[d->count++];
    clear(p);
    p->number = d->frame->number;
    p->time_ns = d->frame->time_ns;
    p->source = (uint8_t)source;
    p->bytes = bytes;
    return p;
}

/* What `auto` learns from a frame, and what it still asks for. */
static bool still_validating(const struct decoder *decoder, const struct frame *frame)
{
    return !decoder->watch.off && !frame->checksums_known;
}

unsigned decode_frame(struct decoder *decoder, const struct frame *frame, struct packet *out)
{
    struct decoding d = {
        .decoder = decoder, .frame = frame, .out = out, .validate = still_validating(decoder, frame)};
    struct packet *p = next_packet(&d, PACKET_WIRE, frame->bytes);
    p->link_type = frame->link_type;
    if (frame->link_type != decoder->link_type || !decoder->decode_link) {
        decoder->link_type = frame->link_type;
        decoder->decode_link = decode_link_function(frame->link_type, NULL);
    }
    decode_function *decode = decoder->decode_link;
    decoder->counters.frames++;
    decoder->counters.bytes += frame->bytes.n;
    if (decode == NULL || !decode(&d, p, frame->bytes))
        p->invalid = true;
    for (unsigned i = 0; i < d.count; i++) {
        decoder->counters.invalid += out[i].invalid;
        decoder->counters.bad_checksums += out[i].bad_checksum;
    }
    decoder->counters.packets += d.count;
    if (d.has_checksum && decoder->config.checksums == CHECKSUM_AUTO)
        checksum_watch_see(&decoder->watch, d.wrong);
    return d.count;
}

void decoder_look_ahead(struct decoder *decoder, const struct frame *frames, unsigned count)
{
    if (decoder->config.checksums != CHECKSUM_AUTO || decoder->watch.seen || decoder->watch.off)
        return;
    struct decoder *trial = decoder_new(&decoder->config);
    struct packet *packets = calloc(DECODE_PACKETS, sizeof *packets);
    for (unsigned i = 0; trial && packets && i < count; i++)
        decode_frame(trial, &frames[i], packets);
    if (trial && packets)
        decoder->watch.off = trial->watch.off || trial->watch.wrong * 2 > trial->watch.seen;
    free(packets);
    decoder_free(trial);
}

bool decoding_invalid(struct packet *p, enum packet_event event)
{
    packet_event_add(&p->events, event);
    p->invalid = true;
    return false;
}

bool decoding_too_deep(struct decoding *d, struct packet *p)
{
    d->decoder->counters.depth_exceeded++;
    packet_event_add(&p->events, EVENT_TOO_MANY_LAYERS);
    return false;
}

bool decoding_unwrap(struct decoding *d, struct packet *outer, enum packet_source source,
                     decode_function *decode, struct slice s)
{
    if (d->count == DECODE_PACKETS) {
        d->decoder->counters.depth_exceeded++;
        return false;
    }
    unsigned index = d->count, layers = d->layers;
    bool defragmented = source == PACKET_DEFRAGMENTED;
    if (!defragmented && !decoding_layer(d, outer))
        return false;
    struct packet *p = next_packet(d, source, s);
    p->depth = defragmented ? outer->depth : (uint8_t)(outer->depth + 1);
    p->outer = defragmented ? outer->outer : outer;
    if (defragmented) {
        p->vlan_count = outer->vlan_count;
        memcpy(p->vlan, outer->vlan, sizeof p->vlan);
    }
    bool good = decode(d, p, s);
    p->invalid |= !good || p->layers == 0;
    d->layers = layers;
    if (!good) {
        d->count = index; /* and whatever came out of it */
        return false;
    }
    d->decoder->counters.tunnels += !defragmented;
    return true;
}

void decoding_check_sum(struct decoding *d, struct packet *p, uint64_t sum)
{
    d->has_checksum = true;
    if (checksum_finish(sum) == 0)
        return;
    p->bad_checksum = true;
    d->wrong = true;
}

/*
 * Whether `auto` takes the field for one that the network card has yet to fill in. Somebody else may write
 * the same there to have us look at what the receiver drops: with `on` that is a wrong checksum like any
 * other.
 */
static bool left_to_the_card(const struct decoding *d, uint8_t protocol, struct slice s, uint64_t pseudo)
{
    if (d->decoder->config.checksums != CHECKSUM_AUTO || (protocol != 6 && protocol != 17))
        return false;
    return checksum_is_partial(pseudo, wire_be16(s, protocol == 6 ? 16 : 6));
}

/* What a sender leaves for a card that cuts it into segments: the pseudo header's sum without a length, by
 * NDIS. */
static bool left_to_be_cut(const struct decoding *d, const struct packet *p, uint8_t protocol, struct slice s)
{
    return d->decoder->config.checksums == CHECKSUM_AUTO && protocol == 6 &&
           checksum_is_partial(checksum_pseudo(&p->source_address, &p->destination_address, protocol, 0),
                               wire_be16(s, 16));
}

void decoding_checksum(struct decoding *d, struct packet *p, uint8_t protocol, struct slice s)
{
    if (!d->validate)
        return;
    uint64_t pseudo = checksum_pseudo(&p->source_address, &p->destination_address, protocol, (uint32_t)s.n);
    if (left_to_the_card(d, protocol, s, pseudo)) {
        d->has_checksum = true; /* and not a wrong one */
        return;
    }
    bool bad = p->bad_checksum, wrong = d->wrong;
    decoding_check_sum(d, p, checksum_add(s, pseudo));
    if (p->bad_checksum && !bad && left_to_be_cut(d, p, protocol, s)) {
        p->bad_checksum = bad;
        d->wrong = wrong;
    }
}

/* Of both directions the same: the lower end first. Without padding, since they are hashed as bytes. */
struct flow_key {
    uint8_t low[16], high[16];
    uint16_t low_port, high_port;
    uint16_t vlan[VLAN_LAYERS];
    uint8_t version, protocol, depth, vlan_count;
    uint8_t zero[2];
};
static_assert(sizeof(struct flow_key) == 48, "a flow key has no padding");

struct flow_key_v4 { /* nearly all: IPv4 without VLAN */
    uint32_t low, high;
    uint16_t low_port, high_port;
    uint8_t protocol, depth;
    uint8_t zero[2];
};
static_assert(sizeof(struct flow_key_v4) == 16, "a flow key has no padding");

struct ends {
    const struct address *a, *b;
    uint16_t a_port, b_port;
    uint8_t protocol;
};

static uint64_t hash_any(const struct decoding *d, const struct packet *p, const struct ends *ends)
{
    struct flow_key key = {.version = ends->a->version, .protocol = ends->protocol, .depth = p->depth};
    if (!d->decoder->config.ignore_vlan) {
        key.vlan_count = p->vlan_count;
        memcpy(key.vlan, p->vlan, sizeof key.vlan);
    }
    int order = memcmp(ends->a->bytes, ends->b->bytes, sizeof key.low);
    bool a_low = order < 0 || (order == 0 && ends->a_port <= ends->b_port);
    memcpy(key.low, a_low ? ends->a->bytes : ends->b->bytes, sizeof key.low);
    memcpy(key.high, a_low ? ends->b->bytes : ends->a->bytes, sizeof key.high);
    key.low_port = a_low ? ends->a_port : ends->b_port;
    key.high_port = a_low ? ends->b_port : ends->a_port;
    return hash_bytes(&key, sizeof key, d->decoder->config.hash_seed);
}

static uint64_t hash_v4(const struct decoding *d, const struct packet *p, const struct ends *ends)
{
    uint32_t a, b;
    memcpy(&a, ends->a->bytes, sizeof a);
    memcpy(&b, ends->b->bytes, sizeof b);
    bool a_low = a < b || (a == b && ends->a_port <= ends->b_port);
    struct flow_key_v4 key = {
        .low = a_low ? a : b,
        .high = a_low ? b : a,
        .low_port = a_low ? ends->a_port : ends->b_port,
        .high_port = a_low ? ends->b_port : ends->a_port,
        .protocol = ends->protocol,
        .depth = p->depth,
    };
    return hash_bytes(&key, sizeof key, d->decoder->config.hash_seed);
}

void decoding_flow_hash(const struct decoding *d, struct packet *p)
{
    struct ends ends = {&p->source_address, &p->destination_address, p->source_port, p->destination_port,
                        p->ip.protocol};
    /* an ICMPv6 error is a flow of its own, as it is for Suricata */
    if ((p->layers & LAYER_ICMPV4) != 0 && p->icmp.quoted_source.version != 0)
        ends = (struct ends){&p->icmp.quoted_source, &p->icmp.quoted_destination, p->icmp.quoted_source_port,
                             p->icmp.quoted_destination_port, p->icmp.quoted_protocol};
    bool tagged = p->vlan_count && !d->decoder->config.ignore_vlan;
    uint64_t hash = ends.a->version == 4 && !tagged ? hash_v4(d, p, &ends) : hash_any(d, p, &ends);
    p->flow_hash = hash != 0 ? hash : 1;
}
