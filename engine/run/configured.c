#include "run/configured.h"

struct pipeline_config pipeline_configured(const struct settings *s, struct ruleset *ruleset,
                                           struct shared_state *shared)
{
    struct pipeline_config config = {
        .decode = s->decode,
        .worker = {.inspect = {.flows = s->flows,
                               .tcp = s->tcp,
                               .app = s->app,
                               .matcher = {.ruleset = ruleset, .shared = shared},
                               .exceptions = s->exceptions,
                               .chunk_to_server = s->chunk_to_server,
                               .chunk_to_client = s->chunk_to_client},
                   .output = s->output},
    };
    config.decode.hosts = config.worker.inspect.tcp.hosts = s->hosts;
    config.decode.hash_seed = config.worker.inspect.flows.seed = s->seed;
    config.decode.ignore_vlan = config.worker.inspect.flows.ignore_vlan = !s->vlan_tracking;
    return config;
}
