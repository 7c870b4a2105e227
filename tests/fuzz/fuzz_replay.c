/*
 * Rules and packets end to end. The input is rule text, a line "--", then frames: two bytes of length (big
 * endian), one of link type (0: Ethernet, 1: raw IP), then the bytes. Time advances by 50 ms a frame. What
 * matches is explained, as for a report, and written as HTML.
 */
#include <stdlib.h>

#include "base/grow.h"
#include "base/cursor.h"
#include "base/utf8.h"
#include "report/html.h"
#include "report/page.h"
#include "rulework/explain/explain_match.h"
#include "support/conversation.h"
#include "support/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FRAMES = 400, RULE_BYTES = 4096, REPORTED_MOST = 20 };

struct reported {
    struct eval *eval;
    unsigned count;
};

/* What a match's explanation makes of the page is text and markup of ours. */
static void on_happened(void *ctx, enum probe_event event, const struct rule *rule, const struct view *view,
                        struct app_tx *tx)
{
    struct reported *reported = ctx;
    struct explain_case explained = {0};
    struct html page = {0};
    if (event != PROBE_MATCHED || reported->count++ >= REPORTED_MOST || !reported->eval)
        return;
    if (!explain_match_make(&explained, reported->eval, rule, view, tx)) {
        page_explained_bytes(&page, rule, &explained);
        for (uint32_t i = 0; i < explained.line_count; i++)
            html_text(&page, explained.lines[i].text);
    }
    if (!utf8_valid(buf_slice(&page.out)))
        abort();
    buf_fini(&page.out);
    explain_case_fini(&explained);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *cut = memmem(data, size, "\n--\n", 4);
    if (!cut || (size_t)(cut - data) > RULE_BYTES)
        return 0;
    char *rules = strndup((const char *)data, (size_t)(cut - data));
    if (!rules)
        return 0;
    struct frame *frames = calloc(FRAMES, sizeof *frames);
    unsigned count = 0;
    struct cursor c = cursor_of(slice_from(slice_of(data, size), (size_t)(cut - data) + 4));
    uint16_t length;
    uint8_t link;
    while (frames && count < FRAMES && cursor_be16(&c, &length) && cursor_u8(&c, &link)) {
        struct slice bytes;
        size_t n = length < cursor_left(&c) ? length : cursor_left(&c);
        cursor_bytes(&c, n, &bytes);
        frames[count] = (struct frame){
            .bytes = bytes,
            .wire_length = (uint32_t)n,
            .time_ns = 1000000000000 + count * 50000000ull,
            .number = count + 1,
            .link_type = link & 1 ? 101 : 1,
        };
        count++;
    }
    struct reported reported = {0};
    struct match_probe probe = {.happened = on_happened, .ctx = &reported};
    struct engine_options options = {
        .checksums = CHECKSUM_OFF, .tcp = {.midstream = size & 1}, .probe = &probe};
    struct found found;
    reported.eval = eval_new();
    if (frames)
        engine_run(rules, frames, count, &options, &found);
    if (frames)
        found_fini(&found);
    eval_free(reported.eval);
    free(frames);
    free(rules);
    return 0;
}
