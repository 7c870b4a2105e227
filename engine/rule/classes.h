/*
 * What classtype and reference mean: classification.config and reference.config, with built-in defaults.
 *
 * The owner makes it, loads files before rules are parsed, frees it after; parsing only reads it. One thread.
 */
#ifndef SLUICE_RULE_CLASSES_H
#define SLUICE_RULE_CLASSES_H

#include "base/err.h"
#include "base/slice.h"

enum { CLASSES_MOST = 65536, CLASS_FILE_MOST = 16 << 20 };

struct rule_class {
    char *name, *text;
    int priority;
};

struct reference_system {
    char *name, *prefix; /* "cve", "https://cve.mitre.org/cgi-bin/cvename.cgi?name=" */
};

struct classes {
    struct rule_class *classes;
    struct reference_system *systems;
    uint32_t class_count, class_capacity, system_count, system_capacity;
    bool classes_given, systems_given; /* a file has replaced the defaults */
};

typedef void (*class_line_fn)(void *ctx, const struct err *err); /* a line that was left out, and why */

/* With the defaults; NULL when memory is short. */
struct classes *classes_new(void);
void classes_free(struct classes *classes);

/*
 * Each reads one file; the first of its kind replaces the defaults. Bad and duplicate lines are handed to
 * `bad` (may be NULL) and left out. 0, or a negative errno with *err when the file cannot be read.
 */
int classes_load(struct classes *classes, const char *path, class_line_fn bad, void *ctx, struct err *err);
int references_load(struct classes *classes, const char *path, class_line_fn bad, void *ctx, struct err *err);

/* By name, in any case; NULL when there is none such. */
const struct rule_class *class_find(const struct classes *classes, struct slice name);
const struct reference_system *reference_find(const struct classes *classes, struct slice name);

#endif
