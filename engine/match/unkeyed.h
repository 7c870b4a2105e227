/*
 * The rules of a group without a literal: those that a packet may match are found by what they have in common
 * with it, a bit a rule, and only these are looked at one by one.
 *
 * A row has a bit for each rule. There is one for each combination of the six TCP flags that matter most, one
 * for each protocol of a flow, and some for payloads' sizes, the IP protocol and ports that no rule names:
 * what all of a packet's rows have is left. Made by group.c; const then.
 */
#ifndef SLUICE_MATCH_UNKEYED_H
#define SLUICE_MATCH_UNKEYED_H

#include <stdbool.h>
#include <stdint.h>

#include "match/candidates.h"

struct port_set;
struct view;

struct unkeyed_rule { /* what a packet must have to be worth a look */
    uint32_t rule;
    const struct port_set *server_ports; /* NULL: no demand */
    uint64_t apps;                       /* 1 << enum app_proto of its flow; 0: no demand */
    uint32_t payload_min, payload_max;
    uint32_t hint_layers; /* one of these as well; 0: no demand */
    uint16_t layers;
    int16_t ip_protocol;
    uint8_t tcp_set, tcp_clear;
    bool payload; /* a payload, or a chunk of the stream */
};

struct unkeyed {
    struct unkeyed_rule *rules;
    uint32_t count, capacity, words; /* of a row */
    uint64_t *rows;                  /* unkeyed.c says which */
    uint64_t *ports;                 /* 65,536 bits: ports that some rule names; NULL: none does */
};

/* 0 or -ENOMEM. */
int unkeyed_add(struct unkeyed *unkeyed, const struct unkeyed_rule *rule);
int unkeyed_ready(struct unkeyed *unkeyed); /* all are added */
void unkeyed_free(struct unkeyed *unkeyed);

/* Adds those that may match. `port`: the server's; `payload`: there is one, or a chunk of the stream. */
void unkeyed_find(const struct unkeyed *unkeyed, const struct view *view, uint16_t port, bool payload,
                  enum candidate_view as, struct candidates *candidates);

#endif
