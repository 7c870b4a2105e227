/*
 * Connections that another one has announced: FTP's data connections, by the addresses of both hosts and the
 * port that one of them opens. One table for all workers of a run; who comes to it has waited for its turn,
 * so that its answers do not depend on how many there are.
 *
 * Capped: the oldest gives way. What nobody has come for is forgotten after EXPECTATION_SECONDS.
 */
#ifndef SLUICE_APP_EXPECTATION_H
#define SLUICE_APP_EXPECTATION_H

#include "base/buf.h"
#include "packet/packet.h"

enum { EXPECTATIONS_MOST = 1024, EXPECTATION_SECONDS = 300, EXPECTATION_TELLS_MOST = 1024 };

struct expectation_key {
    struct address hosts[2]; /* in either order */
    uint16_t port;
};

struct expectations;

struct expectations *expectations_new(void);
void expectations_free(struct expectations *table);

struct expectation {
    struct slice tells; /* what its parser finds in session->handed, cut to EXPECTATION_TELLS_MOST bytes */
    uint64_t made_ns;
    uint64_t flow_id; /* of the connection that announces */
    bool late;        /* said when the connection that announces had ended: for those that end, too */
};

/* Of two with the same key the later one counts. 0 or -ENOMEM. */
int expectations_add(struct expectations *table, const struct expectation_key *key,
                     const struct expectation *expectation);

/* Takes one away: its `tells` are appended to `out`, `flow_id` (may be NULL) is the connection's that has
 * announced. One that is late is taken by who is `late`, too. */
bool expectations_take(struct expectations *table, const struct expectation_key *key, uint64_t now_ns,
                       bool late, struct buf *out, uint64_t *flow_id);

/* Whether there is one, be it late or too old. */
bool expectations_has(struct expectations *table, const struct expectation_key *key);

#endif
