/* The inside of the server: the state of a session, what it tells the client. Only for lsp/; one thread. */
#ifndef SLUICE_LSP_SESSION_H
#define SLUICE_LSP_SESSION_H

#include <jansson.h>

#include "base/buf.h"
#include "lsp/frame.h"
#include "lsp/lsp.h"
#include "lsp/position.h"
#include "lsp/project.h"
#include "lsp/settings.h"
#include "lsp/test_run.h"

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
    struct settings_of_rules settings;
    json_t *folders;        /* of the workspace, as the client named them */
    struct test_run *tests; /* that run; NULL: none */
    json_t *tests_id;       /* of the request that started them */
    bool initialized, shut_down, ended;
    int64_t next_id;      /* of requests to the client */
    unsigned pushed_most; /* findings of a file */
    uint64_t next_push_ns;
    uint64_t pushed_changes; /* project.changes, when all was published */
    uint32_t next_pushed;    /* document that is published next */
};

/* A position or range of the client in a document; false when it lies outside. */
bool spot_read(const struct lsp *lsp, const struct document *document, const json_t *position,
               struct spot *spot);
bool range_read(const struct lsp *lsp, const struct document *document, const json_t *json,
                struct range *range);

/* Puts the settings together again, and checks all rules with them. 0 or -EINVAL, -ENOMEM, with *err: then
 * what was before stays. */
int lsp_configure(struct lsp *lsp, struct err *err);

/* The project's file, if the command line has named none and none was found so far: in the editor's first
 * folder or above it. 0, or a negative errno with *err. */
int lsp_find_project(struct lsp *lsp, struct err *err);

/* Sends a notification, or a request whose answer does not matter; takes over params. */
void lsp_notify(struct lsp *lsp, const char *method, json_t *params);
void lsp_notify_text(struct lsp *lsp, const char *method, struct slice params); /* as JSON text */
void lsp_ask(struct lsp *lsp, const char *method, json_t *params);

/* window/logMessage and window/showMessage; type: 1 error, 2 warning, 3 information. */
void lsp_log(struct lsp *lsp, int type, const char *format, ...) __attribute__((format(printf, 3, 4)));
void lsp_show(struct lsp *lsp, int type, const char *text);

/* Tells what became of the tests that are done, and forgets them: the result; NULL when they were stopped. */
json_t *lsp_tests_done(struct lsp *lsp);

/* Publishes one document's diagnostics if they are due. Whether there was one. */
bool lsp_publish(struct lsp *lsp, uint64_t now_ns);
void lsp_unpublish(struct lsp *lsp, const char *uri); /* of one that was closed */

#endif
