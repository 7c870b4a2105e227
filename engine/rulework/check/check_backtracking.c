/* Regular expressions that a sender can make backtrack without end: the engine gives up, and the rule is
 * blind. */
#include <stdio.h>
#include <stdlib.h>

#include "rule/keyword/pcre_text.h"
#include "rule/rule.h"
#include "rulework/check/check_rule.h"
#include "rulework/regex/regex_attack.h"

enum { SHOWN = 24 };

/* The beginning of the subject, as it may stand on a terminal and in JSON. */
static void show(const struct regex_attack *attack, char text[4 * SHOWN + 4])
{
    size_t n = 0;
    for (size_t i = 0; i < attack->length && i < SHOWN; i++) {
        uint8_t byte = attack->subject[i];
        bool plain = byte >= ' ' && byte < 127 && byte != '"' && byte != '\\';
        n += (size_t)snprintf(text + n, 4 * SHOWN + 4 - n, plain ? "%c" : "\\x%02x", byte);
    }
    if (attack->length > SHOWN)
        snprintf(text + n, 4 * SHOWN + 4 - n, "...");
}

static void report(struct checking *c, const struct pcre_text *text, const struct regex_attack *attack)
{
    char subject[4 * SHOWN + 4];
    show(attack, subject);
    struct slice part = slice_of(text->pattern.p + attack->from, attack->to - attack->from);
    struct finding *finding = check_report(
        c, FINDING_CATASTROPHIC_PCRE, part,
        "backtracks without end: %zu bytes (\"%s\") take more than %d steps; the engine gives up long before "
        "that, and the rule does not match",
        attack->length, subject, REGEX_STEPS);
    check_hint(c, finding,
               "what is repeated here can be divided in many ways: make the parts differ, or the repetition "
               "possessive (*+, ++)");
}

static void check_option(struct checking *c, const struct option *option)
{
    struct pcre_text text;
    if (pcre_text_parse(option, &text, &(struct err){0}))
        return;
    struct regex_attack *attack = malloc(sizeof *attack);
    int rc = attack ? regex_attack_find(text.pattern, pcre_text_options(&text), attack) : -1;
    c->failed |= rc != 0;
    if (!rc && attack->found)
        report(c, &text, attack);
    free(attack);
}

void check_backtracking(struct checking *c)
{
    for (uint32_t i = 0; i < c->text.option_count; i++)
        if (text_equal(c->text.options[i].name, "pcre") && c->text.options[i].value.p)
            check_option(c, &c->text.options[i]);
}
