/* The probing functions of detect_probe_list.h: pure looks at bytes. */
#ifndef SLUICE_APP_DETECT_PROBE_H
#define SLUICE_APP_DETECT_PROBE_H

#include "app/detect.h"

typedef enum detect_answer (*detect_probe_fn)(enum direction direction, struct slice start);

#define PROBE(proto, over, port, function) \
    enum detect_answer function(enum direction direction, struct slice start);
#include "app/detect_probe_list.h"
#undef PROBE

#endif
