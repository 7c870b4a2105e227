/* ip_proto: by number or name, with !, < and >. For the table of ip.c; any thread. */
#ifndef SLUICE_RULE_KEYWORD_IP_PROTO_H
#define SLUICE_RULE_KEYWORD_IP_PROTO_H

#include "rule/keyword.h"

int parse_ip_proto(struct rule_builder *b, const struct option *option, struct err *err);

#endif
