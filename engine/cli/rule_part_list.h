/* The parts of `sluice rule`, one file of cli/ each: RULE_PART(NAME), a struct rule_part of that name. */
/* clang-format off */
RULE_PART(check)
RULE_PART(search)
RULE_PART(fmt)
RULE_PART(keywords)
RULE_PART(explain)
RULE_PART(profile)
RULE_PART(diff)
RULE_PART(example)
RULE_PART(test)
/* clang-format on */
