#include "rulework/option_words.h"

#include "rule/rule.h"

bool option_is_modifier(const char *name)
{
    static const char *const names[] = {"nocase",   "depth",        "offset",   "distance",  "within",
                                        "rawbytes", "fast_pattern", "endswith", "startswith"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static int put_option(struct buf *out, const char *before, const struct rule_option *option)
{
    return buf_printf(out, "%s%s%s%s", before, option->name, option->value ? ":" : "",
                      option->value ? option->value : "");
}

int option_words(const struct rule *rule, uint32_t option, struct buf *out)
{
    int rc = put_option(out, "", &rule->options[option]);
    for (uint32_t i = option + 1; !rc && i < rule->option_count && option_is_modifier(rule->options[i].name);
         i++)
        rc = put_option(out, "; ", &rule->options[i]);
    return rc;
}

const char *unfit_text(enum rule_fit fit)
{
    static const char *const texts[] = {
        [RULE_FITS] = "",
        [UNFIT_LAYERS] = "another protocol of the network or transport layer",
        [UNFIT_FLOW] = "no flow",
        [UNFIT_DIRECTION] = "the other direction (flow)",
        [UNFIT_ESTABLISHED] = "established or not, against what flow says",
        [UNFIT_NEWS] = "the application protocol did not become known with them",
        [UNFIT_FRAGMENT] = "fragments or not, against what flow says",
        [UNFIT_KIND] = "packets where the stream is asked for, or the other way round",
        [UNFIT_APP] = "another application protocol",
        [UNFIT_HOOK] = "not at the rule's hook",
        [UNFIT_ENDS] = "other addresses or ports",
        [UNFIT_TEST] = "a condition on the packet",
        [UNFIT_STATE] = "a condition on the flow's or a host's state",
    };
    return texts[fit];
}

int option_print(const struct option *option, struct buf *out)
{
    int rc = buf_append(out, option->name);
    if (!rc && option->value.p)
        rc = buf_append_byte(out, ':');
    if (!rc && option->value.p)
        rc = buf_append(out, option->value);
    return rc ? rc : buf_append_byte(out, ';');
}
