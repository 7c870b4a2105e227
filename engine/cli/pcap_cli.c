#include "cli/pcap_cli.h"

#include <stdio.h>

int pcap_error(const struct err *err)
{
    fputs("sluice: ", stderr);
    if (err->file[0] && err->line)
        fprintf(stderr, "%s:%u:%u: ", err->file, err->line, err->column);
    else if (err->file[0])
        fprintf(stderr, "%s: ", err->file);
    fprintf(stderr, "%s\n", err->message);
    if (err->hint[0])
        fprintf(stderr, "  %s\n", err->hint);
    return PCAP_USAGE;
}

int pcap_usage(const char *part, const char *text)
{
    fprintf(stderr, "sluice: %s\n\"sluice pcap %s --help\" explains the options\n", text, part);
    return PCAP_USAGE;
}
