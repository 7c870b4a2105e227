#include "cli/report_page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LATEST_S UINT64_C(253402300799) /* the end of the year 9999 */

int report_page_open(struct report_page *page, const char *name, struct sluice_replay *replay,
                     unsigned workers, struct err *err)
{
    if (strcmp(name, "-") == 0)
        return err_set(err, -EINVAL, "--report needs the name of a file");
    page->name = name;
    page->report = replay_report_new(workers);
    if (!page->report)
        return err_set(err, -ENOMEM, "out of memory");
    replay_observe(replay, replay_report_observer(page->report));
    return writer_open(&page->writer, name, err);
}

/* https://reproducible-builds.org/specs/source-date-epoch/ */
static uint64_t time_of_page(bool *given_by_user)
{
    const char *given = getenv("SOURCE_DATE_EPOCH");
    char *end = NULL;
    errno = 0;
    unsigned long long seconds = given ? strtoull(given, &end, 10) : 0;
    if (!given || errno || end == given || *end || given[0] == '-' || seconds > LATEST_S)
        return (uint64_t)time(NULL);
    *given_by_user = true;
    return seconds;
}

int report_page_write(struct report_page *page, const struct sluice_replay *replay,
                      const struct refusals *refusals, struct err *err)
{
    struct buf text = {0};
    if (!page->report)
        return 0;
    bool repeatable = false;
    uint64_t made_s = time_of_page(&repeatable);
    int rc = replay_report_write(page->report, replay, refusals, made_s, repeatable, &text);
    if (rc)
        err_set(err, rc, "out of memory for the report");
    else
        writer_put(&page->writer, buf_slice(&text)); /* what fails is told by writer_close */
    buf_fini(&text);
    int closed = writer_close(&page->writer, err);
    return rc ? rc : closed;
}

void report_page_fini(struct report_page *page)
{
    struct err err;
    if (page->writer.name)
        writer_close(&page->writer, &err);
    replay_report_free(page->report);
    page->report = NULL;
}
