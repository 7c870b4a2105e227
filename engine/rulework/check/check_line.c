/* One rule by itself: the parser's answer, then all checks of what it accepts. */
#include <errno.h>

#include "rule/parser.h"
#include "rulework/check/check_rule.h"
#include "rulework/source.h"
#include "rulework/check/traits.h"

static void check_accepted(struct checking *c)
{
    check_meta(c);
    check_lengths(c);
    check_contradictions(c);
    check_protocol(c);
    check_pattern(c);
    check_backtracking(c);
    check_forms(c);
    check_state(c);
}

/* The rule as text stays even if it cannot be read to its end, so that places can be told. */
int check_line(struct checking *c, struct slice line, struct traits *traits)
{
    struct err err = {0};
    struct rule_refusal refusal = {0};
    struct rule *rule = NULL;
    rule_text_lex(line, &c->text, &(struct err){0});
    c->place.sid = rule_text_sid(&c->text);
    c->place.column = c->text.fields[FIELD_ACTION].p ? rule_text_column(&c->text, c->text.fields[0].p) : 1;
    int rc = rule_parse_cached(line, c->context, c->sets, &rule, &refusal, &err);
    c->rule = rule;
    if (rc && rc != -ENOMEM) {
        refusal.err = &err;
        check_refused(c, &refusal);
    } else if (!rc) {
        check_accepted(c);
        rc = traits_read(traits, c);
    }
    rule_free(rule);
    c->rule = NULL;
    return rc == -ENOMEM || c->failed ? -ENOMEM : 0;
}

int check_comments(const struct source *source, uint32_t file, struct findings *findings)
{
    bool failed = false;
    for (uint32_t i = 0; i < source->comment_count; i++) {
        const struct source_comment *comment = &source->comments[i];
        struct place place = {.file = file,
                              .line = comment->line,
                              .column = comment->column,
                              .end_line = comment->line,
                              .end_column = comment->end_column,
                              .rule_line = comment->line};
        if (comment->unknown)
            check_report_at(findings, &failed, &place, FINDING_UNKNOWN_CODE, "there is no code \"%.60s\"",
                            comment->unknown);
    }
    return failed ? -ENOMEM : 0;
}
