/* Rules about packets and streams of no application protocol: the payload as it is. */
#include <errno.h>

#include "example/script.h"
#include "example/shape.h"

int shape_raw(struct shape *shape, bool whole, struct script *script, struct err *err)
{
    struct buf payload = {0};
    int rc = shape_payload(shape, NULL, &payload, err);
    if (rc == 0)
        rc = buf_printf(&payload, "hello\r\n") ? err_set(err, -ENOMEM, "out of memory") : 0;
    if (rc >= 0)
        rc = script_say(script, shape->side == TO_CLIENT, &payload, err);
    if (!rc)
        script->list[script->count - 1].whole = whole;
    buf_fini(&payload);
    return rc;
}
