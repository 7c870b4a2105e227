/* Putting a changed rule file in the place of the old one. Prints what is wrong; one thread. */
#ifndef SLUICE_CLI_RULE_WRITE_H
#define SLUICE_CLI_RULE_WRITE_H

#include "base/slice.h"

/* Whole or not at all, with the mode that it had. 0; -1 after saying what is wrong. */
int rule_write(const char *path, struct slice text);

#endif
