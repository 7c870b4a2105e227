/* The settings as a YAML file that would make them, each with where it was given. */
#ifndef SLUICE_RUN_SETTINGS_DUMP_H
#define SLUICE_RUN_SETTINGS_DUMP_H

#include "base/buf.h"

struct settings;

/* Appends it. What has no value of its own (the part that uses it has a default) is a comment. 0 or -ENOMEM.
 */
int settings_dump(const struct settings *settings, struct buf *out);

#endif
