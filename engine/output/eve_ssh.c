/* SSH in EVE: one record a connection. */
#include "app/ssh/ssh.h"
#include "output/eve_app.h"

static void put_side(struct json_line *l, const char *name, const struct ssh_side *side)
{
    if (!side->has_banner)
        return;
    line_open(l, name);
    line_bytes(l, "proto_version", side->version);
    if (side->software.n)
        line_bytes(l, "software_version", side->software);
    if (side->hassh_hash[0]) {
        line_open(l, "hassh");
        line_text(l, "hash", side->hassh_hash);
        line_bytes(l, "string", buf_slice(&side->hassh));
        line_close(l);
    }
    line_close(l);
}

static bool put(struct json_line *l, struct app_session *session, struct app_tx *tx, bool alert)
{
    const struct ssh_tx *ssh = (const struct ssh_tx *)tx;
    (void)session;
    (void)alert;
    if (!ssh->sides[TO_SERVER].has_banner && !ssh->sides[TO_CLIENT].has_banner)
        return false;
    line_open(l, "ssh");
    put_side(l, "client", &ssh->sides[TO_SERVER]);
    put_side(l, "server", &ssh->sides[TO_CLIENT]);
    line_close(l);
    return true;
}

const struct eve_app eve_app_ssh = {.record = RECORD_SSH, .no_tx_id = true, .of_flow = true, .put = put};
