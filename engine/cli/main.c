/* The sluice command: finds the subcommand and runs it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#ifdef WITH_MIMALLOC
#include <mimalloc.h>
#endif

#include "base/suggest.h"
#include "cli/command.h"

const struct command commands[] = {
#define COMMAND(name, summary, has_parts) {#name, summary, cmd_##name, cmd_##name##_help, has_parts},
#include "cli/cmd_list.h"
#undef COMMAND
    {0},
};

const struct command *command_find(const char *name)
{
    const char *best = NULL;
    unsigned least = 0;
    for (const struct command *c = commands; c->name; c++) {
        if (strcmp(c->name, name) == 0)
            return c;
        suggest(name, c->name, &best, &least);
    }
    fprintf(stderr, "sluice: there is no command \"%.60s\"", name);
    if (best)
        fprintf(stderr, "; did you mean \"%s\"?", best);
    fputs("\nsluice --help lists the commands\n", stderr);
    return NULL;
}

/* What was printed through stdio has to arrive: a full disk or a closed pipe is a failure. */
static int finish(int code)
{
    if (fflush(stdout) || ferror(stdout)) {
        perror("sluice: standard output");
        return EXIT_FAILED;
    }
    return code;
}

/*
 * Streams and bodies grow and go all the time. What they leave would be given back to the kernel, which
 * clears it anew for the next one: a tenth of a replay's time. The caps of the engine bound what is kept.
 */
static void keep_memory(void)
{
#ifdef WITH_MIMALLOC
    mi_option_disable(mi_option_allow_decommit);
#endif
}

int main(int argc, char **argv)
{
    keep_memory();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of the write */
    if (argc < 2) {
        fputs("usage: sluice COMMAND ...; sluice --help lists the commands\n", stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    else if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        name = "version";
    const struct command *command = command_find(name);
    if (!command)
        return EXIT_USAGE;
    for (int i = 2; !command->has_parts && i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            command->help();
            return finish(EXIT_RAN);
        }
    return finish(command->run(argc - 1, argv + 1));
}
