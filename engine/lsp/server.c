/*
 * Messages: read, queued, answered in order.
 *
 *     new --initialize--> serving --shutdown--> shut down --exit--> ended (code 0; 1 without the shutdown)
 *
 * Requests before initialize fail with NOT_INITIALIZED, those after shutdown with INVALID_REQUEST;
 * notifications that come at the wrong time mean nothing. A request that is cancelled while it waits is
 * answered so.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "lsp/request.h"
#include "output/json.h"

struct method {
    const char *name;
    void (*handle)(struct request *request);
    bool early;
};

static const struct method methods[] = {
#define LSP_REQUEST(method, handler, early) {method, handle_##handler, early},
#include "lsp/method_list.h"
#undef LSP_REQUEST
};

struct lsp *lsp_new(const struct lsp_config *config, struct err *err)
{
    struct lsp *lsp = calloc(1, sizeof *lsp);
    if (!lsp) {
        err_set(err, -ENOMEM, "out of memory");
        return NULL;
    }
    lsp->config = *config;
    lsp->settings.command = config->files;
    lsp->pushed_most = LSP_PUSHED;
    int rc = config->project_file ? rule_project_read(&lsp->settings.said, config->project_file, err) : 0;
    if (!rc && !config->project_file && !config->no_project && !config->alone)
        rc = rule_project_find(&lsp->settings.said, ".", err);
    if (!rc && settings_join(&lsp->settings))
        rc = err_set(err, -ENOMEM, "out of memory");
    if (!rc && !project_init(&lsp->project, &lsp->settings.files, &lsp->settings.said.choice, err))
        return lsp;
    lsp_free(lsp);
    return NULL;
}

void lsp_free(struct lsp *lsp)
{
    if (!lsp)
        return;
    project_fini(&lsp->project);
    frame_reader_fini(&lsp->in);
    buf_fini(&lsp->out);
    for (uint32_t i = 0; i < lsp->queued; i++)
        json_decref(lsp->queue[i].message);
    test_run_free(lsp->tests);
    json_decref(lsp->tests_id);
    json_decref(lsp->folders);
    settings_fini(&lsp->settings);
    free(lsp);
}

bool request_fail(struct request *request, enum lsp_error code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(request->message, sizeof request->message, format, args);
    va_end(args);
    request->code = code;
    return false;
}

/* Appends a message whose JSON text is `body`; a message that memory is short for is lost. */
static void send_text(struct lsp *lsp, struct slice body)
{
    size_t before = lsp->out.n;
    if (frame_write(body, &lsp->out))
        lsp->out.n = before;
}

static int dump(const char *text, size_t n, void *ctx)
{
    return buf_append(ctx, slice_of(text, n)) ? -1 : 0;
}

static void send_json(struct lsp *lsp, json_t *message)
{
    struct buf text = {0};
    if (message && !json_dump_callback(message, dump, &text, JSON_COMPACT))
        send_text(lsp, buf_slice(&text));
    buf_fini(&text);
    json_decref(message);
}

void lsp_notify(struct lsp *lsp, const char *method, json_t *params)
{
    send_json(lsp, json_pack("{ssssso}", "jsonrpc", "2.0", "method", method, "params", params));
}

