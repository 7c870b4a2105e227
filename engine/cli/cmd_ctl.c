/* sluice ctl: asks and tells a run through its control socket. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/command.h"
#include "cli/ctl_client.h"
#include "cli/ctl_print.h"
#include "cli/options.h"

#define CONTROL_PATH "/run/sluice/control.sock"

static const struct option_spec specs[] = {
    {"socket", 's', "PATH", "the run's control socket (" CONTROL_PATH ")", NULL, NULL},
    {"json", 0, NULL, "print the answer as JSON", NULL, NULL},
    {"watch", 'w', NULL, "stats, flows, status: again every second, until interrupted", NULL, NULL},
    {"for", 0, "TIME", "blocks add: how long: 90s, 15m, 2h, 7d, forever (1h)", NULL, NULL},
    {"sid", 0, "N", "blocks add: the signature that it is for (0)", NULL, NULL},
    {"number", 'n', "N", "flows: how many (20)", NULL, NULL},
    {"tcp", 0, "PORTS", "steering set: TCP ports to inspect, either side: 80,443,8000-8999, all, none", NULL,
     NULL},
    {"udp", 0, "PORTS", "steering set: UDP ports", NULL, NULL},
    {"protocols", 0, "LIST", "steering set: further IP protocols: icmp,gre,132", NULL, NULL},
    {"include", 0, "PREFIX", "steering set: only traffic from or to it (may be given again)", NULL, NULL},
    {"exclude", 0, "PREFIX", "steering set: no traffic from or to it (may be given again)", NULL, NULL},
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

void cmd_ctl_help(void)
{
    puts("usage: sluice ctl COMMAND [OPTIONS]\n\n"
         "  status                     what runs, since when, which rules, the last reload\n"
         "  stats                      all counters, those of the kernel side too\n"
         "  flows                      the largest open flows\n"
         "  reload                     rules, variables, thresholds, steering anew; waits for it, tells what "
         "is wrong\n"
         "  reopen                     the EVE file anew, after it was moved away\n"
         "  blocks [list | add TARGET | remove TARGET]\n"
         "  bypass                     flows that the kernel passes by without inspection\n"
         "  steering [show | set]      which traffic is inspected, changed while it runs\n"
         "  shutdown                   ends the run as SIGTERM does\n\noptions:");
    options_help(specs);
    puts("\nTARGET is an address or prefix, or a flow: tcp|udp ADDRESS:PORT ADDRESS:PORT.\n"
         "exit: 0 done; 1 refused, or nobody answers; 2 usage; 3 reload: the rules were refused");
}

static int usage(const char *text)
{
    fprintf(stderr, "sluice: %s (sluice help ctl)\n", text);
    return EXIT_USAGE;
}

/* Options become members of the request; those that may be given again, arrays. */
static json_t *request_of(const struct parsed *parsed)
{
    json_t *request = json_object(), *words = json_array();
    for (size_t i = 0; i < parsed->count; i++) {
        const struct parsed_option *o = &parsed->list[i];
        const char *name = o->spec ? o->spec->name : NULL;
        if (!name) {
            json_array_append_new(words, json_string(o->value));
        } else if (strcmp(name, "sid") == 0 || strcmp(name, "number") == 0) {
            json_object_set_new(request, name, json_integer(strtoll(o->value, NULL, 10)));
        } else if (strcmp(name, "include") == 0 || strcmp(name, "exclude") == 0) {
            if (!json_object_get(request, name))
                json_object_set_new(request, name, json_array());
            json_array_append_new(json_object_get(request, name), json_string(o->value));
        } else if (o->value && strcmp(name, "socket") != 0) {
            json_object_set_new(request, name, json_string(o->value));
        }
    }
    json_object_set(request, "command", json_array_get(words, 0));
    if (json_array_size(words) > 1)
        json_object_set(request, "action", json_array_get(words, 1));
    for (size_t i = 2; i < json_array_size(words); i++) {
        if (i == 2)
            json_object_set_new(request, "target", json_array());
        json_array_append(json_object_get(request, "target"), json_array_get(words, i));
    }
    json_decref(words);
    return request;
}

