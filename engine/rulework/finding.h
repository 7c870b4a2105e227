/*
 * What a check has found, and how it may be mended. A list owns its findings and their texts; the names of
 * files are borrowed. One thread.
 */
#ifndef SLUICE_RULEWORK_FINDING_H
#define SLUICE_RULEWORK_FINDING_H

#include "base/buf.h"

enum finding_code {
#define FINDING(id, code, severity, summary) FINDING_##id,
#include "rulework/finding_list.h"
#undef FINDING
    FINDING_CODES
};

enum finding_severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

struct finding_info {
    const char *code, *summary;
    enum finding_severity severity;
};

const struct finding_info *finding_info(enum finding_code code);
const char *finding_severity_name(enum finding_severity severity);

/* False when there is no such code. */
bool finding_code_find(struct slice name, enum finding_code *code);

struct place { /* of a part of a rule */
    uint32_t file, sid;
    unsigned line, column, end_line, end_column, rule_line;
    uint64_t disabled; /* codes: bits 1 << enum finding_code */
};

/* Bytes of a file (or of a logical line, while a fix is being made) to be replaced. */
struct edit {
    size_t from, to;
    char *text;
    unsigned line, column, end_column; /* of the bytes replaced; of one physical line */
};

struct finding {
    enum finding_code code;
    enum finding_severity severity;              /* the code's, or what a project makes of it */
    uint32_t file;                               /* index into the check's files */
    unsigned line, column, end_line, end_column; /* from 1; the end is the column after the last */
    unsigned rule_line;                          /* where the rule begins */
    uint32_t sid;                                /* 0 when it could not be told */
    char *message, *hint;                        /* the hint may be NULL */
    struct edit *edits;                          /* the fix; in the order of the file */
    uint32_t edit_count, edit_capacity;
};

struct findings {
    struct finding *list;
    uint32_t count, capacity;
};

/* Which codes count, and how much: what a project says (rule_project.h); all zero: as they are. */
struct finding_choice {
    uint64_t disabled, weighed;                    /* 1 << enum finding_code */
    uint64_t asked;                                /* those that are off by themselves (missing-metadata) */
    enum finding_severity severity[FINDING_CODES]; /* of those weighed */
};

/* Gives the finding its severity. False when it does not count. */
bool finding_choose(const struct finding_choice *choice, struct finding *finding);

/* Adds a copy of *finding, and takes over what it points to (on failure too). 0 or -ENOMEM. */
int findings_add(struct findings *findings, const struct finding *finding);

/* Adds a copy of its own, moved down by so many lines, and into that file. 0 or -ENOMEM. */
int findings_add_copy(struct findings *findings, const struct finding *finding, uint32_t file,
                      unsigned lines);

/* By file, line, column, code. */
void findings_sort(struct findings *findings);
void findings_fini(struct findings *findings);
void finding_fini(struct finding *finding);

/* Adds an edit. 0 or -ENOMEM. */
int finding_edit(struct finding *finding, size_t from, size_t to, const char *text);

#endif
