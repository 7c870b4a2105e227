/* sluice xdp steering: which traffic is inspected, changed while it runs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/xdp_cli.h"
#include "verdict/shared_maps.h"
#include "verdict/verdict_json.h"

static const struct option_spec specs[] = {
    STEERING_OPTIONS,
    XDP_OPTIONS,
};

enum verb { SHOW, SET, ADD, REMOVE, NOTHING };

static int verb_of(const char *text)
{
    static const char *const verbs[] = {"show", "set", "add", "remove", "none"};
    for (int i = 0; i < 5; i++)
        if (!text || strcmp(verbs[i], text) == 0)
            return i; /* without a word: show */
    return -1;
}

/* Reads, changes and writes under the pins' lock. */
static int change(const struct parsed *parsed, enum verb verb, const struct shared_maps *maps,
                  struct steering *s)
{
    struct err err = {0};
    bool any;
    if (verb == SET || verb == NOTHING)
        memset(s, 0, sizeof *s);
    else if (steering_read(s, &maps->steering, &err))
        return xdp_error(&err);
    int code = xdp_apply_steering(parsed, s, verb != REMOVE, &any);
    if (code)
        return code;
    if (any && (verb == SHOW || verb == NOTHING))
        return xdp_usage("steering", "\"show\" and \"none\" take no such options; set, add and remove do");
    if (!any && (verb == SET || verb == ADD || verb == REMOVE))
        return xdp_usage("steering", "say what: for example --tcp 80,443");
    if (verb != SHOW && steering_write(s, &maps->steering, &err))
        return xdp_error(&err);
    return 0;
}

static int run_steering(const struct parsed *parsed)
{
    struct pins pins;
    struct shared_maps maps;
    struct err err = {0};
    int verb = verb_of(xdp_argument(parsed, 0));
    if (verb < 0 || xdp_argument_count(parsed) > 1)
        return xdp_usage("steering", "say show, set, add, remove or none");
    if (pins_open(&pins, xdp_option(parsed, "pins"), false, &err) || shared_maps_open(&maps, &pins, &err)) {
        pins_close(&pins);
        return xdp_error(&err);
    }
    struct steering *s = calloc(1, sizeof *s);
    int code = s ? change(parsed, (enum verb)verb, &maps, s) : EXIT_FAILED;
    if (code == 0 && xdp_option(parsed, "json"))
        code = xdp_print_json(steering_json(s));
    else if (code == 0)
        xdp_print_steering(s, "");
    free(s);
    shared_maps_close(&maps);
    pins_close(&pins);
    return code;
}

const struct command_part xdp_steering_part = {
    "steering",
    "steering [show | set | add | remove | none] [OPTIONS]",
    "show or change, while it runs, which traffic is inspected",
    "set replaces everything, add and remove change what is there, none selects nothing. A port counts on "
    "either\n"
    "side of a connection. Fragments without ports go to the engine when their protocol is selected at all.\n"
    "A packet meets the old steering or the new one, never half of it.",
    specs,
    run_steering,
};
