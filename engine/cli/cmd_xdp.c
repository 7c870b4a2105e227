/* sluice xdp: the kernel's side by hand, without the daemon. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "cli/command.h"
#include "cli/xdp_cli.h"

static const struct xdp_part *const parts[] = {&xdp_attach_part,   &xdp_detach_part, &xdp_status_part,
                                               &xdp_steering_part, &xdp_blocks_part, &xdp_count_part};
enum { PARTS = sizeof parts / sizeof *parts };

void cmd_xdp_help(void)
{
    puts("usage: sluice xdp PART ...\n\n"
         "Loads the XDP program, says which traffic it selects and what it blocks, and shows what it counts; "
         "no\n"
         "daemon is needed. What is attached stays until it is detached. Needs root, or CAP_BPF, "
         "CAP_NET_ADMIN and\n"
         "CAP_PERFMON.\n");
    for (unsigned i = 0; i < PARTS; i++)
        printf("  %-10s %s\n", parts[i]->name, parts[i]->summary);
    puts("\n\"sluice xdp PART --help\" explains each. exit: 0 done; 1 failed; 2 usage");
}

static int part_help(const struct xdp_part *part)
{
    printf("usage: sluice xdp %s\n\n%s.\n", part->usage, part->summary);
    if (part->more)
        printf("\n%s\n", part->more);
    puts("\noptions:");
    options_help(part->specs);
    return EXIT_RAN;
}

static const struct xdp_part *find(const char *name)
{
    const char *best = NULL;
    unsigned least = 0;
    for (unsigned i = 0; i < PARTS; i++) {
        if (strcmp(parts[i]->name, name) == 0)
            return parts[i];
        suggest(name, parts[i]->name, &best, &least);
    }
    fprintf(stderr, "sluice: xdp has no part \"%.60s\"", name);
    fprintf(stderr, best ? "; did you mean \"%s\"?\n" : "\n", best);
    return NULL;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

int cmd_xdp(int argc, char **argv)
{
    if (argc < 2 || argv[1][0] == '-') {
        cmd_xdp_help();
        return argc < 2 ? EXIT_USAGE : wants_help(argc, argv) ? EXIT_RAN : EXIT_USAGE;
    }
    const struct xdp_part *part = find(argv[1]);
    if (!part)
        return EXIT_USAGE;
    if (wants_help(argc, argv))
        return part_help(part);
    struct parsed parsed;
    int code = options_parse(part->specs, argc - 1, argv + 1, &parsed)
                   ? xdp_usage(part->name, "these arguments cannot be understood")
                   : part->run(&parsed);
    free(parsed.list);
    return code;
}
