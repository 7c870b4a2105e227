#include "app/config.h"

static enum app_choice choice(const struct app_config *config, enum app_proto proto)
{
    uint8_t given = config->protocols[proto];
    if (given == APP_BY_DEFAULT && proto == APP_HTTP1)
        given = config->protocols[APP_HTTP];
    if (given == APP_BY_DEFAULT)
        given = APP_PROTOS_OFF >> proto & 1 ? APP_OFF : APP_ON;
    return (enum app_choice)given;
}

/* Those whose choice is that one, or goes further. */
static uint64_t chosen(const struct app_config *config, enum app_choice least)
{
    uint64_t bits = 0;
    for (int app = APP_FAILED + 1; app < APP_PROTO_COUNT; app++)
        if (choice(config, (enum app_proto)app) >= least)
            bits |= UINT64_C(1) << app;
    return bits;
}

uint64_t app_config_untold(const struct app_config *config)
{
    return chosen(config, APP_OFF);
}

uint64_t app_config_unparsed(const struct app_config *config)
{
    return chosen(config, APP_DETECTED);
}
