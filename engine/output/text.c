/* Alerts for a person: time, sid, message, flow, one line each. */
#include <stdio.h>

#include "output/ends.h"
#include "output/json.h"
#include "output/output.h"
#include "rule/rule.h"

#define RED    "\033[1;31m"
#define YELLOW "\033[33m"
#define DIM    "\033[2m"
#define BOLD   "\033[1m"
#define PLAIN  "\033[0m"

/* Whatever a rule or a packet says, a terminal gets no control characters of it. */
static int put_safe(struct buf *out, const char *text)
{
    int failed = 0;
    for (const unsigned char *s = (const unsigned char *)text; *s && !failed; s++)
        failed = *s < 0x20 || *s == 0x7f ? buf_printf(out, "\\x%02x", *s) : buf_append_byte(out, *s);
    return failed;
}

static int text_alert(struct buf *out, const struct alert_record *record,
                      const struct output_options *options)
{
    const struct rule *rule = record->alert->rule;
    bool colour = options->colour;
    char time[TIME_TEXT];
    json_time(record->time_ns, time);
    time[10] = ' '; /* the T between date and time */
    time[26] = 0;   /* the zone, always UTC */
    const char *shade = rule->priority <= 1 ? RED : rule->priority == 2 ? YELLOW : BOLD;
    int failed = buf_printf(out, "%s%s%s  ", colour ? DIM : "", time, colour ? PLAIN : "");
    if (rule->gid != 1)
        failed |= buf_printf(out, "%u:", rule->gid);
    failed |= buf_printf(out, "%-9u %s", rule->sid, colour ? shade : "");
    failed |= put_safe(out, rule->message[0] ? rule->message : "(no message)");
    failed |= buf_printf(out, "%s  ", colour ? PLAIN : "");
    failed |= packet_ends_print(out, record->packet);
    if (record->packet->source != PACKET_FLOW_END)
        failed |= buf_printf(out, "%s  #%llu%s", colour ? DIM : "",
                             (unsigned long long)record->packet->number, colour ? PLAIN : "");
    return failed | buf_append_byte(out, '\n');
}

static int text_flow(struct buf *out, const struct flow *flow, uint64_t time_ns,
                     const struct output_options *options)
{
    (void)options;
    char time[TIME_TEXT];
    json_time(time_ns, time);
    time[10] = ' ';
    time[26] = 0;
    int failed = buf_printf(out, "%s  flow      ", time);
    failed |= flow_ends_print(out, flow);
    return failed | buf_printf(out, "  %llu packets, %llu bytes there; %llu, %llu back\n",
                               (unsigned long long)flow->packets[TO_SERVER],
                               (unsigned long long)flow->bytes[TO_SERVER],
                               (unsigned long long)flow->packets[TO_CLIENT],
                               (unsigned long long)flow->bytes[TO_CLIENT]);
}

static int text_stats(struct buf *out, const struct stat_value *stats, unsigned count, uint64_t time_ns)
{
    (void)time_ns;
    int failed = 0;
    for (unsigned i = 0; i < count && !failed; i++)
        failed = buf_printf(out, "%s.%s %llu\n", stats[i].group, stats[i].name,
                            (unsigned long long)stats[i].value);
    return failed;
}

const struct output_ops output_text_ops = {
    .name = "text",
    .alert = text_alert,
    .flow = text_flow,
    .stats = text_stats,
};
