#include "match/flow_variables.h"
#include "packet/packet.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rule/capture.h"

enum { VARIABLES_MOST = 64 }; /* of a flow, with those of its packet */

static struct flow_variable *find(const struct flow_variables *variables, uint64_t key, bool of_packet)
{
    for (uint32_t i = 0; i < variables->count; i++)
        if (variables->list[i].key == key && variables->list[i].of_packet == of_packet)
            return &variables->list[i];
    return NULL;
}

static struct flow_variable *make(struct flow_variables *variables, const struct group_capture *capture)
{
    if (variables->count == VARIABLES_MOST ||
        grow_array(&variables->list, variables->count, &variables->capacity))
        return NULL;
    char *name = strdup(capture->name);
    if (!name)
        return NULL;
    struct flow_variable *variable = &variables->list[variables->count++];
    *variable = (struct flow_variable){
        .key = capture->key, .name = name, .of_packet = capture->kind == CAPTURE_PACKET};
    return variable;
}

static bool is_set_by(const struct flow_variable *variable, const struct packet *packet)
{
    return variable->number == packet->number && variable->time_ns == packet->time_ns;
}

static void take_late(struct flow_variable *variable, const struct packet *packet)
{
    if (!variable->late || is_set_by(variable, packet))
        return;
    free(variable->bytes);
    variable->bytes = variable->late;
    variable->n = variable->late_n;
    variable->late = NULL;
}

int flow_variables_set(struct flow_variables *variables, const struct group_capture *capture,
                       struct slice value, const struct packet *packet, bool late)
{
    struct flow_variable *variable = find(variables, capture->key, capture->kind == CAPTURE_PACKET);
    uint8_t *bytes = malloc(value.n + 1);
    if (bytes && !variable)
        variable = make(variables, capture);
    if (!bytes || !variable) {
        free(bytes);
        return -ENOMEM;
    }
    memcpy(bytes, value.p, value.n);
    take_late(variable, packet);
    free(late ? variable->late : variable->bytes);
    *(late ? &variable->late : &variable->bytes) = bytes;
    *(late ? &variable->late_n : &variable->n) = (uint32_t)value.n;
    variable->number = packet->number;
    variable->time_ns = packet->time_ns;
    return 0;
}

bool flow_variables_have(struct flow_variables *variables, uint64_t key, bool of_packet, struct slice pattern,
                         const struct packet *packet)
{
    struct flow_variable *variable = find(variables, key, of_packet);
    if (!variable || (of_packet && !is_set_by(variable, packet)))
        return false;
    take_late(variable, packet);
    return variable->bytes && memmem(variable->bytes, variable->n, pattern.p, pattern.n);
}

void flow_variables_fini(struct flow_variables *variables)
{
    for (uint32_t i = 0; i < variables->count; i++) {
        free(variables->list[i].name);
        free(variables->list[i].bytes);
        free(variables->list[i].late);
    }
    free(variables->list);
}
