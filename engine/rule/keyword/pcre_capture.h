/*
 * The groups of a pcre that are kept as variables: those that are named (?P<flow_NAME>...) or
 * (?P<pkt_NAME>...), and those that names behind its flags are for, in their order: /.../, flow:NAME,
 * pkt:NAME.
 */
#ifndef SLUICE_RULE_KEYWORD_PCRE_CAPTURE_H
#define SLUICE_RULE_KEYWORD_PCRE_CAPTURE_H

#include "rule/capture.h"
#include "rule/keyword/pcre_text.h"

struct pcre_captures {
    struct group_capture *list;
    uint32_t count;
};

/* `code` is a pcre2_code. 0, -EINVAL with *err, -ENOMEM; fini is due either way. */
int pcre_captures_read(struct pcre_captures *captures, const void *code, const struct pcre_text *text,
                       struct err *err);
void pcre_captures_fini(struct pcre_captures *captures);

/* Of a match whose groups lie in `subject` from ovector[2 * group] to ovector[2 * group + 1]. */
void pcre_captures_note(const struct pcre_captures *captures, struct captures *out, struct slice subject,
                        const size_t *ovector, uint32_t groups);

#endif
