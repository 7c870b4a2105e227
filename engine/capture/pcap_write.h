/* Writes frames as a capture file: classic pcap, with nanoseconds, through libpcap. No state; any thread. */
#ifndef SLUICE_CAPTURE_PCAP_WRITE_H
#define SLUICE_CAPTURE_PCAP_WRITE_H

#include <stdbool.h>

#include "base/err.h"
#include "packet/frame.h"

/*
 * To the file, or to standard output ("-"). Microseconds unless `nanoseconds`. All frames have the link type
 * of the first (Ethernet without any). 0, or a negative errno with *err; a file that could not be written is
 * removed.
 */
int pcap_write(const char *path, const struct frame *frames, size_t count, bool nanoseconds, struct err *err);

#endif
