/* Names of IP protocols as EVE prints them: TCP, IPv6-ICMP, GRE, ... Values; nothing owned. */
#ifndef SLUICE_OUTPUT_PROTOCOL_NAME_H
#define SLUICE_OUTPUT_PROTOCOL_NAME_H

#include <stdint.h>

enum { PROTOCOL_TEXT = 4 };

/* The name, or the number written into `text` for what has none. */
const char *protocol_name(uint8_t protocol, char text[PROTOCOL_TEXT]);

#endif
