#include "report/page.h"

#include <errno.h>

int page_write(const struct page_facts *facts, struct buf *out)
{
    struct html h = {.out = *out};
    page_begin(&h, facts);
    page_summary(&h, facts);
    page_timeline(&h, facts);
    page_rules(&h, facts);
    page_flows(&h, facts);
    page_hosts(&h, facts);
    page_alerts(&h, facts);
    page_costs(&h, facts);
    page_protocols(&h, facts);
    page_refused(&h, facts);
    page_anomalies(&h, facts);
    page_losses(&h, facts);
    page_end(&h, facts);
    *out = h.out;
    return h.failed ? -ENOMEM : 0;
}
