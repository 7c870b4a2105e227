#include "cli/summary.h"

#include <jansson.h>
#include <stdlib.h>

enum { RULES_SHOWN = 20, REASONS_SHOWN = 10, MESSAGE_SHOWN = 160 };

typedef unsigned long long count;

static double gigabits(const struct sluice_summary *s)
{
    return s->seconds > 0 ? (double)s->bytes * 8 / s->seconds / 1e9 : 0;
}

static const char *plural(count n)
{
    return n == 1 ? "" : "s";
}

/* Of a message as much as a line of text holds: a rule may have a megabyte of it. */
static void print_message(FILE *out, const char *message)
{
    char shown[MESSAGE_SHOWN + 1];
    size_t n = 0;
    for (; message[n] && n < MESSAGE_SHOWN; n++) {
        unsigned char c = (unsigned char)message[n];
        shown[n] = (char)(c < 0x20 || c == 0x7f ? '.' : c);
    }
    bool cut = message[n] != 0;
    if (cut) /* not inside a character of UTF-8 */
        while (n && ((unsigned char)message[n] & 0xc0) == 0x80)
            n--;
    fprintf(out, "%.*s%s\n", (int)n, shown, cut ? "..." : "");
}

static void print_rules(const struct report *r, const struct sluice_summary *s)
{
    for (size_t i = 0; i < s->by_rule_count && i < RULES_SHOWN; i++) {
        const struct sluice_rule_count *rule = &s->by_rule[i];
        fprintf(r->out, "  %8llu  %-9u ", (count)rule->alerts, rule->sid);
        print_message(r->out, rule->message);
    }
    if (s->by_rule_count > RULES_SHOWN)
        fprintf(r->out, "  ... and %zu more rules\n", s->by_rule_count - RULES_SHOWN);
}

/* The reasons of one kind, the most frequent first. */
static void print_reasons(const struct report *r, bool unsupported)
{
    size_t seen = 0, most = r->verbose ? SIZE_MAX : REASONS_SHOWN;
    for (size_t i = 0; i < r->refusals.reason_count; i++) {
        if (r->refusals.reasons[i].unsupported != unsupported || seen++ >= most)
            continue;
        fprintf(r->out, "  %8lu  ", r->refusals.reasons[i].count);
        print_message(r->out, r->refusals.reasons[i].text);
    }
    if (seen > most)
        fprintf(r->out, "  ... and %zu more reasons (--verbose shows all)\n", seen - most);
}

static void print_refused(struct report *r, const struct sluice_summary *s)
{
    uint32_t wrong = s->refused - s->unsupported;
    if (wrong) {
        fprintf(r->out, "%u rule%s refused:\n", wrong, plural(wrong));
        print_reasons(r, false);
    }
    if (s->unsupported) {
        fprintf(r->out, "%u rule%s left out, right but not supported yet:\n", s->unsupported,
                plural(s->unsupported));
        print_reasons(r, true);
    }
}

static double mebibytes(const struct sluice_summary *s)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < s->database_count; i++)
        bytes += s->databases[i].bytes;
    return (double)bytes / (1 << 20);
}

void summary_text(struct report *r, const struct sluice_summary *s)
{
    const char *bold = r->colour ? "\033[1m" : "", *plain = r->colour ? "\033[0m" : "";
    fprintf(r->out,
            "\n%s%llu alert%s%s of %zu rule%s in %llu packet%s, %llu bytes, %llu flow%s, %llu file%s\n", bold,
            (count)s->alerts, plural(s->alerts), plain, s->by_rule_count, plural(s->by_rule_count),
            (count)s->packets, plural(s->packets), (count)s->bytes, (count)s->flows, plural(s->flows),
            (count)s->files, plural(s->files));
    print_rules(r, s);
    fprintf(
        r->out,
        "%u rule%s loaded in %.2f s (%zu pattern database%s, %.1f MiB); replayed in %.2f s, %.2f Gbit/s\n",
        s->rules, plural(s->rules), s->load_seconds, s->database_count, plural(s->database_count),
        mebibytes(s), s->seconds, gigabits(s));
    if (s->refused)
        print_refused(r, s);
    if (s->warnings)
        fprintf(r->out, "%llu warning%s\n", (count)s->warnings, plural(s->warnings));
    if (s->interrupted)
        fputs("interrupted: the captures were not read to their end\n", r->out);
}

static void put_uint(json_t *object, const char *key, uint64_t value)
{
    json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* Messages that are not UTF-8 are left out: the sid is there. */
static json_t *rules_json(const struct sluice_summary *s)
{
    json_t *rules = json_array();
    for (size_t i = 0; i < s->by_rule_count; i++) {
        const struct sluice_rule_count *rule = &s->by_rule[i];
        json_t *entry = json_object();
        put_uint(entry, "gid", rule->gid);
        put_uint(entry, "sid", rule->sid);
        json_object_set_new(entry, "msg", json_string(rule->message));
        put_uint(entry, "alerts", rule->alerts);
        json_array_append_new(rules, entry);
    }
    return rules;
}

static json_t *databases_json(const struct sluice_summary *s)
{
    json_t *databases = json_array();
    for (size_t i = 0; i < s->database_count; i++) {
        json_t *entry = json_object();
        json_object_set_new(entry, "name", json_string(s->databases[i].name));
        put_uint(entry, "patterns", s->databases[i].patterns);
        put_uint(entry, "bytes", s->databases[i].bytes);
        json_object_set_new(entry, "cached", json_boolean(s->databases[i].cached));
        json_array_append_new(databases, entry);
    }
    return databases;
}

void summary_json(struct report *r, const struct sluice_summary *s)
{
    json_t *object = json_object(), *refused = json_array();
    put_uint(object, "files", s->files);
    put_uint(object, "packets", s->packets);
    put_uint(object, "bytes", s->bytes);
    put_uint(object, "flows", s->flows);
    put_uint(object, "alerts", s->alerts);
    put_uint(object, "warnings", s->warnings);
    put_uint(object, "rules", s->rules);
    put_uint(object, "rules_refused", s->refused);
    put_uint(object, "rules_unsupported", s->unsupported);
    json_object_set_new(object, "load_seconds", json_real(s->load_seconds));
    json_object_set_new(object, "seconds", json_real(s->seconds));
    json_object_set_new(object, "gbit_per_second", json_real(gigabits(s)));
    json_object_set_new(object, "interrupted", json_boolean(s->interrupted));
    json_object_set_new(object, "alerts_by_rule", rules_json(s));
    for (size_t i = 0; i < r->refusals.reason_count; i++) {
        json_t *entry = json_object();
        json_object_set_new(entry, "reason", json_string(r->refusals.reasons[i].text));
        put_uint(entry, "rules", r->refusals.reasons[i].count);
        json_object_set_new(entry, "unsupported", json_boolean(r->refusals.reasons[i].unsupported));
        json_array_append_new(refused, entry);
    }
    json_object_set_new(object, "refused_reasons", refused);
    json_object_set_new(object, "databases", databases_json(s));
    json_dumpf(object, r->out, JSON_COMPACT | JSON_REAL_PRECISION(6));
    fputc('\n', r->out);
    json_decref(object);
}
