/* The subcommands, one file of cli/ each: COMMAND(NAME, "what it does", PARTS).
 * PARTS: whether it has parts of its own ("sluice xdp attach"), each with its own --help. */
/* clang-format off */
COMMAND(replay,  "run captures through a ruleset and write the alerts", false)
COMMAND(run,     "inspect live: copies of traffic, as a bridge, or the host's own (XDP, AF_XDP)", false)
COMMAND(ctl,     "ask and tell a run: status, stats, reload, blocks, steering", false)
COMMAND(xdp,     "steer, block and count traffic in the kernel (XDP), without the daemon", true)
COMMAND(rule,    "check, test, explain, profile, compare and find rules, make examples", true)
COMMAND(lsp,     "the language server for rule files: what an editor starts", false)
COMMAND(pcap,    "make captures from text, cut pieces out of captures", true)
COMMAND(help,    "explain a command", false)
COMMAND(version, "print the version", false)
/* clang-format on */
