/* sluice rule: what an author of rules works with. */
#include "cli/command.h"
#include "cli/rule_cli.h"

static const struct command_part *const list[] = {
#define RULE_PART(name) &rule_part_##name,
#include "cli/rule_part_list.h"
#undef RULE_PART
};

static const struct parts parts = {
    .command = "rule",
    .about =
        "Writes, checks and looks up rules, with the parser and the tables of the engine that runs them.",
    .ending =
        "exit: 0 clean; 1 something was found (or nothing, when it\nwas sought); 2 usage, or a file that "
        "cannot be read or written",
    .list = list,
    .count = sizeof list / sizeof list[0],
};

void cmd_rule_help(void)
{
    parts_help(&parts);
}

int cmd_rule(int argc, char **argv)
{
    return parts_run(&parts, argc, argv);
}
