#include "cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"

static const struct option_spec *by_letter(const struct option_spec *specs, char letter)
{
    for (; specs->name; specs++)
        if (specs->letter == letter)
            return specs;
    return NULL;
}

static const struct option_spec *by_name(const struct option_spec *specs, const char *name, size_t n)
{
    for (; specs->name; specs++)
        if (strlen(specs->name) == n && memcmp(specs->name, name, n) == 0)
            return specs;
    return NULL;
}

static int unknown_long(const struct option_spec *specs, const char *name, size_t n)
{
    char wrong[64];
    snprintf(wrong, sizeof wrong, "%.*s", (int)(n < 63 ? n : 63), name);
    const char *best = NULL;
    unsigned least = 0;
    for (; specs->name; specs++)
        suggest(wrong, specs->name, &best, &least);
    fprintf(stderr, "sluice: there is no option --%s", wrong);
    if (best)
        fprintf(stderr, "; did you mean --%s?", best);
    fputc('\n', stderr);
    return -1;
}

/* Takes argv[*at], an option, and its value, which may be the next argument. */
static int parse_one(const struct option_spec *specs, int argc, char **argv, int *at,
                     struct parsed_option *out)
{
    const char *text = argv[*at];
    const struct option_spec *spec;
    const char *value = NULL;
    if (text[1] == '-') {
        size_t n = strcspn(text + 2, "=");
        spec = by_name(specs, text + 2, n);
        if (!spec)
            return unknown_long(specs, text + 2, n);
        if (text[2 + n] == '=')
            value = text + 2 + n + 1;
    } else {
        spec = by_letter(specs, text[1]);
        if (!spec) {
            fprintf(stderr, "sluice: there is no option -%c\n", text[1]);
            return -1;
        }
        if (text[2])
            value = text + 2 + (text[2] == '=');
    }
    if (value && !spec->argument) {
        fprintf(stderr, "sluice: --%s takes no value\n", spec->name);
        return -1;
    }
    if (!value && spec->argument) {
        if (*at + 1 >= argc) {
            fprintf(stderr, "sluice: --%s needs a value: %s\n", spec->name, spec->argument);
            return -1;
        }
        value = argv[++*at];
    }
    *out = (struct parsed_option){.spec = spec, .value = value};
    return 0;
}

int options_parse(const struct option_spec *specs, int argc, char **argv, struct parsed *out)
{
    *out = (struct parsed){0};
    out->list = calloc((size_t)argc + 1, sizeof *out->list);
    if (!out->list) {
        fputs("sluice: out of memory\n", stderr);
        return -1;
    }
    int ended = 0;
    for (int i = 1; i < argc; i++) {
        if (!ended && strcmp(argv[i], "--") == 0) {
            ended = 1;
            continue;
        }
        struct parsed_option *next = &out->list[out->count];
        if (ended || argv[i][0] != '-' || !argv[i][1])
            *next = (struct parsed_option){.value = argv[i]};
        else if (parse_one(specs, argc, argv, &i, next))
            return -1;
        out->count++;
    }
    return 0;
}

void options_help(const struct option_spec *specs)
{
    for (; specs->name; specs++) {
        char left[64];
        int n = specs->letter ? snprintf(left, sizeof left, "-%c, ", specs->letter) : 0;
        snprintf(left + n, sizeof left - (size_t)n, "--%s%s%s", specs->name, specs->argument ? " " : "",
                 specs->argument ? specs->argument : "");
        printf("  %-26s %s\n", left, specs->help);
    }
}

bool options_number(const char *option, const char *text, unsigned long least, unsigned long most,
                    unsigned long *out)
{
    char *end;
    errno = 0;
    *out = strtoul(text, &end, 10);
    if (!errno && text[0] >= '0' && text[0] <= '9' && !*end && *out >= least && *out <= most)
        return true;
    fprintf(stderr, "sluice: --%s needs a number from %lu to %lu\n", option, least, most);
    return false;
}
