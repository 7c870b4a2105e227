/*
 * What a check can find: FINDING(ID, "code", SEVERITY, "what it is about"). Each has a page of its own,
 * docs/rules/CODE.md. At most 64.
 */
/* clang-format off */
FINDING(REFUSED,            "refused",             ERROR,   "the engine does not accept the rule")
FINDING(UNKNOWN_KEYWORD,    "unknown-keyword",     ERROR,   "there is no keyword of that name")
FINDING(UNDEFINED_VARIABLE, "undefined-variable",  ERROR,   "a variable of the header has no value")
FINDING(VARIABLE_ORDER,     "variable-order",      ERROR,   "a variable of byte_extract or byte_math is read before it is set")
FINDING(DIRECTION_CONFLICT, "direction-conflict",  ERROR,   "the buffers never occur in the direction that the rule looks at")
FINDING(WRONG_PROTOCOL,     "wrong-protocol",      ERROR,   "the rule's protocol never has what it looks at")
FINDING(NEVER_MATCHES,      "never-matches",       ERROR,   "its options contradict each other")
FINDING(DUPLICATE_SID,      "duplicate-sid",       ERROR,   "another rule has the same sid")
FINDING(NOT_SUPPORTED,      "not-supported",       WARNING, "the rule is right, but needs what this engine does not have")
FINDING(LEFT_OUT,           "left-out",            NOTE,    "the rule asks for another engine, or for an event that no longer exists")
FINDING(DUPLICATE_RULE,     "duplicate-rule",      WARNING, "another rule matches the very same packets")
FINDING(MISSING_MSG,        "missing-msg",         WARNING, "an alert without a message")
FINDING(MISSING_REV,        "missing-rev",         WARNING, "a rule without a revision")
FINDING(MISSING_CLASSTYPE,  "missing-classtype",   NOTE,    "an alert without a class")
FINDING(MISSING_METADATA,   "missing-metadata",    NOTE,    "a rule without metadata; only where the project asks for it")
FINDING(STATE_ORDER,        "state-order",         NOTE,    "a mark is changed and asked for, as if the order mattered")
FINDING(NO_FAST_PATTERN,    "no-fast-pattern",     WARNING, "no content that the prefilter can look for")
FINDING(WEAK_FAST_PATTERN,  "weak-fast-pattern",   NOTE,    "the prefilter looks for something that is found nearly everywhere")
FINDING(PCRE_ALONE,         "pcre-without-content", WARNING, "a regular expression that no content guards")
FINDING(CATASTROPHIC_PCRE,  "catastrophic-pcre",   WARNING, "a regular expression that a sender can make backtrack without end")
FINDING(BIT_NEVER_SET,      "flowbit-never-set",   WARNING, "a mark is asked for that no rule sets")
FINDING(BIT_NEVER_READ,     "flowbit-never-read",  NOTE,    "a mark is set that no rule asks for")
FINDING(DEPRECATED_FORM,    "deprecated-form",     NOTE,    "an older form, for which there is a newer one")
FINDING(UNKNOWN_CODE,       "unknown-code",        WARNING, "a comment disables a code that does not exist")
/* clang-format on */
