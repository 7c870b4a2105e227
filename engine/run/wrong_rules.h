/* run.wrong-rules of the settings (rules.h carries it out, setting_words.c has its words). */
#ifndef SLUICE_RUN_WRONG_RULES_H
#define SLUICE_RUN_WRONG_RULES_H

/* What becomes of a set in which rules are wrong; those that need what is not built yet are just left out. */
enum wrong_rules {
    WRONG_KEEP,   /* as WRONG_SKIP, unless it would replace a set in which fewer are wrong */
    WRONG_SKIP,   /* it is taken without them */
    WRONG_REFUSE, /* it is not taken: no start, and the set in use is kept */
};

#endif
