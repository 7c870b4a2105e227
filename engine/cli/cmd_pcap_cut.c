/* sluice pcap cut: packets of a flow, of an alert, or by number, out of captures. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/pcap_write.h"
#include "cli/pcap_cli.h"
#include "cli/rule_run.h"
#include "rulework/cut.h"

static const struct option_spec specs[] = {
    {"output", 'o', "FILE", "the capture (-: standard output)", NULL, NULL},
    {"flow-id", 0, "N", "the flow with this flow_id of EVE", NULL, NULL},
    {"community-id", 0, "ID", "the flow with this community id", NULL, NULL},
    {"ends", 0, "A,B", "what passes between two ends: 10.0.0.1:40000,[2001:db8::1]:80; 10.0.0.1,:53", NULL,
     NULL},
    {"packets", 0, "A-B", "packets by number, from 1 (A: one; A-: to the end)", NULL, NULL},
    {"sid", 0, "N", "the flows in which this rule alerts; needs --rules", NULL, NULL},
    {"rules", 'r', "PATH", "a file or folder of rules (may be given again)", NULL, NULL},
    {"context", 0, "N", "with --sid: only so many packets of the flow before and after each alert", NULL,
     NULL},
    {"config", 0, "YAML", "settings and variables, in the shape of suricata.yaml", NULL, NULL},
    {"set", 0, "KEY=VALUE", "one setting, or a variable of rules", NULL, NULL},
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

enum { LIST_MOST = 256 };

struct wish {
    struct cut_config config;
    struct settings *settings;
    const char *captures[LIST_MOST], *rules[LIST_MOST], *output;
    unsigned choices; /* how many ways to choose were given */
};

/* "10.0.0.1:80", "10.0.0.1", "[::1]:80", ":80" */
static bool read_end(char *text, struct cut_end *end)
{
    char *port = strrchr(text, ':'), *close = strchr(text, ']');
    bool v6 = text[0] == '[';
    if (v6 ? !close || (close[1] && close[1] != ':') : port && strchr(text, ':') != port)
        return !v6 && address_parse(text, &end->address); /* IPv6 without brackets */
    port = v6 ? (close[1] ? close + 1 : NULL) : port;
    if (port) {
        char *rest;
        unsigned long n = strtoul(port + 1, &rest, 10);
        if (rest == port + 1 || *rest || n > UINT16_MAX)
            return false;
        end->port = (uint16_t)n;
        *port = 0;
    }
    if (v6)
        *close = 0;
    const char *host = text + v6;
    return !*host || address_parse(host, &end->address);
}

static bool read_ends(const char *value, struct cut_config *config)
{
    char text[256];
    int n = snprintf(text, sizeof text, "%s", value);
    char *comma = strchr(text, ',');
    if (n < 0 || (size_t)n >= sizeof text || !comma)
        return false;
    *comma = 0;
    config->has_ends = true;
    return read_end(text, &config->ends[0]) && read_end(comma + 1, &config->ends[1]);
}

static bool read_numbers(const char *value, struct cut_config *config)
{
    char *end;
    config->first = config->last = strtoull(value, &end, 10);
    if (end == value || !config->first || value[0] == '-')
        return false;
    if (*end == '-')
        config->last = end[1] ? strtoull(end + 1, &end, 10) : UINT64_MAX;
    return (!*end || config->last == UINT64_MAX) && config->last >= config->first;
}

static bool take_choice(struct wish *w, const char *name, const char *value)
{
    unsigned long n;
    w->choices++;
    if (strcmp(name, "flow-id") == 0 && options_number("flow-id", value, 1, UINT64_MAX >> 1, &n))
        return (w->config.flow_id = n) != 0;
    if (strcmp(name, "sid") == 0 && options_number("sid", value, 1, UINT32_MAX, &n))
        return (w->config.sid = (uint32_t)n) != 0;
    if (strcmp(name, "community-id") == 0)
        return (w->config.community = value) != NULL;
    if (strcmp(name, "ends") == 0)
        return read_ends(value, &w->config);
    return strcmp(name, "packets") == 0 && read_numbers(value, &w->config);
}

static bool take(struct wish *w, const struct parsed_option *o, struct err *err)
{
    unsigned long n;
    const char *name = o->spec ? o->spec->name : "";
    struct cut_config *c = &w->config;
    if (!o->spec)
        return c->capture_count < LIST_MOST && (w->captures[c->capture_count++] = o->value);
    if (strcmp(name, "rules") == 0)
        return c->rule_path_count < LIST_MOST && (w->rules[c->rule_path_count++] = o->value);
    if (strcmp(name, "output") == 0)
        return (w->output = o->value) != NULL;
    if (strcmp(name, "config") == 0)
        return settings_load(w->settings, o->value, err) == 0;
    if (strcmp(name, "set") == 0)
        return settings_assign(w->settings, o->value, err) == 0;
    if (strcmp(name, "context") == 0) {
        bool good = options_number("context", o->value, 0, CUT_PACKETS_MOST, &n);
        c->context = good ? (int64_t)n : -1;
        return good;
    }
    return take_choice(w, name, o->value);
}

static const char *what_is_missing(const struct wish *w)
{
    if (!w->output || !w->config.capture_count)
        return "it needs a capture, and -o FILE";
    if (w->choices != 1)
        return "it needs one of --flow-id, --community-id, --ends, --packets, --sid";
    if (w->config.sid && !w->config.rule_path_count)
        return "--sid needs --rules";
    return NULL;
}

static int cut(const struct wish *w)
{
    struct cut cut;
    struct err err = {0};
    int rc = cut_packets(&w->config, &cut, &err);
    if (!rc && cut.count)
        rc = pcap_write(w->output, cut.frames, cut.count, true, &err);
    int code = rc ? pcap_error(&err) : cut.count ? PCAP_DONE : PCAP_NOTHING;
    if (code == PCAP_NOTHING)
        fputs("sluice: there is no such packet; nothing was written\n", stderr);
    cut_fini(&cut);
    return code;
}

static int run(const struct parsed *parsed)
{
    struct wish w = {.config = {.context = -1}, .settings = settings_new()};
    struct log log = rule_run_log();
    struct err err = {0};
    int code = w.settings ? PCAP_DONE : pcap_usage("cut", "out of memory");
    for (size_t i = 0; i < parsed->count && code == PCAP_DONE; i++)
        if (!take(&w, &parsed->list[i], &err))
            code =
                err.message[0] ? pcap_error(&err) : pcap_usage("cut", "these arguments cannot be understood");
    const char *missing = code == PCAP_DONE ? what_is_missing(&w) : NULL;
    if (missing)
        code = pcap_usage("cut", missing);
    w.config.settings = w.settings;
    w.config.captures = w.captures;
    w.config.rule_paths = w.rules;
    w.config.log = &log;
    if (code == PCAP_DONE)
        code = cut(&w);
    settings_free(w.settings);
    return code;
}

const struct command_part pcap_part_cut = {
    .name = "cut",
    .usage = "cut CAPTURE... -o OUT.pcap (--flow-id N | --community-id ID | --ends A,B | --packets A-B | "
             "--sid N -r RULES)",
    .summary = "cuts a flow, the packets of a rule's alerts, or packets by number out of captures",
    .more = "Packets keep their times and bytes; what is in a tunnel is cut with it, and so are fragments "
            "between the\n"
            "same hosts. Exit: 0 done; 1 there is no such packet; 2 usage, or a file that cannot be read or "
            "written.",
    .specs = specs,
    .run = run,
};
