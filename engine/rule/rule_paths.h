/* The rule files that a path names: a file, or the *.rules of a folder in sorted order. One thread. */
#ifndef SLUICE_RULE_RULE_PATHS_H
#define SLUICE_RULE_RULE_PATHS_H

#include "base/slice.h"

struct err;

struct rule_path { /* borrowed, for the call */
    const char *name, *directory;
    struct slice text;
};

typedef int (*rule_path_fn)(void *ctx, const struct rule_path *path); /* 0, or what ends the reading */

/* 0; a negative errno with *err when something cannot be read; what `each` returns if that is not 0. */
int rule_paths_read(const char *path, rule_path_fn each, void *ctx, struct err *err);

#endif
