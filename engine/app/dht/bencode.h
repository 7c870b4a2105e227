/*
 * Bencode (BEP 3) in its one canonical form: values out of borrowed bytes. No state, any thread; nesting is
 * bounded, so that is the stack.
 */
#ifndef SLUICE_APP_BENCODE_H
#define SLUICE_APP_BENCODE_H

#include "base/cursor.h"

enum bencode_kind { BENCODE_NONE, BENCODE_NUMBER, BENCODE_STRING, BENCODE_LIST, BENCODE_DICTIONARY };

struct bencode_value {
    uint8_t kind;       /* enum bencode_kind */
    struct slice bytes; /* the digits, the string, or what is in the list or dictionary */
};

/*
 * The next value, all of which is looked at: lists and dictionaries may be nested so many deep, keys ascend,
 * numbers have no needless zeros. False: there is none; the cursor's place is then of no use.
 */
bool bencode_next(struct cursor *c, unsigned depth, struct bencode_value *out);

/* The next pair, from a cursor over a dictionary's bytes that bencode_next has given. */
bool bencode_entry(struct cursor *c, struct slice *key, struct bencode_value *value);

/* The same of a list's values. */
bool bencode_item(struct cursor *c, struct bencode_value *value);

/* Whether it is a number up to `most`, and not a negative one. */
bool bencode_uint(const struct bencode_value *value, uint32_t most, uint32_t *out);

#endif
