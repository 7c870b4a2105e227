/* The subcommands, one file of cli/ each: COMMAND(NAME, "what it does"). */
/* clang-format off */
COMMAND(replay,  "run captures through a ruleset and write the alerts")
COMMAND(help,    "explain a command")
COMMAND(version, "print the version")
/* clang-format on */
