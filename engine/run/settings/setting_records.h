/* The kinds of records that a run writes, as a setting names them: "alert,flow". Pure; any thread. */
#ifndef SLUICE_RUN_SETTING_RECORDS_H
#define SLUICE_RUN_SETTING_RECORDS_H

#include "base/buf.h"

/* Bits of enum record_kind. False for a name that is none, and for no name at all. */
bool setting_records_parse(const char *value, uint64_t *records);

/* Appends the names with commas between. 0 or -ENOMEM. */
int setting_records_print(struct buf *out, uint64_t records);

#endif
