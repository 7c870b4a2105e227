#include "cli/xdp_cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

const char *xdp_option(const struct parsed *parsed, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < parsed->count; i++)
        if (parsed->list[i].spec && strcmp(parsed->list[i].spec->name, name) == 0)
            value = parsed->list[i].value ? parsed->list[i].value : "";
    return value;
}

const char *xdp_argument(const struct parsed *parsed, unsigned n)
{
    for (size_t i = 0; i < parsed->count; i++)
        if (!parsed->list[i].spec && n-- == 0)
            return parsed->list[i].value;
    return NULL;
}

unsigned xdp_argument_count(const struct parsed *parsed)
{
    unsigned n = 0;
    for (size_t i = 0; i < parsed->count; i++)
        n += !parsed->list[i].spec;
    return n;
}

/* 1: applied, 0: not an option of steering, or a negative errno. */
static int apply_one(const struct parsed_option *o, struct steering *s, bool add, struct err *err)
{
    const char *name = o->spec ? o->spec->name : "";
    int result;
    if (strcmp(name, "tcp") == 0)
        result = steering_ports(s, STEERING_TCP, o->value, add, err);
    else if (strcmp(name, "udp") == 0)
        result = steering_ports(s, STEERING_UDP, o->value, add, err);
    else if (strcmp(name, "protocols") == 0)
        result = steering_protocols(s, o->value, add, err);
    else if (strcmp(name, "include") == 0 || strcmp(name, "exclude") == 0)
        result = add ? steering_prefix_add(s, o->value, name[0] == 'i', err)
                     : steering_prefix_remove(s, o->value, err);
    else
        return 0;
    return result ? result : 1;
}

int xdp_apply_steering(const struct parsed *parsed, struct steering *s, bool add, bool *any)
{
    *any = false;
    for (size_t i = 0; i < parsed->count; i++) {
        struct err err = {0};
        int result = apply_one(&parsed->list[i], s, add, &err);
        if (result < 0) {
            xdp_error(&err);
            return result == -EINVAL ? EXIT_USAGE : EXIT_FAILED;
        }
        *any = *any || result;
    }
    return 0;
}

void xdp_print_steering(const struct steering *s, const char *indent)
{
    struct buf text = {0};
    for (unsigned t = 0; t < 2; t++) {
        buf_clear(&text);
        if (steering_print_ports(s, t, &text) == 0)
            printf("%s%s %.*s\n", indent, t == STEERING_TCP ? "tcp      " : "udp      ", (int)text.n,
                   (char *)text.p);
    }
    buf_clear(&text);
    if (steering_print_protocols(s, &text) == 0)
        printf("%sprotocols %.*s\n", indent, (int)text.n, (char *)text.p);
    buf_fini(&text);
    for (unsigned i = 0; i < s->prefix_count; i++) {
        char prefix[PREFIX_TEXT];
        prefix_print(&s->prefixes[i].prefix, prefix);
        printf("%s%s   %s\n", indent, s->prefixes[i].include ? "include" : "exclude", prefix);
    }
}

int xdp_print_json(json_t *object)
{
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (!text) {
        fputs("sluice: out of memory\n", stderr);
        return EXIT_FAILED;
    }
    puts(text);
    fflush(stdout);
    free(text);
    return EXIT_RAN;
}

int xdp_error(const struct err *err)
{
    fprintf(stderr, "sluice: %s\n", err->message);
    if (err->hint[0])
        fprintf(stderr, "        %s\n", err->hint);
    return EXIT_FAILED;
}

int xdp_usage(const char *part, const char *text)
{
    fprintf(stderr, "sluice: %s\n\"sluice xdp %s --help\" explains the options\n", text, part);
    return EXIT_USAGE;
}

const char *xdp_amount(unsigned long long n, char text[XDP_AMOUNT])
{
    static const char units[] = " kMGTPE";
    double value = (double)n;
    unsigned unit = 0;
    while (value >= 999.5 && unit < 6) {
        value /= 1000;
        unit++;
    }
    if (unit == 0)
        snprintf(text, XDP_AMOUNT, "%llu", n);
    else
        snprintf(text, XDP_AMOUNT, value < 9.95 ? "%.1f %c" : "%.0f %c", value, units[unit]);
    return text;
}
