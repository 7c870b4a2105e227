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
#include "run/callbacks.h"
#include "run/live.h"

static const struct option_spec specs[] = {
    {"config", 'c', "YAML", "settings; those of a replay and the sections run and verdict", NULL, NULL},
    {"set", 0, "KEY=VALUE", "one setting on top of the file (may be given again)", NULL, NULL},
    {"check", 0, NULL, "read settings and rules, say what is wrong, touch nothing", NULL, NULL},
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

void cmd_run_help(void)
{
    puts("usage: sluice run -c FILE [OPTIONS]\n\n"
         "Inspects an interface that gets copies of traffic (span mode): the XDP program selects, AF_XDP\n"
         "brings the frames, alerts go to EVE and flows into the block map. Needs root.\n\noptions:");
    options_help(specs);
    puts("\nSIGINT, SIGTERM: writes the rest, detaches, ends. SIGHUP: opens the EVE file again.\n"
         "exit: 0 ran; 1 failed; 2 usage or settings; 3 --check: rules were refused");
}

/* What signal handlers must reach. */
static atomic_bool stop, rotate;

static void on_signal(int number)
{
    atomic_store(number == SIGHUP ? &rotate : &stop, true);
}

static void on_log(void *ctx, enum log_level level, const char *message)
{
    callbacks_message(ctx, level, message);
}

static void on_refused(void *ctx, const struct rule_refusal *refusal)
{
    callbacks_refused(ctx, refusal);
}

static int fail(struct report *report, const struct err *err, int result)
{
    char text[ERR_TEXT];
    err_text(err, text);
    report_error(report, text[0] ? text : strerror(-result));
    return result == -EINVAL || result == -ENOENT ? EXIT_USAGE : EXIT_FAILED;
}

/* The file first, so that single settings override it. */
static int apply(const struct parsed *parsed, struct settings *settings, bool *check, struct err *err)
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
            *check = true;
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
                  {c->oversized, "lost, larger than a batch holds"}};
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++)
        if (losses[i].count)
            fprintf(stderr, "sluice: warning: %" PRIu64 " %s\n", losses[i].count, losses[i].text);
}

static int run(struct report *report, struct settings *settings, bool check, struct err *err)
{
    struct sluice_callbacks callbacks = report_callbacks(report);
    const struct log log = {.write = on_log, .ctx = &callbacks, .most = LOG_NOTICE};
    struct live_config config = {.settings = settings,
                                 .log = &log,
                                 .refused = on_refused,
                                 .ctx = &callbacks,
                                 .stop = &stop,
                                 .rotate = &rotate};
    struct sigaction action = {.sa_handler = on_signal};
    struct live_summary summary;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    int result = check ? live_check(&config, &summary, err) : live_run(&config, &summary, err);
    if (result)
        return fail(report, err, result);
    if (check) {
        printf("%u rules, %u refused\n", summary.rules, summary.refused);
        return summary.refused ? EXIT_REFUSED : EXIT_RAN;
    }
    fprintf(stderr, "sluice: %" PRIu64 " frames, %" PRIu64 " alerts, %" PRIu64 " verdicts to block\n",
            summary.frames, summary.alerts, summary.blocks);
    tell_losses(&summary.capture);
    return EXIT_RAN;
}

int cmd_run(int argc, char **argv)
{
    struct report report = {.out = stdout, .colour_errors = wants_colour(stderr)};
    struct parsed parsed;
    struct err err = {0};
    bool check = false;
    if (options_parse(specs, argc, argv, &parsed))
        return EXIT_USAGE;
    struct settings *settings = settings_new();
    if (settings)
        live_defaults(settings);
    int result = settings ? apply(&parsed, settings, &check, &err) : -ENOMEM;
    int code = result ? fail(&report, &err, result) : run(&report, settings, check, &err);
    settings_free(settings);
    report_fini(&report);
    free(parsed.list);
    return code;
}
