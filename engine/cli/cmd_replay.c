/* sluice replay: captures through a ruleset. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/report_page.h"
#include "run/replay.h"

static const struct option_spec specs[] = {
    {"rules", 0, "FILE|DIR", "rules to look for; a folder means its *.rules (may be given again)", NULL,
     NULL},
    {"eve", 0, "FILE|-", "write EVE JSON there; without it alerts are printed for a person", NULL, NULL},
    {"report", 0, "HTML",
     "write a page there for people: alerts over time, by rule, flow and host, each with its\n"
     "                            bytes and why the rule matched",
     NULL, NULL},
    {"threads", 'j', "N", "workers (1); the output does not depend on how many", NULL, NULL},
    {"config", 0, "YAML", "settings and variables, in the shape of suricata.yaml", NULL, NULL},
    {"set", 0, "KEY=VALUE", "one setting, or a variable of rules (HOME_NET=10.0.0.0/8)", NULL, NULL},
    {"bpf", 0, "FILTER", "only frames that the filter (libpcap's syntax) lets through", NULL, NULL},
    {"merge", 0, NULL, "all captures as one, interleaved by time", NULL, NULL},
    {"records", 0, "LIST", "EVE records to write, with commas between (alert):\n                            "
#define RECORD(kind, name) " " name
#include "output/record_list.h"
#undef RECORD
     ,
     "records", NULL},
    {"payload", 0, NULL, "put the payload into EVE alerts (base64 and printable)", "payload", "yes"},
    {"packet", 0, NULL, "put the packet into EVE alerts (base64)", "packet", "yes"},
    {"community-id", 0, NULL, "put the community id of the flow into EVE records", "community-id", "yes"},
    {"checksums", 0, "MODE", "auto, on or off (auto: captures taken before offload are noticed)", "checksums",
     NULL},
    {"midstream", 0, NULL, "pick up TCP connections whose handshake is missing", "stream.midstream", "yes"},
    {"simulate-ips", 0, NULL, "as inline: rules see bytes before they are acknowledged, drops take hold",
     "stream.inline", "yes"},
    {"async", 0, NULL, "accept TCP connections of which one side is missing", "stream.async-oneside", "yes"},
    {"classification", 0, "FILE", "classification.config", "classification-file", NULL},
    {"reference", 0, "FILE", "reference.config", "reference-config-file", NULL},
    {"threshold-file", 0, "FILE", "threshold.config", "threshold-file", NULL},
    {"iprep", 0, "FILE", "IP reputation list (may be given again)", "reputation-files", NULL},
    {"iprep-categories", 0, "FILE", "categories of the reputation lists", "reputation-categories-file", NULL},
    {"geoip-db", 0, "FILE", "MaxMind database for geoip", "geoip-database", NULL},
    {"dataset-dir", 0, "DIR", "where datasets are loaded from and saved to", "dataset-directory", NULL},
    {"file-store", 0, "DIR", "keep files that a rule with filestore matches there, by their SHA-256",
     "file-store.dir", NULL},
    {"tls-store", 0, "DIR", "keep the certificates of connections that a rule with tls.store matches there",
     "tls-store.dir", NULL},
    {"no-prefilter", 0, NULL, "evaluate every rule on every packet (slow; for doubt)", "prefilter", "no"},
    {"no-cache", 0, NULL, "do not keep compiled pattern databases on disk", "cache", "no"},
    {"cache-dir", 0, "DIR", "where to keep them (${XDG_CACHE_HOME}/sluice)", "cache-directory", NULL},
    {"seed", 0, "N", "of flow ids and hashes (1)", "seed", NULL},
    {"verbose", 'v', NULL, "show each rule that is refused, also those that are right but not supported yet",
     NULL, NULL},
    {"quiet", 'q', NULL, "no summary, no warnings", NULL, NULL},
    {"json", 0, NULL, "the summary as JSON, and no alerts for a person", NULL, NULL},
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

void cmd_replay_help(void)
{
    puts("usage: sluice replay --rules FILE|DIR [OPTIONS] CAPTURE...\n\n"
         "Runs captures (pcap or pcapng, also compressed with gzip, xz or zstd; \"-\" is standard input; a\n"
         "folder means the captures in it) through a ruleset in Suricata's language.\n\noptions:");
    options_help(specs);
    puts("\nexit: 0 ran; 1 something could not be read or written; 2 usage; 3 ran, but rules were refused;\n"
         "130 interrupted");
}

/* The one thing that a signal handler must reach. */
static struct sluice_replay *volatile running;

