/*
 * make_flows KIND COUNT >CAPTURE: a classic pcap of many TCP connections for the benchmarks, checksums left
 * out.
 *
 *   idle      COUNT connections: handshake, one request and its answer, left open; 600 us from frame to frame
 *   churn     the same, closed by FIN both ways; 1 us
 *   long      one connection of COUNT segments of 1,400 bytes
 *   overlap   the same, each segment sent again three times, half a segment on, with other bytes
 *   flood     the same, the segments full of the words on standard input (one a line, hexadecimal)
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16, SEGMENT = 1400, HEAD = 14 + 20 + 20, WORDS = 1 << 20 };

static uint64_t clock_us = 1700000000000000, pace_us = 1;

struct end {
    uint32_t address, next; /* sequence number */
    uint16_t port;
};

static void put16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
    put16(p, (uint16_t)(v >> 16));
    put16(p + 2, (uint16_t)v);
}

static void write_frame(const uint8_t *frame, uint32_t n)
{
    uint32_t record[4] = {(uint32_t)(clock_us / 1000000), (uint32_t)(clock_us % 1000000), n, n};
    clock_us += pace_us;
    if (fwrite(record, sizeof record, 1, stdout) != 1 || fwrite(frame, n, 1, stdout) != 1) {
        perror("make_flows");
        exit(1);
    }
}

/* One segment at `sequence`; what was sent and acknowledged so far is not touched. */
static void segment(const struct end *from, const struct end *to, uint32_t sequence, uint8_t flags,
                    const void *data, size_t n)
{
    uint8_t f[HEAD + SEGMENT] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45};
    put16(f + 16, (uint16_t)(40 + n));
    f[22] = 64;
    f[23] = 6;
    put32(f + 26, from->address);
    put32(f + 30, to->address);
    put16(f + 34, from->port);
    put16(f + 36, to->port);
    put32(f + 38, sequence);
    put32(f + 42, flags & ACK ? to->next : 0);
    f[46] = 0x50;
    f[47] = flags;
    put16(f + 48, 65535);
    memcpy(f + HEAD, data, n);
    write_frame(f, (uint32_t)(HEAD + n));
}

static void says(struct end *from, const struct end *to, uint8_t flags, const void *data, size_t n)
{
    segment(from, to, from->next, flags, data, n);
    from->next += (uint32_t)n + ((flags & (SYN | FIN)) != 0);
}

static void handshake(struct end *client, struct end *server)
{
    says(client, server, SYN, "", 0);
    says(server, client, SYN | ACK, "", 0);
    says(client, server, ACK, "", 0);
}

static void connection(uint32_t number, int closes)
{
    static const char request[] =
        "GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: bench\r\n\r\n";
    static const char answer[] =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
    struct end client = {0x0a000000 + number / 50000, 1000, (uint16_t)(1024 + number % 50000)};
    struct end server = {0xc0a80001, 5000, 80};
    handshake(&client, &server);
    says(&client, &server, PSH | ACK, request, sizeof request - 1);
    says(&server, &client, PSH | ACK, answer, sizeof answer - 1);
    says(&client, &server, ACK, "", 0);
    if (!closes)
        return;
    says(&client, &server, FIN | ACK, "", 0);
    says(&server, &client, FIN | ACK, "", 0);
    says(&client, &server, ACK, "", 0);
}

/* What the segments of one long connection are filled with, over and over. */
static size_t read_words(uint8_t *out)
{
    size_t n = 0;
    unsigned byte;
    while (n < WORDS && scanf("%2x", &byte) == 1)
        out[n++] = (uint8_t)byte;
    return n;
}

static void stream(uint32_t segments, const char *kind)
{
    static uint8_t words[WORDS + SEGMENT], other[SEGMENT];
    size_t n = strcmp(kind, "flood") == 0 ? read_words(words) : 0;
    if (!n) {
        n = 65536;
        uint32_t state = 1;
        for (size_t i = 0; i < n; i++)
            words[i] = (uint8_t)((state = state * 1103515245 + 12345) >> 16);
    }
    for (size_t i = 0; i < SEGMENT; i++)
        words[n + i] = words[i % n];
    struct end client = {0x0a000001, 1000, 40000}, server = {0xc0a80001, 5000, 9999};
    handshake(&client, &server);
    for (uint32_t i = 0; i < segments; i++) {
        uint32_t at = client.next;
        says(&client, &server, PSH | ACK, words + (size_t)i * SEGMENT % n, SEGMENT);
        for (unsigned again = 1; strcmp(kind, "overlap") == 0 && again <= 3; again++) {
            memset(other, (int)again, sizeof other);
            segment(&client, &server, at + SEGMENT / 2, PSH | ACK, other, SEGMENT);
        }
        if (i % 2)
            says(&server, &client, ACK, "", 0);
    }
}

int main(int argc, char **argv)
{
    static const uint32_t header[6] = {0xa1b2c3d4, 4 << 16 | 2, 0, 0, 65535, 1};
    uint32_t count = argc == 3 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
    if (!count) {
        fputs("usage: make_flows idle|churn|long|overlap|flood COUNT >CAPTURE\n", stderr);
        return 2;
    }
    fwrite(header, sizeof header, 1, stdout);
    if (strcmp(argv[1], "idle") == 0)
        pace_us = 600; /* a million in an hour: few of them have just spoken */
    if (strcmp(argv[1], "idle") == 0 || strcmp(argv[1], "churn") == 0)
        for (uint32_t i = 0; i < count; i++)
            connection(i, argv[1][0] == 'c');
    else
        stream(count, argv[1]);
    return fflush(stdout) ? 1 : 0;
}
