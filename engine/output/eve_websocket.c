/* WebSocket in EVE: one record a frame. */
#include "app/websocket/websocket.h"
#include "output/eve_app.h"

#include <stdio.h>

enum { NAME_TEXT = 16 };

static const char *const opcodes[16] = {[WEBSOCKET_CONTINUATION] = "continuation",
                                        [WEBSOCKET_TEXT] = "text",
                                        [WEBSOCKET_BINARY] = "binary",
                                        [WEBSOCKET_CLOSE] = "close",
                                        [WEBSOCKET_PING] = "ping",
                                        [WEBSOCKET_PONG] = "pong"};

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct websocket_tx *ws = (const struct websocket_tx *)tx;
    char unknown[NAME_TEXT];
    (void)session;
    (void)alert;
    line_open(l, "websocket");
    line_bool(l, "fin", ws->flags & WEBSOCKET_FIN);
    if (ws->masked)
        line_uint(l, "mask", ws->mask);
    snprintf(unknown, sizeof unknown, "unknown-%u", ws->opcode);
    line_text(l, "opcode", opcodes[ws->opcode & 15] ? opcodes[ws->opcode & 15] : unknown);
    line_close(l);
    return true;
}

const struct eve_app eve_app_websocket = {.record = RECORD_WEBSOCKET, .no_tx_id = true, .put = put};
