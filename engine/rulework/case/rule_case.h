/*
 * Tests of rules as they are written: a file of YAML (NAME.test.yaml) that names rules and says on which
 * flows or captures they alert and on which they do not. docs/testing-rules.md has every key.
 *
 * A file owns all that its tests point to. One thread reads it; const afterwards.
 */
#ifndef SLUICE_RULEWORK_RULE_CASE_H
#define SLUICE_RULEWORK_RULE_CASE_H

#include "craft/flows_yaml.h"
#include "craft/make.h"

enum { CASES_MOST = 1 << 16, CASE_RULE_PATHS_MOST = 64, CASE_SETTINGS_MOST = 256 };

struct case_rules { /* what is tested: files and folders, or text */
    const char *paths[CASE_RULE_PATHS_MOST];
    uint32_t path_count;
    const char *text; /* NULL: none */
};

struct case_sid {
    int64_t sid, count;          /* count: -1 for any number but none */
    const char *flow;            /* its name; NULL: any */
    int64_t transaction, packet; /* -1: any */
    unsigned line, column;
};

struct case_buffer { /* the engine must see this in the buffer, in some packet or transaction */
    const char *name;
    struct slice bytes;
    unsigned line, column;
};

struct case_list_of_sids {
    struct case_sid *list;
    uint32_t count, capacity;
};

struct rule_case {
    const char *name;
    unsigned line, column;
    const struct case_rules *rules;
    struct flows flows; /* without an arena or hosts of their own */
    struct craft_frames frames;
    const char *capture;                            /* a file; NULL: the frames */
    bool follows;                                   /* from another test (`silent-when`, `again`) */
    struct case_list_of_sids expect, never, budget; /* budget: at most so many evaluations */
    bool others;                                    /* alerts of further rules are no failure */
    struct case_buffer *buffers;
    uint32_t buffer_count, buffer_capacity;
};

struct case_file {
    const char *path;
    const char *config;                       /* settings and variables; NULL */
    const char *settings[CASE_SETTINGS_MOST]; /* KEY=VALUE */
    uint32_t setting_count;
    const struct case_rules *rules; /* of tests that name none; NULL */
    struct rule_case *list;
    uint32_t count, capacity;
    struct flows shared; /* hosts, start, and the memory */
};

/* Reads a file, and makes the frames of its flows; paths in it count from its folder. 0 or a negative errno
 * with *err; call case_file_fini either way. */
int case_file_read(struct case_file *out, const char *path, struct err *err);
/* The same from memory; `path` stands for the file. */
int case_file_parse(struct case_file *out, const char *path, struct slice text, struct err *err);
void case_file_fini(struct case_file *file);

/* The *.test.yaml of a folder and those below it, sorted, or a file. 0 or a negative errno with *err. The
 * names are appended to the list, which the caller frees with its strings. */
struct case_paths {
    char **list;
    uint32_t count, capacity;
};
int case_paths_add(struct case_paths *paths, const char *path, struct err *err);
void case_paths_fini(struct case_paths *paths);

#endif
