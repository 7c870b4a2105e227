/* sluice pcap: captures made from text, and pieces of captures. */
#include "cli/command.h"
#include "cli/pcap_cli.h"

static const struct command_part *const list[] = {&pcap_part_make, &pcap_part_cut};

static const struct parts parts = {
    .command = "pcap",
    .about = "Makes captures from flows that are written as text, and cuts what matters out of larger ones.",
    .ending =
        "exit: 0 done; 1 there is\nnothing of what was asked for; 2 usage, or a file that cannot be read or "
        "written",
    .list = list,
    .count = sizeof list / sizeof list[0],
};

void cmd_pcap_help(void)
{
    parts_help(&parts);
}

int cmd_pcap(int argc, char **argv)
{
    return parts_run(&parts, argc, argv);
}
