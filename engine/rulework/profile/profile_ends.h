/* Where the evaluations of a rule ended, in words. The list owns its text. One thread. */
#ifndef SLUICE_RULEWORK_PROFILE_ENDS_H
#define SLUICE_RULEWORK_PROFILE_ENDS_H

#include "base/buf.h"
#include "match/profile.h"

struct profile_ending {
    struct buf text;    /* the option; or what else it was */
    const char *where;  /* the buffer that the option looks into; "header", "flow", "packet", "state"; "" */
    const char *answer; /* "failed", "matched", "waits" or "settled" */
    bool failed;
    uint32_t place; /* in the order in which it is asked, which decides between equals */
    struct profile_sum sum;
};

struct profile_endings {
    struct profile_ending *list; /* the most frequent first */
    uint32_t count;
};

/* 0 or -ENOMEM; call profile_endings_fini either way. */
int profile_endings_of(const struct rule_profile *p, struct profile_endings *out);
void profile_endings_fini(struct profile_endings *endings);

/* The failure that was most frequent, or NULL. */
const struct profile_ending *profile_first_failure(const struct profile_endings *endings);

#endif
