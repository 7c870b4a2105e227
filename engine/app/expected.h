/*
 * Connections that another one announces, as FTP's control connection does with those of its data: noted by
 * its parser, looked for when nothing in a connection's own bytes tells its protocol. Who notes one, and who
 * takes one, waits for the worker's turn; who finds none, for the packets between the same hosts only. One
 * worker; the table (app/expectation.h) is the run's.
 */
#ifndef SLUICE_APP_EXPECTED_H
#define SLUICE_APP_EXPECTED_H

#include "app/session.h"

/* Between the hosts of this flow a connection to `port` will speak FTP's data protocol; `tells` is what its
 * parser finds in session->handed. */
void app_expect(struct app_session *session, uint16_t port, struct slice tells);

/* Whether this flow was announced: it has a session then, and no longer waits to be told. `ends`: there is no
 * packet of it at hand, the flow ends. */
bool app_expected(struct app_engine *engine, struct flow *flow, bool ends);

#endif
