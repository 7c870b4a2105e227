/* The ids of app_proto_list.h, and their names. Constants only. */
#ifndef SLUICE_BASE_APP_PROTO_H
#define SLUICE_BASE_APP_PROTO_H

#include "base/slice.h"

enum __attribute__((packed)) app_proto {              /* a byte: each flow has several */
                                         APP_UNKNOWN, /* not detected (yet) */
                                         APP_FAILED,  /* detection has given up */
#define APP_PROTO(id, name, over) APP_##id,
#include "base/app_proto_list.h"
#undef APP_PROTO
                                         APP_PROTO_COUNT
};

/* "unknown", "failed" or the name of the list. */
const char *app_proto_name(enum app_proto proto);

/* By name, case-sensitive as in Suricata; APP_UNKNOWN for a name that is not in the list. */
enum app_proto app_proto_by_name(struct slice name);

/* Whether its parser is part of this build, or it needs none: rules about another are refused with that
 * reason. */
bool app_parser_built(enum app_proto proto);

/* The protocols that a name means, as bits 1 << enum app_proto: "http" is both versions. */
uint64_t app_proto_named(enum app_proto proto);

/* The flows that a rule about that name covers: DNS over HTTPS is HTTP/2, and DNS, too; SMB carries DCE/RPC.
 */
uint64_t app_proto_bits(enum app_proto proto);

/*
 * As in Suricata's stock configuration these are neither told nor parsed unless a setting says so: bits
 * 1 << enum app_proto.
 */
#define APP_PROTOS_OFF                                                               \
    (UINT64_C(1) << APP_MODBUS | UINT64_C(1) << APP_DNP3 | UINT64_C(1) << APP_ENIP | \
     UINT64_C(1) << APP_PGSQL | UINT64_C(1) << APP_LLMNR)

bool app_proto_over_tcp(enum app_proto proto);
bool app_proto_over_udp(enum app_proto proto);

#endif
