/*
 * The control socket of a run: a unix stream socket on which each request is a JSON object on a line, and
 * each answer one (docs/control.md). A thread of its own accepts, reads, calls the commands and answers.
 *
 * Clients are not trusted: their number, the length of their requests and what they leave unread are capped,
 * and who is idle longest gives way to a new one.
 */
#ifndef SLUICE_CONTROL_SERVER_H
#define SLUICE_CONTROL_SERVER_H

#include <jansson.h>

#include "base/err.h"

struct log;

enum {
    CONTROL_CLIENTS = 16,
    CONTROL_REQUEST_MOST = 64 << 10, /* bytes of a line */
    CONTROL_UNREAD_MOST = 4 << 20    /* bytes of answers that a client has not read: it is let go */
};

struct control_command {
    const char *name;
    /* In the server's thread. 0 with *result (or NULL: nothing to say), or a negative errno with *err. */
    int (*run)(void *ctx, const json_t *request, json_t **result, struct err *err);
};

struct control_config {
    const char *path;
    const char *group;                      /* that the socket belongs to; NULL: ours */
    const struct control_command *commands; /* ended by one without a name */
    void *ctx;
    const struct log *log;
};

struct control;

/*
 * Makes the socket (mode 0660) and starts the thread. A socket that nobody answers on is replaced. 0, or a
 * negative errno with *err: -EADDRINUSE when somebody does, -EEXIST when the path is something else.
 */
int control_open(struct control **out, const struct control_config *config, struct err *err);

/* Ends the thread and removes the socket. Takes NULL. */
void control_close(struct control *control);

#endif
