/*
 * Which system calls a run may make from here on (seccomp(2)): those of a run that is set up, reloads and the
 * way out included. It starts no program, makes no process and no socket of the internet, and traces nobody.
 */
#ifndef SLUICE_RUN_SANDBOX_H
#define SLUICE_RUN_SANDBOX_H

#include "base/err.h"

enum sandbox {                /* what becomes of a call that is not on the list */
               SANDBOX_NO,    /* there is no list */
               SANDBOX_LOG,   /* it is done, and in the kernel's log */
               SANDBOX_ERRNO, /* it fails with EPERM */
               SANDBOX_KILL,  /* the process ends by SIGSYS */
};

/* For all threads of the process, those that are there included; for good. 0 or a negative errno with *err.
 */
int sandbox_enter(enum sandbox sandbox, struct err *err);

#endif