void lsp_notify_text(struct lsp *lsp, const char *method, struct slice params)
{
    struct buf text = {0};
    int rc = buf_printf(&text, "{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":", method);
    if (!rc)
        rc = buf_append(&text, params);
    if (!rc && !buf_append_byte(&text, '}'))
        send_text(lsp, buf_slice(&text));
    buf_fini(&text);
}

void lsp_ask(struct lsp *lsp, const char *method, json_t *params)
{
    send_json(lsp, json_pack("{sssIssso*}", "jsonrpc", "2.0", "id", (json_int_t)lsp->next_id++, "method",
                             method, "params", params));
}

void lsp_show(struct lsp *lsp, int type, const char *text)
{
    lsp_notify(lsp, "window/showMessage", json_pack("{siso}", "type", type, "message", json_text(text)));
}

void lsp_log(struct lsp *lsp, int type, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    lsp_notify(lsp, "window/logMessage", json_pack("{siso}", "type", type, "message", json_text(text)));
}

static void answer_error(struct lsp *lsp, json_t *id, int code, const char *message)
{
    send_json(lsp, json_pack("{sssOs{siso}}", "jsonrpc", "2.0", "id", id, "error", "code", code, "message",
                             json_text(message)));
}

static void answer_raw(struct lsp *lsp, json_t *id, struct slice result)
{
    struct buf text = {0};
    int rc = buf_printf(&text, "{\"jsonrpc\":\"2.0\",\"id\":");
    if (!rc)
        rc = json_dump_callback(id, dump, &text, JSON_COMPACT | JSON_ENCODE_ANY);
    if (!rc)
        rc = buf_printf(&text, ",\"result\":");
    if (!rc)
        rc = buf_append(&text, result);
    if (!rc)
        rc = buf_append_byte(&text, '}');
    if (!rc)
        send_text(lsp, buf_slice(&text));
    buf_fini(&text);
}

static void answer(struct request *request, json_t *id)
{
    if (request->code)
        answer_error(request->lsp, id, request->code, request->message);
    else if (request->raw.n)
        answer_raw(request->lsp, id, buf_slice(&request->raw));
    else
        send_json(request->lsp, json_pack("{sssOsO}", "jsonrpc", "2.0", "id", id, "result",
                                          request->result ? request->result : json_null()));
}

static const struct method *method_find(const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    return NULL;
}

/* Whether it may be answered now; else the request has failed. */
static bool timely(struct request *request, const struct method *method, const char *name)
{
    const struct lsp *lsp = request->lsp;
    if (!lsp->initialized && !(method && method->early))
        return request_fail(request, LSP_NOT_INITIALIZED, "initialize comes first");
    if (lsp->shut_down && strcmp(name, "exit") != 0)
        return request_fail(request, LSP_INVALID_REQUEST, "the server was shut down");
    if (!method)
        return request_fail(request, LSP_METHOD_NOT_FOUND, "there is no method \"%.100s\"", name);
    return true;
}

static void handle(struct lsp *lsp, const struct waiting *waiting)
{
    json_t *id = json_object_get(waiting->message, "id");
    const char *name = json_string_value(json_object_get(waiting->message, "method"));
    struct request request = {.lsp = lsp, .params = json_object_get(waiting->message, "params")};
    if (!name) {
        if (id && !json_object_get(waiting->message, "result") && !json_object_get(waiting->message, "error"))
            answer_error(lsp, id, LSP_INVALID_REQUEST, "a request names a method");
        return; /* else an answer to a request of ours */
    }
    const struct method *method = method_find(name);
    if (waiting->cancelled)
        request_fail(&request, LSP_CANCELLED, "cancelled");
    else if (timely(&request, method, name))
        method->handle(&request);
    if (request.later)
        lsp->tests_id = json_incref(id);
    else if (id)
        answer(&request, id);
    else if (request.code == LSP_INVALID_PARAMS || request.code == LSP_INTERNAL_ERROR)
        lsp_log(lsp, 1, "%s: %s", name, request.message);
    json_decref(request.result);
    buf_fini(&request.raw);
}

/* $/cancelRequest goes past those that wait. */
static bool cancels(struct lsp *lsp, const json_t *message)
{
    if (strcmp(json_string_value(json_object_get(message, "method"))
                   ? json_string_value(json_object_get(message, "method"))
                   : "",
               "$/cancelRequest") != 0)
        return false;
    json_t *id = json_object_get(json_object_get(message, "params"), "id");
    if (id && lsp->tests && lsp->tests_id && json_equal(id, lsp->tests_id))
        test_run_stop(lsp->tests);
    for (uint32_t i = 0; id && i < lsp->queued; i++) {
        json_t *other = json_object_get(lsp->queue[i].message, "id");
        if (json_object_get(lsp->queue[i].message, "method") && json_equal(id, other))
            lsp->queue[i].cancelled = true;
    }
    return true;
}

/* One whole message: into the queue, if it is one. */
static void take(struct lsp *lsp, struct slice body)
{
    json_error_t error;
    json_t *message = json_loadb((const char *)body.p, body.n, JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
    if (!message) {
        answer_error(lsp, json_null(), LSP_PARSE_ERROR, error.text);
        return;
    }
    if (!json_is_object(message))
        answer_error(lsp, json_null(), LSP_INVALID_REQUEST, "a message is an object");
    else if (!cancels(lsp, message) && lsp->queued < LSP_QUEUE_MOST)
        lsp->queue[lsp->queued++].message = json_incref(message);
    json_decref(message);
}

static int take_all(struct lsp *lsp)
{
    struct slice body;
    int rc = 1;
    while (!lsp_full(lsp) && (rc = frame_reader_next(&lsp->in, &body)) == 1)
        take(lsp, body);
    return rc < 0 ? rc : 0;
}

int lsp_feed(struct lsp *lsp, struct slice bytes)
{
    int rc = frame_reader_feed(&lsp->in, bytes);
    return rc ? rc : take_all(lsp);
}

bool lsp_full(const struct lsp *lsp)
{
    return lsp->queued == LSP_QUEUE_MOST;
}

static void answer_tests(struct lsp *lsp)
{
    struct request request = {.lsp = lsp};
    json_t *id = lsp->tests_id;
    lsp->tests_id = NULL;
    request.result = lsp_tests_done(lsp);
    if (!request.result)
        request_fail(&request, LSP_CANCELLED, "cancelled");
    if (id)
        answer(&request, id);
    json_decref(request.result);
    json_decref(id);
}

bool lsp_step(struct lsp *lsp, uint64_t now_ns)
{
    if (lsp->tests && test_run_done(lsp->tests)) {
        answer_tests(lsp);
        return true;
    }
    if (!lsp->queued)
        return !lsp->ended && lsp_publish(lsp, now_ns);
    struct waiting waiting = lsp->queue[0];
    lsp->queued--;
    memmove(lsp->queue, lsp->queue + 1, lsp->queued * sizeof waiting);
    lsp->queue[lsp->queued] = (struct waiting){0};
    if (!lsp->ended)
        handle(lsp, &waiting);
    json_decref(waiting.message);
    take_all(lsp); /* those that the queue had no room for; an error is told to who feeds next */
    return true;
}

static int push_wait(const struct lsp *lsp, uint64_t now_ns)
{
    if (!lsp->initialized || lsp->can.pull || lsp->pushed_changes == lsp->project.changes)
        return -1;
    return now_ns >= lsp->next_push_ns ? 0 : (int)((lsp->next_push_ns - now_ns) / 1000000) + 1;
}

int lsp_wait(const struct lsp *lsp, uint64_t now_ns)
{
    enum { LOOK_MS = 20 }; /* whether the tests are done */
    if (lsp->queued || (lsp->tests && test_run_done(lsp->tests)))
        return 0;
    int wait = push_wait(lsp, now_ns);
    return lsp->tests && (wait < 0 || wait > LOOK_MS) ? LOOK_MS : wait;
}

struct slice lsp_output(const struct lsp *lsp)
{
    return buf_slice(&lsp->out);
}

void lsp_written(struct lsp *lsp)
{
    enum { KEEP = 1 << 20 };
    buf_clear(&lsp->out);
    if (lsp->out.cap > KEEP)
        buf_fini(&lsp->out);
}

bool lsp_ended(const struct lsp *lsp, int *code)
{
    *code = lsp->shut_down ? 0 : 1;
    return lsp->ended;
}
