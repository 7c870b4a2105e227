/*
 * Which application protocol a flow speaks: told by the first bytes of either direction, with ports as a hint
 * for the protocols that have no telling pattern.
 *
 * detect_pattern_list.h names the patterns, detect_probe_list.h the probing functions. The answer goes to
 * flow->app; parsers will start from it. One worker; the state of an undecided flow is in the flow itself.
 */
#ifndef SLUICE_APP_DETECT_H
#define SLUICE_APP_DETECT_H

#include "flow/flow.h"

enum { DETECT_MOST = 4096 }; /* bytes of a stream after which a direction is given up */

enum detect_answer {
    DETECT_CERTAIN,
    DETECT_UNSURE, /* more bytes may tell */
    DETECT_NO,
};

/*
 * Looks at the first bytes of one direction: of a stream from its start, as many as there are; of a datagram,
 * its payload. Sets flow->app to the protocol, or to APP_FAILED when neither direction can be it any more.
 * Cheap once decided.
 */
void app_detect(struct flow *flow, enum direction direction, struct slice start);

/* Whether app_detect wants more bytes of this direction. */
bool app_detect_wants(const struct flow *flow, enum direction direction);

#endif
