/*
 * A number in the buffer, as byte_test, byte_jump, byte_extract and byte_math read it: where it lies, how
 * many bytes it has, and whether they are binary or digits. Const once parsed.
 */
#ifndef SLUICE_RULE_KEYWORD_BYTE_SOURCE_H
#define SLUICE_RULE_KEYWORD_BYTE_SOURCE_H

#include "rule/keyword.h"

struct byte_source {
    int32_t count;  /* bytes, or the index of a variable */
    int32_t offset; /* bytes from the start of the buffer or the last match, or the index of a variable */
    bool count_is_variable, offset_is_variable;
    bool relative, little, string;
    bool dce;         /* the least byte first or last, as the buffer's bytes have it */
    bool endian;      /* big or little was asked for */
    uint8_t base;     /* of digits; 0: not given (decimal) */
    uint32_t bitmask; /* 0: none. The result is shifted right by the mask's trailing zeros */
};

/* Values at run time: what was written, or the low 32 bits of a variable's value, signed. */
int64_t byte_value(const struct eval *eval, int32_t value, bool is_variable);

/*
 * Reads it. False when it does not lie within the buffer, or has no digits. *end is the index after the bytes
 * that were read.
 */
bool byte_value_read(const struct eval *eval, const struct byte_source *source, uint64_t *value, size_t *end);

/*
 * An option that several of the keywords share (relative, big, little, dce, string, hex, dec, oct, bitmask
 * N): 1 when it was one, 0 when not, or a negative errno with *err.
 */
int byte_source_option(struct byte_source *source, struct slice option, struct err *err);

/* What is left to check once all options are known. `most_string`: digits at the most. */
int byte_source_check(const struct byte_source *source, int32_t most_string, struct err *err);

/* A number from least to most or, when `is_variable` is not NULL, the name of a variable. 0 or -EINVAL. */
int byte_number(struct rule_builder *b, struct slice text, int64_t least, int64_t most, int32_t *value,
                bool *is_variable, struct err *err);

/* Text such as "multiplier 4": the word and what follows it. */
bool byte_word(struct slice text, const char *word, struct slice *rest);

/* Adds the step; one that counts from the match right before it makes that be tried further on. Owns data. */
int byte_step(struct rule_builder *b, const struct step_ops *ops, void *data, bool relative, struct err *err);

/* Makes the variable, or finds the one of that name. Its index, or a negative errno with *err. */
int byte_variable(struct rule_builder *b, struct slice name, struct err *err);

#endif
