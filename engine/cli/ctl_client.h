/* The asking side of a control socket: one connection a request. One thread. */
#ifndef SLUICE_CLI_CTL_CLIENT_H
#define SLUICE_CLI_CTL_CLIENT_H

#include <jansson.h>

enum { CTL_PROBLEM = 512 };

/* The answer, which is the caller's; NULL with what is wrong in `problem`. */
json_t *ctl_ask(const char *path, const json_t *request, char problem[CTL_PROBLEM]);

#endif
