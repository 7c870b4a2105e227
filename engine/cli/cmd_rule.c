/* sluice rule: what an author of rules works with. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "cli/command.h"
#include "cli/rule_cli.h"

static const struct rule_part *const parts[] = {
#define RULE_PART(name) &rule_part_##name,
#include "cli/rule_part_list.h"
#undef RULE_PART
};
enum { PARTS = sizeof parts / sizeof *parts };

void cmd_rule_help(void)
{
    puts(
        "usage: sluice rule PART ...\n\nWrites, checks and looks up rules, with the parser and the tables of "
        "the engine that runs them.\n");
    for (unsigned i = 0; i < PARTS; i++)
        printf("  %-10s %s\n", parts[i]->name, parts[i]->summary);
    puts(
        "\n\"sluice rule PART --help\" explains each. exit: 0 clean; 1 something was found (or nothing, when "
        "it\nwas sought); 2 usage, or a file that cannot be read or written");
}

static int part_help(const struct rule_part *part)
{
    printf("usage: sluice rule %s\n\n%s.\n", part->usage, part->summary);
    if (part->more)
        printf("\n%s\n", part->more);
    puts("\noptions:");
    options_help(part->specs);
    return EXIT_RAN;
}

static const struct rule_part *find(const char *name)
{
    const char *best = NULL;
    unsigned least = 0;
    for (unsigned i = 0; i < PARTS; i++) {
        if (strcmp(parts[i]->name, name) == 0)
            return parts[i];
        suggest(name, parts[i]->name, &best, &least);
    }
    fprintf(stderr, "sluice: rule has no part \"%.60s\"", name);
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

int cmd_rule(int argc, char **argv)
{
    if (argc < 2 || argv[1][0] == '-') {
        cmd_rule_help();
        return argc >= 2 && wants_help(argc, argv) ? EXIT_RAN : EXIT_USAGE;
    }
    const struct rule_part *part = find(argv[1]);
    if (!part)
        return EXIT_USAGE;
    if (wants_help(argc, argv))
        return part_help(part);
    struct parsed parsed;
    int code = options_parse(part->specs, argc - 1, argv + 1, &parsed)
                   ? rule_usage(part->name, "these arguments cannot be understood")
                   : part->run(&parsed);
    free(parsed.list);
    return code;
}
