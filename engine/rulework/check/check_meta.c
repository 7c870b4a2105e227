/* What every rule should say of itself. */
#include "rule/rule.h"
#include "rulework/check/check_rule.h"

void check_meta(struct checking *c)
{
    const struct rule *rule = c->rule;
    const struct option *sid = option_named(c, 0, "sid");
    struct slice at = sid ? option_whole(sid) : c->text.fields[FIELD_ACTION];
    bool alerts = !(rule->flags & RULE_NOALERT) && rule->header.action != ACTION_PASS &&
                  rule->header.action != ACTION_CONFIG;
    if (!option_named(c, 0, "rev") && sid) {
        struct finding *finding =
            check_report(c, FINDING_MISSING_REV, at, "sid %u has no rev: expected rev:1;", rule->sid);
        check_hint(c, finding, "a later version of a rule replaces an earlier one by its higher rev");
        struct slice whole = option_taken_out(c, sid);
        check_fix(c, finding, slice_of(whole.p + whole.n, 0), " rev:1;");
        check_fix_done(c, finding, false);
    }
    if (alerts && !option_named(c, 0, "msg"))
        check_report(c, FINDING_MISSING_MSG, at, "sid %u has no msg: its alerts will say nothing", rule->sid);
    if (alerts && !option_named(c, 0, "classtype")) {
        struct finding *finding = check_report(
            c, FINDING_MISSING_CLASSTYPE, at, "sid %u has no classtype: its alerts have no category%s",
            rule->sid, option_named(c, 0, "priority") ? "" : ", and priority 3");
        check_hint(c, finding, "for example classtype:trojan-activity;");
    }
    if (alerts && c->asked >> FINDING_MISSING_METADATA & 1 && !rule->metadata_count)
        check_report(c, FINDING_MISSING_METADATA, at, "sid %u has no metadata", rule->sid);
}
