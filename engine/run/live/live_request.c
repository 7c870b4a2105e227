#include "run/live/live_request.h"

#include <errno.h>

enum { TARGET_WORDS = 3 };

static const char *text(const json_t *request, const char *key)
{
    return json_string_value(json_object_get(request, key));
}

/* "target": ["192.0.2.1"], or ["tcp", "192.0.2.1:1000", "198.51.100.1:80"]. */
int target_request_parse(const json_t *request, struct block_target *target, struct err *err)
{
    const json_t *list = json_object_get(request, "target");
    const char *words[TARGET_WORDS];
    size_t n = json_array_size(list);
    if (n < 1 || n > TARGET_WORDS)
        return err_set(err, -EINVAL, "\"target\": expected an address, or protocol and two ends");
    for (size_t i = 0; i < n; i++) {
        words[i] = json_string_value(json_array_get(list, i));
        if (!words[i])
            return err_set(err, -EINVAL, "\"target\": expected texts");
    }
    return block_target_parse(target, (int)n, words, err);
}

int block_request_parse(const json_t *request, struct block_request *out, struct err *err)
{
    const char *time = text(request, "for");
    json_int_t sid = json_integer_value(json_object_get(request, "sid"));
    *out = (struct block_request){.duration_ns = 3600ull * 1000000000};
    if (time && block_duration_parse(time, &out->duration_ns))
        return err_set(err, -EINVAL, "\"for\": expected a time such as 90s, 15m, 2h, 7d or forever");
    if (sid < 0 || sid > UINT32_MAX)
        return err_set(err, -EINVAL, "\"sid\": expected 0 to 4294967295");
    out->sid = (uint32_t)sid;
    return target_request_parse(request, &out->target, err);
}

/* "set" replaces all: {"tcp": "80,443", "udp": "53", "protocols": "icmp", "include": [...], "exclude":
 * [...]}. */
int steering_request_parse(const json_t *request, struct steering *s, struct err *err)
{
    const char *tcp = text(request, "tcp"), *udp = text(request, "udp"),
               *protocols = text(request, "protocols");
    int failed = tcp ? steering_ports(s, STEERING_TCP, tcp, true, err) : 0;
    if (!failed && udp)
        failed = steering_ports(s, STEERING_UDP, udp, true, err);
    if (!failed && protocols && *protocols)
        failed = steering_protocols(s, protocols, true, err);
    for (int include = 0; include < 2; include++) {
        const json_t *list = json_object_get(request, include ? "include" : "exclude");
        for (size_t i = 0; i < json_array_size(list) && !failed; i++) {
            const char *prefix = json_string_value(json_array_get(list, i));
            failed = steering_prefix_add(s, prefix ? prefix : "", include, err);
        }
    }
    return failed;
}

int flows_request_parse(const json_t *request, unsigned *number, struct err *err)
{
    const json_t *given = json_object_get(request, "number");
    json_int_t n = given ? json_integer_value(given) : FLOWS_ASKED;
    if (n < 1 || n > FLOWS_ASKED_MOST)
        return err_set(err, -EINVAL, "\"number\": expected 1 to %d", FLOWS_ASKED_MOST);
    *number = (unsigned)n;
    return 0;
}
