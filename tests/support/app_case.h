/*
 * Tables of conversations and what rules say of them: each case is a connection (or datagrams) through the
 * whole engine, its alerts a line of text that was asked of Suricata 8.0.8.
 *
 * With WRITE_CASES=NAME in the environment the suite is written as NAME.pcap and NAME.rules, to be asked
 * again: case i has the client port 40000 + i.
 */
#ifndef TESTS_SUPPORT_APP_CASE_H
#define TESTS_SUPPORT_APP_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum app_line_kind {
    LINE_END, /* of the table */
    LINE_DATA,
    LINE_GAP, /* n bytes that are sent and acknowledged, and missing in the capture */
    LINE_FIN, /* and its acknowledgment */
};

struct app_line {
    enum app_line_kind kind;
    bool client;
    const char *bytes;
    size_t n;
};

/* Over TCP a segment and its acknowledgment; else a datagram. Bytes are literals. */
#define CLIENT(text)                            \
    {                                           \
        LINE_DATA, true, text, sizeof(text) - 1 \
    }
#define SERVER(text)                             \
    {                                            \
        LINE_DATA, false, text, sizeof(text) - 1 \
    }
#define CLIENT_GAP(n)           \
    {                           \
        LINE_GAP, true, NULL, n \
    }
#define SERVER_GAP(n)            \
    {                            \
        LINE_GAP, false, NULL, n \
    }
#define CLIENT_FIN              \
    {                           \
        LINE_FIN, true, NULL, 0 \
    }
#define SERVER_FIN               \
    {                            \
        LINE_FIN, false, NULL, 0 \
    }

enum { APP_LINES = 14 };

struct app_case {
    const char *name;
    struct app_line lines[APP_LINES];
    const char
        *alerts; /* "1@4 2@6 3@end": sid and packet, the handshake being 1 to 3; by packet, then by sid */
};

struct app_suite {
    const char *rules;
    uint16_t port; /* of the server */
    bool udp;
};

/* Fails the test at each case whose alerts differ, after all were tried. */
void app_cases_check(const struct app_suite *suite, const struct app_case *cases, size_t count);

#endif
