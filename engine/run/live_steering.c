#include "run/live_steering.h"

#include <errno.h>

#include "verdict/shared_maps.h"

int live_steering(const struct live_settings *s, struct steering *steering, struct err *err)
{
    int result = s->tcp ? steering_ports(steering, STEERING_TCP, s->tcp, true, err) : 0;
    if (!result && s->udp)
        result = steering_ports(steering, STEERING_UDP, s->udp, true, err);
    if (!result && s->protocols)
        result = steering_protocols(steering, s->protocols, true, err);
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