static void on_interrupt(int number)
{
    (void)number;
    struct sluice_replay *replay = running;
    if (replay)
        sluice_replay_stop(replay);
}

struct arguments {
    const char *eve, *page, *threads;
    bool quiet, verbose, json, merge;
    unsigned captures, rules, workers;
};

static bool is(const struct parsed_option *option, const char *name)
{
    return option->spec && strcmp(option->spec->name, name) == 0;
}

static int usage(struct report *report, const char *text)
{
    report_error(report, text);
    fputs("\"sluice help replay\" explains the options\n", stderr);
    return EXIT_USAGE;
}

/* -EINVAL, and a key that is not there, are the user's slips. */
static int exit_code_of(int result)
{
    return result == -EINVAL || result == -ENOTSUP ? EXIT_USAGE : EXIT_FAILED;
}

static int apply_setting(struct sluice_replay *replay, const struct parsed_option *option)
{
    if (!option->spec->setting)
        return sluice_replay_set(replay, option->value);
    char text[4608];
    int n = snprintf(text, sizeof text, "%s=%s", option->spec->setting,
                     option->value ? option->value : option->spec->value);
    if (n < 0 || (size_t)n >= sizeof text)
        return -ENAMETOOLONG;
    int result = sluice_replay_set(replay, text);
    if (result == 0 && strcmp(option->spec->name, "payload") == 0)
        result = sluice_replay_set(replay, "payload-printable=yes");
    return result;
}

static int apply(struct sluice_replay *replay, const struct parsed_option *o, struct arguments *args)
{
    if (!o->spec) {
        args->captures++;
        return sluice_replay_add_capture(replay, o->value);
    }
    if (is(o, "rules")) {
        args->rules++;
        return sluice_replay_add_rules(replay, o->value);
    }
    if (is(o, "eve"))
        args->eve = o->value;
    else if (is(o, "report"))
        args->page = o->value;
    else if (is(o, "threads"))
        args->threads = o->value;
    else if (is(o, "merge"))
        args->merge = true;
    else if (is(o, "quiet"))
        args->quiet = true;
    else if (is(o, "verbose"))
        args->verbose = true;
    else if (is(o, "json"))
        args->json = true;
    else if (is(o, "bpf"))
        return sluice_replay_filter(replay, o->value);
    else if (is(o, "set") || o->spec->setting)
        return apply_setting(replay, o);
    return 0;
}

/* The file first, whatever the order, so that single settings override it. 0, or an exit code. */
static int apply_all(struct sluice_replay *replay, const struct parsed *parsed, struct arguments *args,
                     struct report *report)
{
    for (size_t i = 0; i < parsed->count; i++) {
        int result = is(&parsed->list[i], "config") ? sluice_replay_config(replay, parsed->list[i].value) : 0;
        if (result) {
            report_error(report, sluice_replay_error(replay));
            return EXIT_FAILED;
        }
    }
    for (size_t i = 0; i < parsed->count; i++) {
        int result = apply(replay, &parsed->list[i], args);
        if (result == -ENOMEM) {
            report_error(report, sluice_replay_error(replay));
            return EXIT_FAILED;
        }
        if (result)
            return usage(report, sluice_replay_error(replay));
    }
    return 0;
}

