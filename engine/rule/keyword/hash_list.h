/*
 * Lists of file hashes that rules name: a file of hexadecimal digests, one a line. Loaded while a rule is
 * parsed; const from then on.
 */
#ifndef SLUICE_RULE_KEYWORD_HASH_LIST_H
#define SLUICE_RULE_KEYWORD_HASH_LIST_H

#include "base/err.h"
#include "base/slice.h"

struct hash_list {
    unsigned size; /* bytes of one: 16, 20 or 32 */
    uint32_t count;
    bool negated;
    uint8_t *digests; /* sorted */
};

/* Relative names are below the rule file's folder. 0, -ENOENT, -EINVAL, -ENOMEM with *err. */
int hash_list_load(const char *directory, struct slice name, unsigned size, struct hash_list **out,
                   struct err *err);
void hash_list_free(void *p);
bool hash_list_has(const struct hash_list *list, const uint8_t *digest);

#endif
