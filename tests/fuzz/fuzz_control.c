/*
 * Requests of clients of the control socket, a line each: every line is answered by one line of JSON that
 * says whether it was understood, and what is understood of a block prints and is understood again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "control/client.h"
#include "run/live/live_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int on_blocks(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    struct block_request asked, again;
    char printed[BLOCK_TARGET_TEXT];
    (void)ctx;
    int failed = block_request_parse(request, &asked, err);
    if (failed)
        return failed;
    block_target_print(&asked.target, printed);
    json_t *words = json_array();
    for (char *word = strtok(printed, " "); word; word = strtok(NULL, " "))
        json_array_append_new(words, json_string(word));
    *result = json_pack("{s:o, s:I}", "target", words, "sid", (json_int_t)asked.sid);
    if (block_request_parse(*result, &again, err) || again.sid != asked.sid ||
        again.target.source_port != asked.target.source_port ||
        !address_equal(&again.target.host.address, &asked.target.host.address))
        abort();
    return 0;
}

static int on_steering(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    static struct steering steering;
    (void)ctx;
    (void)result;
    memset(&steering, 0, sizeof steering);
    return steering_request_parse(request, &steering, err);
}

static int on_flows(void *ctx, const json_t *request, json_t **result, struct err *err)
{
    unsigned number = 0;
    (void)ctx;
    int failed = flows_request_parse(request, &number, err);
    if (!failed && (!number || number > FLOWS_ASKED_MOST))
        abort();
    *result = failed ? NULL : json_integer(number);
    return failed;
}

static const struct control_command commands[] = {
    {"blocks", on_blocks}, {"steering", on_steering}, {"flows", on_flows}, {0}};

static void answer(struct slice line)
{
    const struct control_config config = {.commands = commands};
    struct buf out = {0};
    if (control_answer(&config, line, &out))
        abort(); /* memory is not short here */
    const uint8_t *end = memchr(out.p, '\n', out.n);
    json_t *json = json_loadb((const char *)out.p, out.n, 0, NULL);
    if (!end || end + 1 != out.p + out.n || !json_is_boolean(json_object_get(json, "ok")) ||
        (json_is_false(json_object_get(json, "ok")) && !json_string_length(json_object_get(json, "error"))))
        abort();
    json_decref(json);
    buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    while (n) {
        const uint8_t *end = memchr(data, '\n', n);
        size_t length = end ? (size_t)(end - data) : n;
        answer(slice_of(data, length));
        data += length + (end != NULL);
        n -= length + (end != NULL);
    }
    return 0;
}
