/*
 * Anything as what an editor sends: lines that are each a message, or (behind a first byte of 0) the stream
 * itself. Everything is answered in messages, and every one of them is JSON.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "lsp/frame.h"
#include "lsp/lsp.h"
#include "rulework/author_context.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* What was written is whole messages. */
static void read_answers(struct lsp *lsp)
{
    struct frame_reader frames = {0};
    struct slice body, out = lsp_output(lsp);
    int rc = frame_reader_feed(&frames, out);
    while (!rc && (rc = frame_reader_next(&frames, &body)) == 1) {
        json_error_t error;
        json_t *answer = json_loadb((const char *)body.p, body.n, JSON_ALLOW_NUL, &error);
        must(answer, "an answer is no JSON");
        json_decref(answer);
        rc = 0;
    }
    must(rc == 0, "an answer is no message");
    frame_reader_fini(&frames);
    lsp_written(lsp);
}

static void work(struct lsp *lsp)
{
    for (uint64_t now = 1; lsp_step(lsp, now); now += UINT64_C(1000000000000))
        read_answers(lsp);
    read_answers(lsp);
}

static void say(struct lsp *lsp, struct slice body)
{
    struct buf message = {0};
    if (!frame_write(body, &message)) {
        must(lsp_feed(lsp, buf_slice(&message)) == 0, "a message is not taken");
        work(lsp);
    }
    buf_fini(&message);
}

static void say_lines(struct lsp *lsp, struct slice rest)
{
    static const char first[] =
        "{\"id\":0,\"method\":\"initialize\",\"params\":{\"capabilities\":{\"textDocument\":"
        "{\"documentSymbol\":{\"hierarchicalDocumentSymbolSupport\":true}}}}}";
    say(lsp, slice_of(first, sizeof first - 1));
    while (rest.n) {
        const uint8_t *end = memchr(rest.p, '\n', rest.n);
        size_t n = end ? (size_t)(end - rest.p) : rest.n;
        say(lsp, slice_first(rest, n));
        rest = slice_from(rest, n + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct author_files files = {0};
    struct lsp_config config = {.files = &files, .alone = true};
    struct err err = {0};
    struct lsp *lsp = lsp_new(&config, &err);
    int code;
    if (!lsp)
        return 0;
    if (size && data[0] == 0) {
        lsp_feed(lsp, slice_of(data + 1, size - 1));
        work(lsp);
    } else {
        say_lines(lsp, slice_of(data, size));
    }
    lsp_ended(lsp, &code);
    lsp_free(lsp);
    return 0;
}
