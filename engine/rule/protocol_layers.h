#ifndef SLUICE_RULE_PROTOCOL_LAYERS_H
#define SLUICE_RULE_PROTOCOL_LAYERS_H

#include <stdint.h>

#include "rule/header.h"

/* Which layers (LAYER_*) the packets of a rule's protocol have: one of them at least; 0: any. */
uint32_t protocol_layers(enum rule_protocol protocol);

#endif
