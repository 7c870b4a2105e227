/* Answers of a control socket for people: lists as tables, the rest as names and values. One thread. */
#ifndef SLUICE_CLI_CTL_PRINT_H
#define SLUICE_CLI_CTL_PRINT_H

#include <jansson.h>
#include <stdio.h>

void ctl_print(const json_t *value, FILE *out);

#endif
