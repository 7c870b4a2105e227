/* Requests and their answers: what the handlers of method_list.h are given. Only for lsp/; one thread. */
#ifndef SLUICE_LSP_REQUEST_H
#define SLUICE_LSP_REQUEST_H

#include "lsp/session.h"

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

struct request {
    struct lsp *lsp;
    const json_t *params; /* NULL: none */
    bool later;           /* the answer comes when the tests have run */
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

#define LSP_REQUEST(method, handler, early) void handle_##handler(struct request *request);
#include "lsp/method_list.h"
#undef LSP_REQUEST

#endif
