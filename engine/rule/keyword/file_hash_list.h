/*
 * Lists of digests that a rule names by a file: one in hexadecimal a line, what follows it is a comment. Made
 * when the rule is parsed, const then.
 */
#ifndef SLUICE_RULE_KEYWORD_FILE_HASH_LIST_H
#define SLUICE_RULE_KEYWORD_FILE_HASH_LIST_H

#include "base/err.h"
#include "base/file_facts.h"

struct file_hash_list;

/* `name` is looked for below `directory` unless absolute. A line that begins with no digest is passed over,
 * as in Suricata; a list of none is an error. 0, or a negative errno with *err. */
int file_hash_list_load(struct slice name, const char *directory, enum file_hash hash,
                        struct file_hash_list **out, struct err *err);
void file_hash_list_free(struct file_hash_list *list);
bool file_hash_list_has(const struct file_hash_list *list, const uint8_t *digest);

#endif
