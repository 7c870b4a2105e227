/* sluice run: live inspection of an interface. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cli/command.h"
#include "cli/options.h"
#include "rule/refusal.h"
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
    (void)ctx;
    fprintf(stderr, "sluice: %s%s\n", level == LOG_WARNING ? "warning: " : "", message);
}

static void on_refused(void *ctx, const struct rule_refusal *refusal)
{
    (void)ctx;
    if (refusal->code != -ENOTSUP)
        fprintf(stderr, "%s:%u: rule refused: %s\n", refusal->err->file, refusal->err->line,
                refusal->err->message);
}

static int fail(const struct err *err, int result)
{
    fputs("sluice: ", stderr);
    if (err->file[0])
        fprintf(stderr, "%s:%u: ", err->file, err->line);
    fprintf(stderr, "%s\n", err->message[0] ? err->message : strerror(-result));
    if (err->hint[0])
        fprintf(stderr, "  %s\n", err->hint);
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

static int run(struct settings *settings, bool check, struct err *err)
{
    const struct log log = {.write = on_log, .most = LOG_NOTICE};
    struct live_config config = {
        .settings = settings, .log = &log, .refused = on_refused, .stop = &stop, .rotate = &rotate};
    struct sigaction action = {.sa_handler = on_signal};
    struct live_summary summary;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    int result = check ? live_check(&config, &summary, err) : live_run(&config, &summary, err);
    if (result)
        return fail(err, result);
    if (check) {
        printf("%u rules, %u refused\n", summary.rules, summary.refused);
        return summary.refused ? EXIT_REFUSED : EXIT_RAN;
    }
    fprintf(stderr, "sluice: %" PRIu64 " frames, %" PRIu64 " alerts, %" PRIu64 " verdicts to block\n",
            summary.frames, summary.alerts, summary.blocks);
    return EXIT_RAN;
}

int cmd_run(int argc, char **argv)
{
    struct parsed parsed;
    struct err err = {0};
    bool check = false;
    if (options_parse(specs, argc, argv, &parsed))
        return EXIT_USAGE;
    struct settings *settings = settings_new();
    int result = settings ? apply(&parsed, settings, &check, &err) : -ENOMEM;
    int code = result ? fail(&err, result) : run(settings, check, &err);
    settings_free(settings);
    free(parsed.list);
    return code;
}
