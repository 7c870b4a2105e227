/*
 * IP reputation: a category file ("ID,SHORT NAME,description") and lists of "address or
 * prefix,category,value" (Suricata's formats). What stands about one address hides what stands about its
 * prefix.
 *
 * Built once by one thread, then only read by any. Grows with its files, up to REPUTATION_MOST records.
 */
#ifndef SLUICE_RULE_REPUTATION_H
#define SLUICE_RULE_REPUTATION_H

#include "base/err.h"
#include "base/slice.h"
#include "packet/address.h"

enum { REPUTATION_CATEGORIES = 60, REPUTATION_VALUE_MOST = 127, REPUTATION_MOST = 10000000 };

struct reputation;

/* 0, or a negative errno with *err: a file cannot be read, or a line of the category file is wrong. Lines of
 * lists that are not understood are skipped and counted in *skipped (may be NULL). */
int reputation_load(const char *category_file, const char *const *files, unsigned file_count,
                    struct reputation **out, unsigned *skipped, struct err *err);
void reputation_free(struct reputation *reputation);

/* The category's number from 1 on; 0 when there is none of that name. */
unsigned reputation_category(const struct reputation *reputation, struct slice name);

/* The value, 0 to 127; -1 when nothing is known of the address. */
int reputation_value(const struct reputation *reputation, const struct address *address, unsigned category);

#endif
