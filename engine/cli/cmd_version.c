/* sluice version */
#include <stdio.h>

#include "cli/command.h"
#include "sluice.h"

void cmd_version_help(void)
{
    puts("usage: sluice version\n\nPrints the version.");
}

int cmd_version(int argc, char **argv)
{
    if (argc > 1) {
        fprintf(stderr, "sluice: version takes no arguments, not \"%s\"\n", argv[1]);
        return EXIT_USAGE;
    }
    printf("sluice %s\n", sluice_version());
    return EXIT_RAN;
}
