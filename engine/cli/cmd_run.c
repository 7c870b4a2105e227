/* sluice run: live inspection of an interface. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/run_log.h"
#include "cli/run_notify.h"
#include "run/callbacks.h"
#include "run/live/live.h"
#include "run/settings/settings_dump.h"

static const struct option_spec specs[] = {
    {"config", 'c', "YAML", "settings; those of a replay and the sections run and verdict", NULL, NULL},
    {"set", 0, "KEY=VALUE", "one setting on top of the file (may be given again)", NULL, NULL},
    {"check", 0, NULL, "read settings and rules, say what is wrong, touch nothing", NULL, NULL},
    {"dump-config", 0, NULL, "print every setting with its value and where it comes from, as YAML", NULL,
     NULL},
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

void cmd_run_help(void)
{
    puts("usage: sluice run -c FILE [OPTIONS]\n\n"
         "Inspects live: interfaces that get copies of traffic (span), pairs of ports as a bridge (inline), "
         "or\n"
         "the host's own traffic (host). An XDP program selects, AF_XDP or a BPF ring brings the frames,\n"
         "alerts go to EVE and flows into the block map; libpcap where there is no XDP. Needs "
         "root.\n\noptions:");
    options_help(specs);
    puts("\nSIGINT, SIGTERM: inspects what has come in, writes the rest, detaches, ends. SIGHUP: opens the "
         "EVE file again and reads "
         "settings and rules anew. SIGUSR2: reads them anew.\n"
         "exit: 0 ran; 1 failed; 2 usage or settings; 3 rules were refused: those that --check found, or "
         "run.wrong-rules says so");
}

/* What signal handlers must reach. */
static atomic_bool stop, rotate, reload;

static void on_signal(int number)
{
    bool reads = number == SIGHUP || number == SIGUSR2; /* as to Suricata: who is used to it ends no run */
    if (number == SIGHUP)
        atomic_store(&rotate, true);
    atomic_store(reads ? &reload : &stop, true);
}

struct running {
    const struct parsed *parsed;
    struct run_log log;
};

static void on_refused(void *ctx, const struct rule_refusal *refusal)
{
    struct running *r = ctx;
    run_log_refused(&r->log, refusal);
}

static void on_event(void *ctx, enum live_event event)
{
    (void)ctx;
    run_notify(event);
}

static int fail(struct report *report, const struct err *err, int result)
{
    char text[ERR_TEXT];
    err_text(err, text);
    report_error(report, text[0] ? text : strerror(-result));
    return result == -EBADMSG                       ? EXIT_REFUSED
           : result == -EINVAL || result == -ENOENT ? EXIT_USAGE
                                                    : EXIT_FAILED;
}

struct asked {
    bool check, dump;
};

/* The file first, so that single settings override it. */
static int apply(const struct parsed *parsed, struct settings *settings, struct asked *asked, struct err *err)
{
    int result = 0;
    for (size_t i = 0; i < parsed->count && !result; i++)
        if (parsed->list[i].spec && strcmp(parsed->list[i].spec->name, "config") == 0)
            result = settings_load(settings, parsed->list[i].value, err);
    for (size_t i = 0; i < parsed->count && !result; i++) {
        const struct parsed_option *option = &parsed->list[i];
        if (!option->spec)
            result = err_set(err, -EINVAL, "\"%s\" is no option; the settings' file is given by -c",
                             option->value);
        else if (strcmp(option->spec->name, "set") == 0)
            result = settings_assign(settings, option->value, err);
        else if (strcmp(option->spec->name, "check") == 0)
            asked->check = true;
        else if (strcmp(option->spec->name, "dump-config") == 0)
            asked->dump = true;
    }
    return result;
}

/* What was selected and yet not inspected. */
static void tell_losses(const struct capture_counters *c)
{
    const struct {
        uint64_t count;
        const char *text;
    } losses[] = {{c->ring_full, "lost, the receive ring was full (run.receive-ring, run.workers)"},
                  {c->dropped, c->no_buffer ? "lost, no free frame for them (run.frames, run.fill-ring)"
                                            : "lost in the kernel"},
                  {c->oversized, "lost, larger than a batch holds"},
                  {c->transmit_full, "lost, the peer port took no more"}};
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++)
        if (losses[i].count)
            fprintf(stderr, "sluice: warning: %" PRIu64 " %s\n", losses[i].count, losses[i].text);
}

/* For a reload: what the file says now, and the same single settings. */
static struct settings *read_again(void *ctx, struct err *err)
{
    const struct running *r = ctx;
    struct asked asked = {0};
    struct settings *settings = settings_new();
    if (settings && !apply(r->parsed, settings, &asked, err))
        return settings;
    if (!settings)
        err_fill(err, "out of memory");
    settings_free(settings);
    return NULL;
}

static int run(struct report *report, const struct parsed *parsed, struct settings *settings, bool check,
               struct err *err)
{
    struct running running = {.parsed = parsed};
    struct live_config config = {.settings = settings,
                                 .log = &running.log.log,
                                 .refused = on_refused,
                                 .read = read_again,
                                 .event = on_event,
                                 .ctx = &running,
                                 .stop = &stop,
                                 .rotate = &rotate,
                                 .reload = &reload};
    struct sigaction action = {.sa_handler = on_signal};
    struct live_summary summary;
    run_log_init(&running.log, report);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    int result = check ? live_check(&config, &summary, err) : live_run(&config, &summary, err);
    if (result)
        return fail(report, err, result);
    if (check) {
        printf("%u rules, %u refused\n", summary.rules, summary.refused);
        return summary.refused ? EXIT_REFUSED : EXIT_RAN;
    }
    fprintf(stderr, "sluice: %" PRIu64 " frames, %" PRIu64 " alerts, %" PRIu64 " verdicts to block\n",
            summary.frames, summary.alerts, summary.blocks);
    if (settings->live.mode == LIVE_INLINE)
        fprintf(stderr, "sluice: %" PRIu64 " frames sent on, %" PRIu64 " dropped\n", summary.capture.sent,
                summary.capture.refused);
    tell_losses(&summary.capture);
    return EXIT_RAN;
}

static int dump(struct report *report, const struct settings *settings, struct err *err)
{
    struct buf text = {0};
    int failed = settings_dump(settings, &text);
    if (!failed)
        fwrite(text.p, 1, text.n, stdout);
    buf_fini(&text);
    return failed ? fail(report, err, failed) : EXIT_RAN;
}

int cmd_run(int argc, char **argv)
{
    struct report report = {.out = stdout, .colour_errors = wants_colour(stderr)};
    struct parsed parsed;
    struct err err = {0};
    struct asked asked = {0};
    if (options_parse(specs, argc, argv, &parsed))
        return EXIT_USAGE;
    struct settings *settings = settings_new();
    if (settings)
        live_defaults(settings);
    int result = settings ? apply(&parsed, settings, &asked, &err) : -ENOMEM;
    int code = result       ? fail(&report, &err, result)
               : asked.dump ? dump(&report, settings, &err)
                            : run(&report, &parsed, settings, asked.check, &err);
    settings_free(settings);
    report_fini(&report);
    free(parsed.list);
    return code;
}
