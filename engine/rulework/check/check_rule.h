/*
 * What the checks of one rule share: the rule as text and as parsed, where it stands, how to report. For
 * rulework, and for those who check rule by rule (the language server). One thread.
 */
#ifndef SLUICE_RULEWORK_CHECK_RULE_H
#define SLUICE_RULEWORK_CHECK_RULE_H

#include "rule/lexer.h"
#include "rulework/finding.h"

struct line_reader;
struct rule_refusal;
struct set_cache;
struct source;
struct traits;

struct checking {
    struct findings *findings;
    const struct rule_context *context;
    struct set_cache *sets;
    const struct source *source;
    const struct line_reader *lines;
    struct rule_text text;
    const struct rule *rule; /* NULL: refused */
    struct place place;      /* of the rule's first line */
    uint64_t asked;          /* codes that are only for those who ask (missing-metadata): bits as above */
    bool failed;             /* memory was short */
};

/*
 * Checks one rule: `line` is the logical line that c->lines has read last, c->place where it begins. *traits
 * is set when it is accepted; the caller calls traits_fini, and rule_text_fini for c->text, in either case. 0
 * or -ENOMEM.
 */
int check_line(struct checking *c, struct slice line, struct traits *traits);

/* What is wrong with the comments of a file. 0 or -ENOMEM. */
int check_comments(const struct source *source, uint32_t file, struct findings *findings);

/* Where a part of the rule's text stands in its file. */
struct place check_place(const struct checking *c, struct slice part);

/*
 * Reports; NULL when that code is disabled there, or memory is short. The finding is good until the next one
 * is reported.
 */
struct finding *check_report(struct checking *c, enum finding_code code, struct slice part,
                             const char *format, ...) __attribute__((format(printf, 4, 5)));
struct finding *check_report_at(struct findings *findings, bool *failed, const struct place *place,
                                enum finding_code code, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void check_hint(struct checking *c, struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds to the fix: `part` of the rule's text becomes `text`. An empty part inserts. */
void check_fix(struct checking *c, struct finding *finding, struct slice part, const char *text);

/*
 * Keeps the fix if the mended text is a rule (the same one as before, when `same`), else takes it back; at
 * the end its places are those in the file.
 */
void check_fix_done(struct checking *c, struct finding *finding, bool same);

struct step;
/* The option that has made the step; the action, if none has. */
struct slice check_step_part(const struct checking *c, const struct step *step);

/* The option as a whole, name and value; and with its semicolon and the blanks before it. */
struct slice option_whole(const struct option *option);
struct slice option_taken_out(const struct checking *c, const struct option *option);

/* The first option of that name from `from` on; NULL when there is none. */
const struct option *option_named(const struct checking *c, uint32_t from, const char *name);

/* The checks. */
void check_refused(struct checking *c, const struct rule_refusal *refusal);
void check_meta(struct checking *c);
void check_lengths(struct checking *c);
void check_contradictions(struct checking *c);
void check_protocol(struct checking *c);
void check_pattern(struct checking *c);
void check_backtracking(struct checking *c);
void check_forms(struct checking *c);
void check_state(struct checking *c);

#endif
