/* The parts of `sluice pcap`, one file of cli/ each, and what they share. Prints; one thread. */
#ifndef SLUICE_CLI_PCAP_CLI_H
#define SLUICE_CLI_PCAP_CLI_H

#include "base/err.h"
#include "cli/parts.h"

enum pcap_exit { PCAP_DONE = 0, PCAP_NOTHING = 1, PCAP_USAGE = 2 };

extern const struct command_part pcap_part_make, pcap_part_cut;

/* "sluice: file:line:column: message" and the hint, to standard error; PCAP_USAGE. */
int pcap_error(const struct err *err);

/* What is wrong with the arguments, likewise. */
int pcap_usage(const char *part, const char *text);

#endif
