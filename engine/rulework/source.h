/*
 * A rule file in memory, and its comments of the form "# sluice: disable=CODE[,CODE...]", which keep the rule
 * below quiet, or with disable-file the whole file. The source owns its text. One thread.
 */
#ifndef SLUICE_RULEWORK_SOURCE_H
#define SLUICE_RULEWORK_SOURCE_H

#include "base/buf.h"

struct source_comment {
    unsigned line, column, end_column; /* of a code that does not exist, else of the comment */
    uint64_t codes;                    /* bits 1 << enum finding_code */
    char *unknown;                     /* the code that does not exist, or NULL */
};

struct source {
    char *name;
    struct buf text;
    uint64_t disabled; /* in the whole file */
    struct source_comment *comments;
    uint32_t comment_count, comment_capacity, next; /* next: the first that stands below the rules so far */
};

/* Takes a copy of the text. 0 or -ENOMEM; the caller calls source_fini in either case. */
int source_init(struct source *source, const char *name, struct slice text);
void source_fini(struct source *source);

/* What is disabled for the rule that begins in that line; lines must not go back. */
uint64_t source_disabled(struct source *source, unsigned line);

#endif
