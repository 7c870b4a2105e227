/*
 * A language server for rule files (Language Server Protocol 3.17): bytes from an editor in, bytes for it
 * out.
 *
 * It reads nothing but the workspace's files and writes nothing: whoever runs it moves the bytes and tells
 * the time. What came in is answered in order, a message each step; diagnostics are published once nothing
 * waits. One thread.
 */
#ifndef SLUICE_LSP_LSP_H
#define SLUICE_LSP_LSP_H

#include "base/slice.h"

struct author_files;
struct err;
struct lsp;

struct lsp_config {
    const struct author_files *files; /* what rules may refer to; borrowed for good */
    const char *project_file; /* .sluice.yaml that is read whatever the folder; NULL: the one that is found */
    bool no_project;          /* none is sought */
    const char *docs;         /* the URI of the folder with a page for each code; NULL: none */
    bool alone; /* no other files are read than those in `files`: neither the workspace's, nor what the editor
                   names */
};

/* NULL, with *err. */
struct lsp *lsp_new(const struct lsp_config *config, struct err *err);
void lsp_free(struct lsp *lsp);

/* 0; -EPROTO when these are no messages, -EFBIG for one that is too long, -ENOMEM: no more can be read. */
int lsp_feed(struct lsp *lsp, struct slice bytes);

/* Answers one message, or publishes what is due. Whether there was something to do. */
bool lsp_step(struct lsp *lsp, uint64_t now_ns);

/* Milliseconds until there is something to do: 0 now, -1 not before more comes in. */
int lsp_wait(const struct lsp *lsp, uint64_t now_ns);

/* More should not be read before these are answered. */
bool lsp_full(const struct lsp *lsp);

/* What is to be written; then to be taken as written. */
struct slice lsp_output(const struct lsp *lsp);
void lsp_written(struct lsp *lsp);

/* Whether the editor said that it is over; *code is how the process should end. */
bool lsp_ended(const struct lsp *lsp, int *code);

#endif
