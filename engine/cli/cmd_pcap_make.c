/* sluice pcap make: a capture from flows written as text. */
#include <stdio.h>
#include <string.h>

#include "capture/pcap_write.h"
#include "cli/pcap_cli.h"
#include "craft/flows_yaml.h"
#include "craft/make.h"

static const struct option_spec specs[] = {
    {"output", 'o', "FILE", "the capture (-: standard output)", NULL, NULL},
    {"microseconds", 0, NULL, "times in microseconds, for old readers (nanoseconds)", NULL, NULL},
    {"help", 'h', NULL, "this text", NULL, NULL},
    {0},
};

struct wish {
    const char *flows, *output;
    bool microseconds;
};

static bool take(struct wish *wish, const struct parsed *parsed)
{
    for (size_t i = 0; i < parsed->count; i++) {
        const struct parsed_option *o = &parsed->list[i];
        if (!o->spec && wish->flows)
            return false;
        if (!o->spec)
            wish->flows = o->value;
        else if (o->spec->letter == 'o')
            wish->output = o->value;
        else
            wish->microseconds = true;
    }
    return wish->flows && wish->output;
}

static int make(const struct wish *wish)
{
    struct err err = {0};
    struct flows flows;
    struct craft_frames frames = {0};
    int rc = flows_read(&flows, wish->flows, &err);
    if (!rc)
        rc = craft_make(flows.list, flows.count, flows.start_ns, &frames, &err);
    if (!rc)
        rc = pcap_write(wish->output, frames.list, frames.count, !wish->microseconds, &err);
    craft_frames_fini(&frames);
    flows_fini(&flows);
    return rc ? pcap_error(&err) : PCAP_DONE;
}

static int run(const struct parsed *parsed)
{
    struct wish wish = {0};
    if (!take(&wish, parsed))
        return pcap_usage("make", "it needs one file of flows, and -o FILE");
    return make(&wish);
}

const struct command_part pcap_part_make = {
    .name = "make",
    .usage = "make FLOWS.yaml -o X.pcap [OPTIONS]",
    .summary = "makes a capture from flows written as text",
    .more =
        "docs/flows.md describes the text: who speaks, what is said, and how it is cut into packets, with\n"
        "helpers for HTTP, DNS and TLS. The same text makes the same bytes.",
    .specs = specs,
    .run = run,
};
