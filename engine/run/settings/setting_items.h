/*
 * Lists of mappings in the configuration: the reader hands over "verdict.host-block.0.sids" and the like, and
 * tells when a mapping is complete. setting_items.c names the lists. One thread.
 */
#ifndef SLUICE_RUN_SETTING_ITEMS_H
#define SLUICE_RUN_SETTING_ITEMS_H

#include "base/err.h"

struct settings;

/* One member of an element, or an element that is a word. 0; 1 when the key is of no such list; -ENOENT for
 * an unknown member, -EINVAL, -ENOMEM; *err. */
int settings_put_item(struct settings *settings, const char *key, const char *value, struct err *err);

/* The mapping at `key` ("verdict.host-block.0") has ended. 0 or -EINVAL: something is missing in it. */
int settings_end_item(struct settings *settings, const char *key, struct err *err);

#endif
