#include "control/client.h"

#include <errno.h>
#include <string.h>

static const struct control_command *find(const struct control_command *commands, const char *name)
{
    for (; commands->name; commands++)
        if (strcmp(commands->name, name) == 0)
            return commands;
    return NULL;
}

static int run(const struct control_config *config, const json_t *request, json_t **result, struct err *err)
{
    const char *name = json_string_value(json_object_get(request, "command"));
    if (!name)
        return err_set(err, -EINVAL, "expected an object with a \"command\"");
    const struct control_command *command = find(config->commands, name);
    if (!command)
        return err_set(err, -ENOENT, "no such command: \"%.60s\"", name);
    return command->run(config->ctx, request, result, err);
}

static int append(void *ctx, json_t *answer)
{
    struct buf *out = ctx;
    char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
    int failed = !text || buf_append(out, slice_str(text)) || buf_append_byte(out, '\n');
    free(text);
    json_decref(answer);
    return failed ? -ENOMEM : 0;
}

int control_answer(const struct control_config *config, struct slice line, struct buf *out)
{
    struct err err = {0};
    json_error_t slip;
    json_t *result = NULL;
    json_t *request = json_loadb((const char *)line.p, line.n, JSON_REJECT_DUPLICATES, &slip);
    int failed;
    if (request)
        failed = run(config, request, &result, &err);
    else
        failed = err_set(&err, -EINVAL, "not JSON: %s", slip.text);
    json_t *answer = failed ? json_pack("{s:b, s:s*, s:s*}", "ok", false, "error",
                                        err.message[0] ? err.message : strerror(-failed), "hint",
                                        err.hint[0] ? err.hint : NULL)
                            : json_pack("{s:b}", "ok", true);
    if (answer && !failed && result)
        json_object_set(answer, "result", result);
    json_t *id = request ? json_object_get(request, "id") : NULL;
    if (answer && id)
        json_object_set(answer, "id", id);
    json_decref(result);
    json_decref(request);
    return append(out, answer);
}
