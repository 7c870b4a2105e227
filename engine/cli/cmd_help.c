/* sluice help [COMMAND] */
#include <stdio.h>

#include "cli/command.h"

void cmd_help_help(void)
{
    puts("usage: sluice COMMAND [OPTIONS] ...\n\ncommands:");
    for (const struct command *c = commands; c->name; c++)
        printf("  %-10s %s\n", c->name, c->summary);
    puts("\n\"sluice help COMMAND\" explains one.");
}

int cmd_help(int argc, char **argv)
{
    if (argc < 2) {
        cmd_help_help();
        return EXIT_RAN;
    }
    const struct command *command = command_find(argv[1]);
    if (!command)
        return EXIT_USAGE;
    command->help();
    return EXIT_RAN;
}
