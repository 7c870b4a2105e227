#include "cli/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "cli/command.h"

void parts_help(const struct parts *parts)
{
    printf("usage: sluice %s PART ...\n\n%s\n\n", parts->command, parts->about);
    for (size_t i = 0; i < parts->count; i++)
        printf("  %-10s %s\n", parts->list[i]->name, parts->list[i]->summary);
    printf("\n\"sluice %s PART --help\" explains each. %s\n", parts->command, parts->ending);
}

static int part_help(const struct parts *parts, const struct command_part *part)
{
    printf("usage: sluice %s %s\n\n%s.\n", parts->command, part->usage, part->summary);
    if (part->more)
        printf("\n%s\n", part->more);
    puts("\noptions:");
    options_help(part->specs);
    return EXIT_RAN;
}

static const struct command_part *find(const struct parts *parts, const char *name)
{
    const char *best = NULL;
    unsigned least = 0;
    for (size_t i = 0; i < parts->count; i++) {
        if (strcmp(parts->list[i]->name, name) == 0)
            return parts->list[i];
        suggest(name, parts->list[i]->name, &best, &least);
    }
    fprintf(stderr, "sluice: %s has no part \"%.60s\"", parts->command, name);
    if (best)
        fprintf(stderr, "; did you mean \"%s\"?", best);
    fputc('\n', stderr);
    return NULL;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int wrong_arguments(const struct parts *parts, const struct command_part *part)
{
    fprintf(stderr,
            "sluice: these arguments cannot be understood\n\"sluice %s %s --help\" explains the options\n",
            parts->command, part->name);
    return EXIT_USAGE;
}

int parts_run(const struct parts *parts, int argc, char **argv)
{
    if (argc < 2 || argv[1][0] == '-') {
        parts_help(parts);
        return argc >= 2 && wants_help(argc, argv) ? EXIT_RAN : EXIT_USAGE;
    }
    const struct command_part *part = find(parts, argv[1]);
    if (!part)
        return EXIT_USAGE;
    if (wants_help(argc, argv))
        return part_help(parts, part);
    struct parsed parsed;
    int code = options_parse(part->specs, argc - 1, argv + 1, &parsed) ? wrong_arguments(parts, part)
                                                                       : part->run(&parsed);
    free(parsed.list);
    return code;
}
