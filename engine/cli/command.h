/*
 * A subcommand: one file of cli/ and a line in cmd_list.h. Commands print, read the environment and decide on
 * the exit code; the library below does none of that.
 */
#ifndef SLUICE_CLI_COMMAND_H
#define SLUICE_CLI_COMMAND_H

#include <stdbool.h>

enum exit_code { EXIT_RAN = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_REFUSED = 3, EXIT_INTERRUPTED = 130 };

struct command {
    const char *name, *summary;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns an enum exit_code */
    void (*help)(void);                /* prints to standard output */
    bool has_parts;                    /* and so looks at --help itself */
};

#define COMMAND(name, summary, has_parts)  \
    int cmd_##name(int argc, char **argv); \
    void cmd_##name##_help(void);
#include "cli/cmd_list.h"
#undef COMMAND

/* All of them, ended by one without a name. */
extern const struct command commands[];

/* NULL when there is none of that name; prints what is wrong, with a suggestion. */
const struct command *command_find(const char *name);

#endif
