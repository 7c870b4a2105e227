#include "cli/rule_cli.h"

#include <stdio.h>

const char *rule_option(const struct parsed *parsed, const char *name)
{
    for (size_t i = parsed->count; i-- > 0;) {
        const struct parsed_option *o = &parsed->list[i];
        if (o->spec && strcmp(o->spec->name, name) == 0)
            return o->value ? o->value : "";
    }
    return NULL;
}

const char *rule_argument(const struct parsed *parsed, size_t n)
{
    for (size_t i = 0; i < parsed->count; i++)
        if (!parsed->list[i].spec && n-- == 0)
            return parsed->list[i].value;
    return NULL;
}

int rule_usage(const char *part, const char *text)
{
    fprintf(stderr, "sluice: %s\n\"sluice rule %s --help\" explains the options\n", text, part);
    return RULE_USAGE;
}

int rule_print_out(int rc, struct buf *out, int code)
{
    if (rc)
        fputs("sluice: out of memory\n", stderr);
    else if (out->n)
        fwrite(out->p, 1, out->n, stdout);
    buf_fini(out);
    return rc ? RULE_USAGE : code;
}