static int set_threads(struct sluice_replay *replay, struct arguments *args, struct report *report)
{
    const char *text = args->threads;
    char *end;
    errno = 0;
    long threads = strtol(text, &end, 10);
    if (errno || end == text || *end || threads < 1 || threads > 256)
        return usage(report, "-j needs a number from 1 to 256");
    args->workers = (unsigned)threads;
    sluice_replay_threads(replay, args->workers);
    return 0;
}

static int open_page(struct sluice_replay *replay, const struct arguments *args, struct report *report,
                     struct report_page *page)
{
    struct err err = {0};
    char text[ERR_TEXT];
    int result = args->page ? report_page_open(page, args->page, replay, args->workers, &err) : 0;
    if (!result)
        return 0;
    err_text(&err, text);
    report_error(report, text);
    return exit_code_of(result);
}

static int prepare(struct sluice_replay *replay, struct arguments *args, struct report *report,
                   struct report_page *page)
{
    if (!args->rules)
        return usage(report, "there are no rules: give --rules FILE or --rules DIR");
    if (!args->captures)
        return usage(report, "there are no captures to replay (\"-\" is standard input)");
    bool eve_out = args->eve && strcmp(args->eve, "-") == 0;
    report->quiet = args->quiet;
    report->verbose = args->verbose;
    report->json = args->json;
    report->out = eve_out ? stderr : stdout;
    report->colour = wants_colour(report->out);
    bool text = !args->eve && !args->json;
    report->show_progress = !args->quiet && isatty(STDERR_FILENO) && !(text && isatty(STDOUT_FILENO));
    sluice_replay_merge(replay, args->merge);
    if (args->threads) {
        int code = set_threads(replay, args, report);
        if (code)
            return code;
    }
    int result = args->eve ? sluice_replay_eve(replay, args->eve)
                 : text    ? sluice_replay_text(replay, "-", report->colour)
                           : 0;
    return result ? EXIT_FAILED : open_page(replay, args, report, page);
}

/* Whatever became of the run: the page says what there was. */
static int write_page(struct sluice_replay *replay, struct report *report, struct report_page *page)
{
    struct err err = {0};
    char text[ERR_TEXT];
    int result = report_page_write(page, replay, &report->refusals, &err);
    if (result) {
        err_text(&err, text);
        report_error(report, text);
    } else if (page->name && !report->quiet && !report->json)
        fprintf(report->out, "the report is in %s\n", page->name);
    return result;
}

static int run(struct sluice_replay *replay, struct report *report, struct report_page *page)
{
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};
    running = replay;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    int result = sluice_replay_run(replay);
    running = NULL;
    const struct sluice_summary *summary = sluice_replay_summary(replay);
    report_finish(report, summary);
    int failed = write_page(replay, report, page);
    if (result) {
        report_error(report, sluice_replay_error(replay));
        return exit_code_of(result);
    }
    if (failed)
        return EXIT_FAILED;
    if (summary->interrupted)
        return EXIT_INTERRUPTED;
    return summary->refused ? EXIT_REFUSED : EXIT_RAN;
}

int cmd_replay(int argc, char **argv)
{
    struct report report = {.out = stdout, .colour_errors = wants_colour(stderr)};
    struct parsed parsed;
    struct arguments args = {.workers = 1};
    struct report_page page = {0};
    int code = EXIT_FAILED;
    struct sluice_callbacks callbacks = report_callbacks(&report);
    struct sluice_replay *replay = sluice_replay_new(&callbacks);
    if (options_parse(specs, argc, argv, &parsed))
        code = usage(&report, "these arguments cannot be understood");
    else if (!replay)
        report_error(&report, "out of memory");
    else
        code = apply_all(replay, &parsed, &args, &report);
    if (code == 0)
        code = prepare(replay, &args, &report, &page);
    if (code == 0)
        code = run(replay, &report, &page);
    report_page_fini(&page);
    replay_leave(replay);
    report_fini(&report);
    free(parsed.list);
    return code;
}
