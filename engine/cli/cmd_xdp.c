/* sluice xdp: the kernel's side by hand, without the daemon. */
#include "cli/command.h"
#include "cli/xdp_cli.h"

static const struct command_part *const list[] = {&xdp_attach_part,   &xdp_detach_part, &xdp_status_part,
                                                  &xdp_steering_part, &xdp_blocks_part, &xdp_count_part};

static const struct parts parts = {
    .command = "xdp",
    .about =
        "Loads the XDP program, says which traffic it selects and what it blocks, and shows what it counts; "
        "no\ndaemon is needed. What is attached stays until it is detached. Needs root, or CAP_BPF, "
        "CAP_NET_ADMIN and\nCAP_PERFMON.",
    .ending = "exit: 0 done; 1 failed; 2 usage",
    .list = list,
    .count = sizeof list / sizeof list[0],
};

void cmd_xdp_help(void)
{
    parts_help(&parts);
}

int cmd_xdp(int argc, char **argv)
{
    return parts_run(&parts, argc, argv);
}
