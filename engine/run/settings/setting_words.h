/*
 * Settings whose value is one of a few words, or a list of them. Their numbers are those of
 * xdp/shared.h, wrong_rules.h, sandbox.h and inspect/exception.h. Pure; any thread.
 */
#ifndef SLUICE_RUN_SETTING_WORDS_H
#define SLUICE_RUN_SETTING_WORDS_H

#include <stdbool.h>
#include <stdint.h>

enum word_setting { WORD_MODE, WORD_FAIL, WORD_ODD, WORD_WRONG, WORD_SANDBOX, WORD_EXCEPTION };

/* The number of the word; false when it is none of them. */
bool word_parse(enum word_setting setting, const char *value, uint8_t *out);
const char *word_name(enum word_setting setting, uint8_t number);
const char *word_expected(enum word_setting setting); /* "span, inline or host" */

/* "gre,vxlan", "none"; given again, others come to these. Bits of enum sluice_tunnel. */
bool tunnels_parse(const char *value, uint8_t *out);

#endif