static const char *option(const struct parsed *parsed, const char *name)
{
    for (size_t i = 0; i < parsed->count; i++)
        if (parsed->list[i].spec && strcmp(parsed->list[i].spec->name, name) == 0)
            return parsed->list[i].value ? parsed->list[i].value : "";
    return NULL;
}

/* The result, which is the caller's, or NULL after saying what is wrong. */
static json_t *ask(const char *socket, const json_t *request)
{
    char problem[CTL_PROBLEM];
    json_t *answer = ctl_ask(socket, request, problem);
    if (!answer) {
        fprintf(stderr, "sluice: error: %s\n", problem);
        return NULL;
    }
    json_t *result = json_object_get(answer, "result");
    if (json_is_true(json_object_get(answer, "ok"))) {
        result = result ? json_incref(result) : json_object();
    } else {
        const char *error = json_string_value(json_object_get(answer, "error"));
        const char *hint = json_string_value(json_object_get(answer, "hint"));
        fprintf(stderr, "sluice: error: %s\n%s%s%s", error ? error : "refused", hint ? "  " : "",
                hint ? hint : "", hint ? "\n" : "");
        result = NULL;
    }
    json_decref(answer);
    return result;
}

static void show(const json_t *result, bool json)
{
    if (json) {
        json_dumpf(result, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        ctl_print(result, stdout);
    }
    fflush(stdout);
}

static void rest(long milliseconds)
{
    struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* The socket only begins it: how it went is seen in the status. */
static int wait_for_reload(const char *socket, bool json)
{
    json_t *request = json_pack("{s:s}", "command", "status"), *status, *reload = NULL;
    const char *state;
    for (;;) {
        status = ask(socket, request);
        reload = json_object_get(status, "reload");
        state = json_string_value(json_object_get(reload, "state"));
        if (!state || strcmp(state, "running") != 0)
            break;
        json_decref(status);
        rest(100);
    }
    json_decref(request);
    bool refused = state && strcmp(state, "refused") == 0;
    const char *refusals = json_string_value(json_object_get(reload, "refusals"));
    const char *error = json_string_value(json_object_get(reload, "error"));
    if (json && reload)
        show(reload, true);
    else if (refused)
        fprintf(stderr, "%ssluice: error: the rules in use stay: %s\n", refusals ? refusals : "",
                error ? error : "");
    else if (reload)
        printf("%s%lld rules are in use, %lld refused\n", refusals ? refusals : "",
               (long long)json_integer_value(json_object_get(reload, "rules")),
               (long long)json_integer_value(json_object_get(reload, "refused")));
    if (status && !reload)
        fputs("sluice: error: the run does not say how it went\n", stderr);
    json_decref(status);
    return !state ? EXIT_FAILED : refused ? EXIT_REFUSED : EXIT_RAN;
}

static int run(const struct parsed *parsed)
{
    const char *socket = option(parsed, "socket");
    bool json = option(parsed, "json") != NULL, watch = option(parsed, "watch") != NULL;
    json_t *request = request_of(parsed);
    const char *command = json_string_value(json_object_get(request, "command"));
    if (!command) {
        json_decref(request);
        return usage("say what: status, stats, flows, reload, reopen, blocks, bypass, steering or shutdown");
    }
    bool reload = strcmp(command, "reload") == 0;
    int code = EXIT_RAN;
    do {
        json_t *result = ask(socket ? socket : CONTROL_PATH, request);
        code = result ? EXIT_RAN : EXIT_FAILED;
        if (result && watch && !json)
            fputs("\033[H\033[2J", stdout);
        if (result && !reload)
            show(result, json);
        json_decref(result);
        if (code == EXIT_RAN && watch)
            rest(1000);
    } while (watch && code == EXIT_RAN);
    if (reload && code == EXIT_RAN)
        code = wait_for_reload(socket ? socket : CONTROL_PATH, json);
    json_decref(request);
    return code;
}

int cmd_ctl(int argc, char **argv)
{
    struct parsed parsed;
    if (options_parse(specs, argc, argv, &parsed))
        return EXIT_USAGE;
    int code = run(&parsed);
    free(parsed.list);
    return code;
}
