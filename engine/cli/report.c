#include "cli/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/summary.h"

enum { REPORTS_MOST = 20 };

bool wants_colour(FILE *stream)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fileno(stream)) && !(no && no[0]) && !(term && strcmp(term, "dumb") == 0);
}

static void clear_progress(struct report *r)
{
    if (r->progress_shown)
        fputs("\r\033[K", stderr);
    r->progress_shown = false;
}

static void on_message(void *ctx, enum sluice_level level, const char *text)
{
    struct report *r = ctx;
    static const char *const names[] = {"error", "warning", "notice", "info"};
    static const char *const colours[] = {"\033[1;31m", "\033[1;33m", "", ""};
    if (level > SLUICE_NOTICE || (r->quiet && level > SLUICE_ERROR))
        return;
    clear_progress(r);
    bool colour = r->colour_errors && colours[level][0];
    fprintf(stderr, "sluice: %s%s:%s %s\n", colour ? colours[level] : "", names[level],
            colour ? "\033[0m" : "", text);
}

void report_error(struct report *r, const char *text)
{
    clear_progress(r);
    fprintf(stderr, "sluice: %serror:%s %s\n", r->colour_errors ? "\033[1;31m" : "",
            r->colour_errors ? "\033[0m" : "", text);
}

/*
 * A rule that is wrong is its author's to mend, so it is shown, and where. What only needs a parser that is
 * not there is nobody's mistake: the summary counts it.
 */
static void on_refused(void *ctx, const struct sluice_refusal *refusal)
{
    struct report *r = ctx;
    refusals_add(&r->refusals, refusal);
    if (!r->quiet && (r->verbose || (!refusal->unsupported && r->refusals.wrong <= REPORTS_MOST)))
        fputs(refusal->report, stderr);
}

static void print_progress(const struct sluice_progress *p)
{
    double done = p->bytes_total ? (double)p->bytes_done / (double)p->bytes_total : 0;
    double rate = p->seconds > 0 ? (double)p->bytes_done * 8 / p->seconds / 1e9 : 0;
    fprintf(stderr, "\r\033[K%.1f MB", (double)p->bytes_done / 1e6);
    if (p->bytes_total)
        fprintf(stderr, " of %.1f MB (%.0f %%)", (double)p->bytes_total / 1e6, done * 100);
    fprintf(stderr, ", %.2f Gbit/s, %llu alerts", rate, (unsigned long long)p->alerts);
    if (done > 0.01)
        fprintf(stderr, ", %.0f s left", p->seconds / done - p->seconds);
}

static void on_progress(void *ctx, const struct sluice_progress *progress)
{
    struct report *r = ctx;
    if (!r->show_progress || progress->seconds - r->last_progress < 0.2)
        return;
    r->last_progress = progress->seconds;
    r->progress_shown = true;
    print_progress(progress);
}

struct sluice_callbacks report_callbacks(struct report *report)
{
    return (struct sluice_callbacks){
        .message = on_message,
        .refused = on_refused,
        .progress = on_progress,
        .ctx = report,
    };
}

void report_finish(struct report *r, const struct sluice_summary *summary)
{
    clear_progress(r);
    refusals_sort(&r->refusals);
    if (!r->quiet && !r->verbose && r->refusals.wrong > REPORTS_MOST)
        fprintf(stderr, "... and %lu more refused rules (--verbose shows all)\n",
                r->refusals.wrong - REPORTS_MOST);
    if (summary->refused && !summary->rules)
        report_error(r, "every rule was refused: nothing was looked for");
    if (r->json)
        summary_json(r, summary);
    else if (!r->quiet)
        summary_text(r, summary);
}

void report_fini(struct report *r)
{
    refusals_fini(&r->refusals);
}
