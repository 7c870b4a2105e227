#include "support/app_case.h"
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/tcp.h"
#include "support/conversation.h"
#include "support/engine.h"

enum { PUSH = TCP_PSH | TCP_ACK, TEXT = 2000, END = 1000000 };

static void sends(struct conversation *c, bool client, uint8_t flags, const char *bytes, size_t n)
{
    if (client)
        client_sends(c, flags, bytes, n);
    else
        server_sends(c, flags, bytes, n);
}

static void say(const struct app_suite *suite, struct conversation *c, const struct app_line *line)
{
    if (suite->udp) {
        datagram(c, line->client, line->bytes, line->n);
        return;
    }
    if (line->kind == LINE_GAP) {
        uint32_t *sequence = line->client ? &c->client_sequence : &c->server_sequence;
        *sequence += (uint32_t)line->n;
        return;
    }
    sends(c, line->client, line->kind == LINE_FIN ? TCP_FIN | TCP_ACK : PUSH, line->bytes, line->n);
    sends(c, !line->client, TCP_ACK, NULL, 0);
}

static void talk(const struct app_suite *suite, const struct app_case *said, size_t number,
                 struct frames *frames)
{
    struct conversation c = conversation_new(frames);
    c.client_port = (uint16_t)(40000 + number);
    c.server_port = suite->port;
    if (!suite->udp)
        handshake(&c);
    for (const struct app_line *line = said->lines; line->kind != LINE_END; line++)
        say(suite, &c, line);
}

static int compare(const void *a, const void *b)
{
    const struct found_alert *x = a, *y = b;
    uint64_t at_x = x->number ? x->number : END, at_y = y->number ? y->number : END;
    if (at_x != at_y)
        return at_x < at_y ? -1 : 1;
    return x->sid < y->sid ? -1 : x->sid > y->sid;
}

static void print(struct found *found, char text[TEXT])
{
    size_t at = 0;
    qsort(found->list, found->count, sizeof *found->list, compare);
    text[0] = 0;
    for (uint32_t i = 0; i < found->count && at < TEXT - 40; i++) {
        const struct found_alert *alert = &found->list[i];
        at += (size_t)sprintf(text + at, "%s%u@", i ? " " : "", alert->sid);
        if (alert->number)
            at += (size_t)sprintf(text + at, "%u", (unsigned)alert->number);
        else
            at += (size_t)sprintf(text + at, "end");
    }
}

static bool holds(const struct app_suite *suite, const struct app_case *said, size_t number)
{
    struct frames frames = {0};
    struct found found;
    char text[TEXT];
    struct engine_options options = {.checksums = CHECKSUM_ON, .every_protocol = true};
    talk(suite, said, number, &frames);
    assert_int_equal(engine_run(suite->rules, frames.list, frames.count, &options, &found), 0);
    if (found.refused)
        fail_msg("%u rules were refused", found.refused);
    if (found.count)
        print(&found, text);
    else
        text[0] = 0;
    bool same = !strcmp(text, said->alerts);
    if (!same)
        print_error("%s:\n  is     %s\n  should %s\n", said->name, text, said->alerts);
    found_fini(&found);
    frames_fini(&frames);
    return same;
}

static FILE *create(const char *name, const struct app_suite *suite, const char *ending)
{
    char path[256];
    snprintf(path, sizeof path, "%s-%s%u.%s", name, suite->udp ? "udp" : "tcp", suite->port, ending);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    return file;
}

static void write_suite(const char *name, const struct app_suite *suite, const struct app_case *cases,
                        size_t count)
{
    struct frames frames = {0};
    for (size_t i = 0; i < count; i++)
        talk(suite, &cases[i], i, &frames);
    FILE *rules = create(name, suite, "rules"), *file = create(name, suite, "pcap");
    fputs(suite->rules, rules);
    const uint32_t head[] = {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1};
    fwrite(head, sizeof head, 1, file);
    for (uint32_t i = 0; i < frames.count; i++) {
        const struct frame *f = &frames.list[i];
        uint32_t n = (uint32_t)f->bytes.n;
        const uint32_t record[] = {(uint32_t)(f->time_ns / 1000000000),
                                   (uint32_t)(f->time_ns / 1000 % 1000000), n, n};
        fwrite(record, sizeof record, 1, file);
        fwrite(f->bytes.p, n, 1, file);
    }
    fclose(rules);
    fclose(file);
    frames_fini(&frames);
}

void app_cases_check(const struct app_suite *suite, const struct app_case *cases, size_t count)
{
    const char *name = getenv("WRITE_CASES");
    unsigned wrong = 0;
    if (name)
        write_suite(name, suite, cases, count);
    for (size_t i = 0; i < count; i++)
        wrong += !holds(suite, &cases[i], i);
    if (wrong)
        fail_msg("%u of %zu cases differ", wrong, count);
}
