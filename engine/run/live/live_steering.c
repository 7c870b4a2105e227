#include "run/live/live_steering.h"

#include <errno.h>

#include "verdict/shared_maps.h"

/* The message begins with the key, so that its place is found. */
static int of_key(const char *key, int result, struct err *err)
{
    if (!result)
        return 0;
    struct err copy = *err;
    err_fill(err, "run.steering.%s: %s", key, copy.message);
    if (copy.hint[0])
        err_hint(err, "%s", copy.hint);
    return result;
}

int live_steering(const struct live_settings *s, struct steering *steering, struct err *err)
{
    int result = s->tcp ? of_key("tcp", steering_ports(steering, STEERING_TCP, s->tcp, true, err), err) : 0;
    if (!result && s->udp)
        result = of_key("udp", steering_ports(steering, STEERING_UDP, s->udp, true, err), err);
    if (!result && s->protocols)
        result = of_key("protocols", steering_protocols(steering, s->protocols, true, err), err);
    if (!result && steering_is_none(steering))
        return err_set(err, -EINVAL, "nothing is selected: set run.steering.tcp, udp or protocols");
    return result;
}

int live_steering_write(const struct steering *steering, const struct shared_maps *maps, struct err *err)
{
    struct pins pins;
    int result = pins_open(&pins, NULL, false, err);
    if (result)
        return result;
    result = steering_write(steering, &maps->steering, err);
    pins_close(&pins);
    return result;
}
