/*
 * Commands that have parts of their own ("sluice pcap make"): their table, help and choice. Prints; one
 * thread.
 */
#ifndef SLUICE_CLI_PARTS_H
#define SLUICE_CLI_PARTS_H

#include "cli/options.h"

struct command_part {
    const char *name, *usage, *summary, *more; /* more: further lines of help, or NULL */
    const struct option_spec *specs;
    int (*run)(const struct parsed *parsed); /* returns the exit code */
};

struct parts {
    const char *command;
    const char *about, *ending; /* of the help: what the command is for; exit codes */
    const struct command_part *const *list;
    size_t count;
};

void parts_help(const struct parts *parts);

/* Finds the part that argv[1] names, and runs it, or its help. EXIT_USAGE after saying what is wrong. */
int parts_run(const struct parts *parts, int argc, char **argv);

#endif
