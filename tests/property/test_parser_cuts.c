/*
 * However the conversations of the fuzz targets' corpora are cut into segments, the parsers of TCP come to
 * the same transactions: the same values of the same buffers, the same events.
 */
#include "support/check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/parser_list.h"
#include "base/app_event.h"
#include "base/buffer_id.h"
#include "support/app_driver.h"

enum { CUTS = 4, MUTANTS = 8, TURNS = 512, VALUES = 4096 };

struct turn {
    enum direction direction;
    struct buf bytes;
};

struct value { /* what was last seen of an instance */
    uint64_t tx, number;
    enum direction direction;
    enum buffer_id id;
    unsigned index;
    struct buf bytes;
};

struct seen {
    struct value values[VALUES];
    unsigned count;
};

static uint32_t seed;

static uint32_t random_below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

/* The pieces of app_driver_fuzz, without gaps and ends; those of one direction in a row are one turn. */
static unsigned turns_of(struct slice file, struct turn *turns)
{
    unsigned count = 0;
    for (size_t at = 0; file.n - at >= 2 && count < TURNS;) {
        enum direction direction = file.p[at] & 1 ? TO_CLIENT : TO_SERVER;
        struct slice bytes = slice_first(slice_from(file, at + 2), file.p[at + 1]);
        at += 2 + bytes.n;
        if (!count || turns[count - 1].direction != direction)
            turns[count++] = (struct turn){.direction = direction};
        assert_int_equal(buf_append(&turns[count - 1].bytes, bytes), 0);
    }
    return count;
}

/* A body is looked at in windows, which depend on when the rules look. */
static void saw(void *ctx, const struct app_tx *tx, enum direction direction, enum buffer_id id,
                unsigned index, const struct view_buffer *buffer)
{
    struct seen *seen = ctx;
    unsigned i = 0;
    if (buffer_is_body(id) || buffer_info(id)->kind == BUFFER_FRAME ||
        (buffer_info(id)->kind == BUFFER_HAND && id != BUFFER_APP_EVENT) || buffer->offset || !buffer->last)
        return;
    while (i < seen->count && !(seen->values[i].tx == tx->id && seen->values[i].direction == direction &&
                                seen->values[i].id == id && seen->values[i].index == index))
        i++;
    if (i == VALUES)
        return;
    struct value *value = &seen->values[i];
    if (i == seen->count) {
        seen->count++;
        *value = (struct value){
            .tx = tx->id, .direction = direction, .id = id, .index = index, .bytes = value->bytes};
    }
    value->number = buffer->number;
    buf_clear(&value->bytes);
    assert_int_equal(buf_append(&value->bytes, buffer->bytes), 0);
}

static void converse(const struct app_parser *parser, const struct turn *turns, unsigned count, bool cut,
                     struct seen *seen)
{
    struct app_driver d;
    assert_true(app_driver_open(&d, parser, false));
    d.saw = saw;
    d.ctx = seen;
    seen->count = 0;
    uint32_t most = 1 + random_below(random_below(3) ? 300 : 4);
    for (unsigned i = 0; i < count; i++)
        for (struct slice rest = buf_slice(&turns[i].bytes); rest.n;) {
            struct slice piece = slice_first(rest, cut ? 1 + random_below(most) : rest.n);
            rest = slice_from(rest, piece.n);
            app_driver_feed(&d, turns[i].direction, piece);
        }
    app_driver_end(&d, TO_SERVER);
    app_driver_end(&d, TO_CLIENT);
    app_driver_close(&d);
}

static int compare(const void *a, const void *b)
{
    const struct value *one = a, *other = b;
    if (one->tx != other->tx)
        return one->tx < other->tx ? -1 : 1;
    if (one->direction != other->direction)
        return (int)one->direction - (int)other->direction;
    if (one->id != other->id)
        return (int)one->id - (int)other->id;
    return (int)one->index - (int)other->index;
}

