/* sluice replay --report: the file, from its opening before the run to the page in it. */
#ifndef SLUICE_CLI_REPORT_PAGE_H
#define SLUICE_CLI_REPORT_PAGE_H

#include "report/replay_report.h"
#include "run/writer.h"

struct report_page {  /* zeroed: none is asked for */
    const char *name; /* borrowed */
    struct writer writer;
    struct replay_report *report;
};

/* Makes the file anew, so that one that cannot be written is told before the run. 0, or a negative errno with
 * *err; report_page_fini either way, before the replay is freed. */
int report_page_open(struct report_page *page, const char *name, struct sluice_replay *replay,
                     unsigned workers, struct err *err);

/* After the run: writes the page. Its time is that of SOURCE_DATE_EPOCH, else now; with it the page can be
 * repeated. As above. */
int report_page_write(struct report_page *page, const struct sluice_replay *replay,
                      const struct refusals *refusals, struct err *err);
void report_page_fini(struct report_page *page);

#endif
