/*
 * The inside of the server: the state of a session, requests and their answers. Only for lsp/; one thread.
 */
#ifndef SLUICE_LSP_SESSION_H
#define SLUICE_LSP_SESSION_H

#include <jansson.h>

#include "base/buf.h"
#include "lsp/frame.h"
#include "lsp/lsp.h"
#include "lsp/position.h"
#include "lsp/project.h"

enum lsp_error { /* JSON-RPC 2.0, 5.1; LSP 3.17, ErrorCodes */
                 LSP_PARSE_ERROR = -32700,
                 LSP_INVALID_REQUEST = -32600,
                 LSP_METHOD_NOT_FOUND = -32601,
                 LSP_INVALID_PARAMS = -32602,
                 LSP_INTERNAL_ERROR = -32603,
                 LSP_NOT_INITIALIZED = -32002,
                 LSP_CANCELLED = -32800,
                 LSP_REQUEST_FAILED = -32803,
};

enum { LSP_QUEUE_MOST = 256, LSP_PUSHED = 1000 /* findings of a file that are pushed, unless it is set */ };

struct lsp_abilities { /* of the client */
    bool pull;         /* asks for diagnostics itself */
    bool watches;      /* tells of files that change, if it is asked to */
    bool symbols_tree; /* understands DocumentSymbol */
};

struct waiting { /* a message that was read, and not answered yet */
    json_t *message;
    bool cancelled;
};

struct lsp {
    struct lsp_config config;
    struct project project;
    struct frame_reader in;
    struct buf out;
    struct waiting queue[LSP_QUEUE_MOST];
    uint32_t queued;
    enum position_encoding encoding;
    struct lsp_abilities can;
    json_t *options; /* initializationOptions: project.files borrows from it */
    const char **assignments;
    json_t *folders; /* of the workspace, as the client named them */
    bool initialized, shut_down, ended;
    int64_t next_id;      /* of requests to the client */
    unsigned pushed_most; /* findings of a file */
    uint64_t next_push_ns;
    uint64_t pushed_changes; /* project.changes, when all was published */
    uint32_t next_pushed;    /* document that is published next */
};

struct request {
    struct lsp *lsp;
    const json_t *params; /* NULL: none */
    json_t *result;       /* NULL: null */
    struct buf raw;       /* or the result as JSON text */
    int code;             /* enum lsp_error; 0: it went well */
    char message[200];
};

/* What cannot be done, and why; false, for the caller to return. */
bool request_fail(struct request *request, enum lsp_error code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The document, place or range that the parameters name; false when there is none such: the request has
 * failed. */
bool request_document(struct request *request, struct document **document);
bool request_spot(struct request *request, struct document **document, struct spot *spot);
bool request_range(struct request *request, struct document **document, struct range *range);

/* A position or range of the client in a document; false when it lies outside. */
bool spot_read(const struct lsp *lsp, const struct document *document, const json_t *position,
               struct spot *spot);
bool range_read(const struct lsp *lsp, const struct document *document, const json_t *json,
                struct range *range);

/* Sends a notification, or a request whose answer does not matter; takes over params. */
void lsp_notify(struct lsp *lsp, const char *method, json_t *params);
void lsp_notify_text(struct lsp *lsp, const char *method, struct slice params); /* as JSON text */
void lsp_ask(struct lsp *lsp, const char *method, json_t *params);

/* window/logMessage and window/showMessage; type: 1 error, 2 warning, 3 information. */
void lsp_log(struct lsp *lsp, int type, const char *format, ...) __attribute__((format(printf, 3, 4)));
void lsp_show(struct lsp *lsp, int type, const char *text);

/* Publishes one document's diagnostics if they are due. Whether there was one. */
bool lsp_publish(struct lsp *lsp, uint64_t now_ns);
void lsp_unpublish(struct lsp *lsp, const char *uri); /* of one that was closed */

#define LSP_REQUEST(method, handler, early) void handle_##handler(struct request *request);
#include "lsp/method_list.h"
#undef LSP_REQUEST

#endif