static void check_same(const char *name, const char *file, int round, struct seen *whole, struct seen *cut)
{
    qsort(whole->values, whole->count, sizeof whole->values[0], compare);
    qsort(cut->values, cut->count, sizeof cut->values[0], compare);
    for (unsigned i = 0; i < whole->count || i < cut->count; i++) {
        const struct value *a = &whole->values[i], *b = &cut->values[i];
        if (i < whole->count && i < cut->count && !compare(a, b) && a->number == b->number &&
            slice_equal(buf_slice(&a->bytes), buf_slice(&b->bytes)))
            continue;
        const struct value *at = i < whole->count && (i == cut->count || compare(a, b) <= 0) ? a : b;
        bool is_event = at->id == BUFFER_APP_EVENT;
        fail_msg("%s/%s, cut %d: transaction %u, direction %d, %s %u is not the same", name, file, round,
                 (unsigned)at->tx, at->direction,
                 is_event ? app_event_name((enum app_event)at->number) : buffer_name(at->id), at->index);
    }
}

/* A few bytes are others. */
static void mutate(struct turn *turns, unsigned count)
{
    for (uint32_t changes = 1 + random_below(4); count && changes; changes--) {
        struct buf *bytes = &turns[random_below(count)].bytes;
        if (bytes->n)
            bytes->p[random_below((uint32_t)bytes->n)] =
                (uint8_t)(random_below(2) ? random_below(256) : random_below(4));
    }
}

static void seen_fini(struct seen *seen)
{
    for (unsigned i = 0; i < VALUES; i++)
        buf_fini(&seen->values[i].bytes);
    free(seen);
}

static void check_file(const struct app_parser *parser, const char *name, const char *file,
                       struct slice bytes)
{
    static struct turn turns[TURNS];
    struct seen *whole = calloc(1, sizeof *whole), *cut = calloc(1, sizeof *cut);
    assert_non_null(whole);
    assert_non_null(cut);
    unsigned count = turns_of(bytes, turns);
    /* Of errors SMB tells the transaction at hand, which depends on when rules have looked; RFB's event of an
     * error may be another one. */
    bool only_as_it_is = parser->proto == APP_SMB || parser->proto == APP_RFB;
    for (int round = 0; round < (only_as_it_is ? CUTS : MUTANTS * CUTS); round++) {
        if (round && round % CUTS == 0)
            mutate(turns, count);
        if (round % CUTS == 0)
            converse(parser, turns, count, false, whole);
        converse(parser, turns, count, true, cut);
        check_same(name, file, round, whole, cut);
    }
    for (unsigned i = 0; i < count; i++)
        buf_fini(&turns[i].bytes);
    seen_fini(whole);
    seen_fini(cut);
}

static void check_corpus(const struct app_parser *parser, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "tests/fuzz/corpus/%s", name);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    const struct dirent *entry;
    unsigned files = 0;
    while ((entry = readdir(folder))) {
        uint8_t bytes[64 << 10];
        snprintf(path, sizeof path, "tests/fuzz/corpus/%s/%s", name, entry->d_name);
        FILE *f = entry->d_name[0] == '.' ? NULL : fopen(path, "rb");
        if (!f)
            continue;
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        check_file(parser, name, entry->d_name, slice_of(bytes, n));
        files++;
    }
    closedir(folder);
    assert_true(files);
}

static void any_cutting(void **state)
{
    static const struct {
        enum app_proto proto;
        const char *corpus;
    } parsers[] = {
        {APP_DNS, "dns"},       {APP_HTTP2, "http2"},
        {APP_TLS, "tls"},       {APP_SSH, "ssh"},
        {APP_FTP, "ftp"},       {APP_SMTP, "smtp"},
        {APP_POP3, "pop3"},     {APP_TELNET, "telnet"},
        {APP_SMB, "smb"},       {APP_MQTT, "mqtt"},
        {APP_PGSQL, "pgsql"},   {APP_MODBUS, "modbus"},
        {APP_LDAP, "ldap"},     {APP_NFS, "nfs"},
        {APP_RDP, "rdp"},       {APP_RFB, "rfb"},
        {APP_SIP, "sip"},       {APP_DNP3, "dnp3"},
        {APP_ENIP, "enip"},     {APP_KRB5, "krb5"},
        {APP_DCERPC, "dcerpc"}, {APP_WEBSOCKET, "websocket"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof parsers / sizeof parsers[0]; i++) {
        seed = 1;
        check_corpus(app_parser_find(parsers[i].proto), parsers[i].corpus);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_cutting)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
