/*
 * Diagnostics: pushed when nothing waits to be answered, or pulled by the client.
 *
 * A push carries all of a file, so it is sent only when it differs from the last one, only the gravest are
 * sent of a file with very many, and after each comes a pause of twice the time that it took: typing is not
 * slowed by a file of 36,000 rules, and a single keystroke is answered at once.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/hash.h"
#include "lsp/json_form.h"
#include "lsp/raw_json.h"
#include "lsp/request.h"
#include "rulework/check/across.h"

enum { PAUSE_TIMES = 2 };

static uint64_t now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* The least severity of which no more than `most` findings are at least so grave. */
static enum finding_severity least_severity(const struct findings *findings, unsigned most)
{
    unsigned count = 0;
    for (int severity = SEVERITY_ERROR; severity >= SEVERITY_NOTE; severity--) {
        for (uint32_t i = 0; i < findings->count; i++)
            count += findings->list[i].severity == (enum finding_severity)severity;
        if (count > most)
            return (enum finding_severity)severity;
    }
    return SEVERITY_NOTE;
}

/* All that are graver than the least, and as many of the least as there is room for. */
static int write_all(const struct lsp *lsp, const struct document *d, const struct findings *findings,
                     unsigned most, struct buf *out)
{
    enum finding_severity least = least_severity(findings, most);
    unsigned room = most;
    const char *comma = "";
    int rc = buf_append_byte(out, '[');
    for (uint32_t i = 0; i < findings->count; i++)
        room -= findings->list[i].severity > least && room;
    for (uint32_t i = 0; !rc && i < findings->count; i++) {
        enum finding_severity severity = findings->list[i].severity;
        if (severity < least || (severity == least && !room))
            continue;
        room -= severity == least;
        rc = buf_append(out, slice_str(comma));
        if (!rc)
            rc = raw_diagnostic(d, &findings->list[i], lsp->encoding, lsp->config.docs, out);
        comma = ",";
    }
    return rc ? rc : buf_append_byte(out, ']');
}

/* Appends the array of a document's diagnostics. */
static int diagnostics_of(const struct lsp *lsp, const struct document *d, unsigned most, struct buf *out)
{
    struct findings findings = {0};
    int rc = document_findings(d, &lsp->project.checker, 0, d->text.count, &findings);
    if (!rc)
        rc = write_all(lsp, d, &findings, most, out);
    findings_fini(&findings);
    return rc;
}

static void publish(struct lsp *lsp, struct document *d)
{
    struct buf text = {0};
    int rc = buf_append(&text, slice_str("{\"diagnostics\":"));
    if (!rc)
        rc = diagnostics_of(lsp, d, lsp->pushed_most, &text);
    uint64_t hash = rc ? 0 : hash_slice(buf_slice(&text), 1);
    if (!rc && hash != d->pushed)
        rc = buf_printf(&text, ",\"version\":%lld,\"uri\":", (long long)d->version);
    if (!rc && hash != d->pushed)
        rc = raw_text(slice_str(d->uri), &text);
    if (!rc && hash != d->pushed && !buf_append_byte(&text, '}'))
        lsp_notify_text(lsp, "textDocument/publishDiagnostics", buf_slice(&text));
    d->pushed = hash;
    buf_fini(&text);
}

void lsp_unpublish(struct lsp *lsp, const char *uri)
{
    if (!lsp->can.pull)
        lsp_notify(lsp, "textDocument/publishDiagnostics", json_pack("{sss[]}", "uri", uri, "diagnostics"));
}

/* A document each time, so that what comes in meanwhile is answered first. */
bool lsp_publish(struct lsp *lsp, uint64_t now_ns)
{
    struct project *p = &lsp->project;
    if (!lsp->initialized || lsp->can.pull || lsp->pushed_changes == p->changes || now_ns < lsp->next_push_ns)
        return false;
    while (lsp->next_pushed < p->count && !p->documents[lsp->next_pushed]->open)
        lsp->next_pushed++;
    if (lsp->next_pushed < p->count && p->documents[lsp->next_pushed]->seen != p->changes) {
        uint64_t started = now();
        struct document *d = p->documents[lsp->next_pushed];
        publish(lsp, d);
        d->seen = p->changes;
        lsp->next_push_ns = now_ns + (now() - started) * (1 + PAUSE_TIMES);
    }
    if (++lsp->next_pushed >= p->count) {
        lsp->next_pushed = 0;
        lsp->pushed_changes = p->changes;
        for (uint32_t i = 0; i < p->count; i++)
            if (p->documents[i]->open && p->documents[i]->seen != p->changes)
                lsp->pushed_changes = 0;
    }
    return true;
}

/* The result's id is the state of all rules, since what is said of one may depend on others. */
void handle_diagnostic(struct request *request)
{
    struct lsp *lsp = request->lsp;
    struct document *d;
    struct buf *out = &request->raw;
    char id[40];
    if (!request_document(request, &d))
        return;
    snprintf(id, sizeof id, "%llu", (unsigned long long)lsp->project.changes);
    if (strcmp(json_text_of(request->params, "previousResultId"), id) == 0) {
        request->result = json_pack("{ssss}", "kind", "unchanged", "resultId", id);
        return;
    }
    int rc = buf_printf(out, "{\"kind\":\"full\",\"resultId\":\"%s\",\"items\":", id);
    if (!rc)
        rc = diagnostics_of(lsp, d, UINT32_MAX, out);
    if (rc || buf_append_byte(out, '}'))
        request_fail(request, LSP_INTERNAL_ERROR, "out of memory");
}
