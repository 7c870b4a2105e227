/*
 * What EVE calls the numbers of IKE: Suricata's words. All return constants, NULL for a number without a
 * name; any thread. Internal to output/eve_ike*.c.
 */
#ifndef SLUICE_OUTPUT_EVE_IKE_NAME_H
#define SLUICE_OUTPUT_EVE_IKE_NAME_H

#include <stdint.h>

const char *ike1_payload_name(uint8_t type);
const char *ike1_value_name(uint16_t attribute, uint32_t value);

const char *ike2_payload_name(uint8_t type);
const char *ike2_transform_name(uint8_t type, uint16_t id); /* enum ike2_transform */
const char *ike2_notify_name(uint16_t type);

#endif
