/*
 * The keywords ipv4-csum, tcpv4-csum, ... : valid or invalid, computed when a rule asks, whatever the decoder
 * was told to validate. Parse functions for the table of ip.c; any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_CHECKSUM_H
#define SLUICE_RULE_KEYWORD_CHECKSUM_H

#include "rule/keyword.h"

int parse_ipv4_checksum(struct rule_builder *b, const struct option *option, struct err *err);
int parse_tcpv4_checksum(struct rule_builder *b, const struct option *option, struct err *err);
int parse_tcpv6_checksum(struct rule_builder *b, const struct option *option, struct err *err);
int parse_udpv4_checksum(struct rule_builder *b, const struct option *option, struct err *err);
int parse_udpv6_checksum(struct rule_builder *b, const struct option *option, struct err *err);
int parse_icmpv4_checksum(struct rule_builder *b, const struct option *option, struct err *err);
int parse_icmpv6_checksum(struct rule_builder *b, const struct option *option, struct err *err);

#endif
