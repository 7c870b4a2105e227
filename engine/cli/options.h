/*
 * Options of a command, from one table: --name VALUE, --name=VALUE, -x VALUE, -xVALUE, in any order with the
 * other arguments; "--" ends them, "-" is an argument. The values point into argv.
 */
#ifndef SLUICE_CLI_OPTIONS_H
#define SLUICE_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct option_spec {
    const char *name;     /* without the dashes */
    char letter;          /* 0: none */
    const char *argument; /* what stands for it in the help; NULL: takes none */
    const char *help;
    const char *setting; /* the key that it sets, NULL: the command handles it */
    const char *value;   /* what it sets the key to, when it takes no argument */
};

struct parsed_option {
    const struct option_spec *spec; /* NULL: an argument that is no option */
    const char *value;              /* NULL for an option without one */
};

struct parsed {
    struct parsed_option *list;
    size_t count;
};

/* 0; -1 after saying on standard error what is wrong. `specs` ends with one without a name. Free list. */
int options_parse(const struct option_spec *specs, int argc, char **argv, struct parsed *out);

/* One line of help for each. */
void options_help(const struct option_spec *specs);

/* A number from `least` to `most`; false after saying what is wrong. */
bool options_number(const char *option, const char *text, unsigned long least, unsigned long most,
                    unsigned long *out);

#endif
