#include "packet/checksum.h"

#include <arpa/inet.h>

/* Sums in memory order, as RFC 1071 2(B) allows: only the result is put into network order. */
static uint64_t fold(uint64_t sum)
{
    sum = (sum & 0xffffffffU) + (sum >> 32);
    sum = (sum & 0xffffffffU) + (sum >> 32);
    return sum;
}

/* 32 bytes at a time, in four sums that do not wait for each other. */
static size_t add_blocks(struct slice s, uint64_t *sum)
{
    uint64_t low[2] = {0, 0}, high[2] = {0, 0};
    size_t at = 0;
    for (; s.n - at >= 32; at += 32) {
        uint64_t words[4];
        memcpy(words, s.p + at, sizeof words);
        low[0] += (words[0] & 0xffffffffU) + (words[1] & 0xffffffffU);
        high[0] += (words[0] >> 32) + (words[1] >> 32);
        low[1] += (words[2] & 0xffffffffU) + (words[3] & 0xffffffffU);
        high[1] += (words[2] >> 32) + (words[3] >> 32);
    }
    *sum += low[0] + low[1] + high[0] + high[1];
    return at;
}

uint64_t checksum_add(struct slice s, uint64_t sum)
{
    sum = fold(sum);
    size_t at = add_blocks(s, &sum);
    for (; s.n - at >= 4; at += 4) {
        uint32_t word;
        memcpy(&word, s.p + at, sizeof word);
        sum += word; /* 2^32 words of carry room: no datagram is that long */
    }
    if (at < s.n) {
        uint8_t tail[4] = {0};
        memcpy(tail, s.p + at, s.n - at);
        uint32_t word;
        memcpy(&word, tail, sizeof word);
        sum += word;
    }
    return sum;
}

uint16_t checksum_finish(uint64_t sum)
{
    sum = fold(sum);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return ntohs((uint16_t)~sum);
}

uint64_t checksum_pseudo(const struct address *source, const struct address *destination, uint8_t protocol,
                         uint32_t length)
{
    size_t n = source->version == 4 ? 4 : 16;
    uint64_t sum = checksum_add(slice_of(source->bytes, n), 0);
    sum = checksum_add(slice_of(destination->bytes, n), sum);
    uint32_t tail[2] = {htonl(length), htonl(protocol)};
    return checksum_add(slice_of(tail, sizeof tail), sum);
}

bool checksum_is_partial(uint64_t pseudo, uint16_t field)
{
    return (field ^ checksum_finish(pseudo)) == 0xffff;
}

void checksum_watch_see(struct checksum_watch *watch, bool wrong)
{
    if (watch->seen >= CHECKSUM_WATCH)
        return;
    watch->seen++;
    watch->wrong += wrong;
    if (watch->seen == CHECKSUM_WATCH)
        watch->off = watch->wrong * 100 > watch->seen * CHECKSUM_WRONG_PERCENT;
}
