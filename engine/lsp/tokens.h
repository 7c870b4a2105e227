/*
 * The parts of rules for colouring: semantic tokens as LSP 3.17 encodes them, five numbers each, relative to
 * the token before. One thread.
 */
#ifndef SLUICE_LSP_TOKENS_H
#define SLUICE_LSP_TOKENS_H

#include <jansson.h>

/* The types in their order: SemanticTokensLegend. */
json_t *tokens_legend(void);

enum { TOKENS_RULES_MOST = 4000 /* of a file of which all tokens are told; ranges are told of any */ };

#endif
