/*
 * What the alerts of two sides have in common, by rule: the same, gained, lost, changed, with the first
 * example of each; and whether the rule's text differs. Borrows from both sides, which must live as long. One
 * thread.
 */
#ifndef SLUICE_RULEWORK_ALERT_DIFF_H
#define SLUICE_RULEWORK_ALERT_DIFF_H

#include "base/buf.h"
#include "rulework/diff/diff_side.h"

enum text_state {               /* of a rule on the two sides */
                  TEXT_UNKNOWN, /* alerts of an EVE file */
                  TEXT_SAME,
                  TEXT_DIFFERS,
                  TEXT_ONLY_A,
                  TEXT_ONLY_B
};

struct alert_pair {
    const struct eve_alert *a, *b;
};

struct sid_diff {
    uint32_t gid, sid;
    const char *message; /* of side B, if it has one */
    enum text_state text;
    const struct rule_said *rule_a, *rule_b; /* NULL without */
    uint32_t same, gained, lost, changed;
    const struct eve_alert *first_gained, *first_lost; /* NULL: none */
    struct alert_pair first_changed;
};

struct alert_diff {
    const struct diff_side *a, *b;
    struct sid_diff *list; /* every rule that alerted or whose text differs, by gid and sid */
    uint32_t count, capacity;
    uint64_t same, gained, lost, changed; /* alerts */
};

/*
 * An alert is the same when rule, packet (or time) and ends are; it has changed when its action, message,
 * category or severity differ, or when it came with another packet of the same conversation. Sorts the sides'
 * alerts. 0 or -ENOMEM; alert_diff_fini either way.
 */
int alert_diff_make(struct alert_diff *out, struct diff_side *a, struct diff_side *b);
void alert_diff_fini(struct alert_diff *diff);

/* Whether the alerts differ. */
bool alert_diff_any(const struct alert_diff *diff);

/* For a person, and one JSON document. 0 or -ENOMEM. */
int alert_diff_text(const struct alert_diff *diff, struct buf *out);
int alert_diff_json(const struct alert_diff *diff, struct buf *out);

#endif
