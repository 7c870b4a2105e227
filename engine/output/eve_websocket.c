/* WebSocket in EVE: one record a frame. */
#include "app/websocket.h"
#include "output/eve_app.h"

#include <stdio.h>

enum { NAME_TEXT = 16 };

static const char *const opcodes[16] = {[WEBSOCKET_CONTINUATION] = "continuation",
                                        [WEBSOCKET_TEXT] = "text",
                                        [WEBSOCKET_BINARY] = "binary",
                                        [WEBSOCKET_CLOSE] = "close",
                                        [WEBSOCKET_PING] = "ping",
                                        [WEBSOCKET_PONG] = "pong"};

static bool put(struct json_writer *w, json_t *object, struct app_session *session, struct app_tx *tx,
                bool alert)
{
    const struct websocket_tx *ws = (const struct websocket_tx *)tx;
    char unknown[NAME_TEXT];
    (void)session;
    (void)alert;
    json_t *body = json_object();
    json_put(w, body, "fin", json_boolean(ws->flags & WEBSOCKET_FIN));
    if (ws->masked)
        json_put_uint(w, body, "mask", ws->mask);
    snprintf(unknown, sizeof unknown, "unknown-%u", ws->opcode);
    json_put_text(w, body, "opcode", opcodes[ws->opcode & 15] ? opcodes[ws->opcode & 15] : unknown);
    json_put(w, object, "websocket", body);
    return true;
}

const struct eve_app eve_app_websocket = {.record = RECORD_WEBSOCKET, .no_tx_id = true, .put = put};
