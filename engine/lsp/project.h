/*
 * All rule files that belong together: those open in the editor, and the *.rules of the workspace's folders
 * on disk. What is said across rules is said of all of them.
 *
 * Owns its documents. One thread.
 */
#ifndef SLUICE_LSP_PROJECT_H
#define SLUICE_LSP_PROJECT_H

#include "lsp/document.h"
#include "lsp/test_index.h"
#include "rulework/author_context.h"

struct err;
struct keyword_reference;
struct rule_index;

enum {
    PROJECT_FILES_MOST = 2000,
    PROJECT_BYTES_MOST = 128 << 20, /* of files on disk */
    PROJECT_DEPTH_MOST = 12,        /* folders inside one another */
    PROJECT_OPEN_MOST = 1000,       /* in the editor */
    PROJECT_KEYWORD_SLOTS = 2048,   /* more than twice the keywords and their aliases */
};

struct project {
    struct author_files files;
    struct rule_context *context;
    struct rule_index *index; /* for the sets that headers share */
    struct checker checker;
    struct document **documents; /* by path */
    uint32_t count, capacity, open;
    size_t disk_bytes;
    bool capped;      /* there were more files than are read */
    uint64_t changes; /* counts what may change what is said of some rule */
    struct test_index tests;
    struct keyword_reference *keywords;
    size_t keyword_count;
    uint16_t keyword_slots[PROJECT_KEYWORD_SLOTS]; /* by the hash of name or alias: index + 1; 0 is free */
};

/* 0, or a negative errno with *err; the caller calls project_fini in either case. Borrows what files names.
 */
int project_init(struct project *project, const struct author_files *files,
                 const struct finding_choice *choice, struct err *err);
void project_fini(struct project *project);

/* Takes other files, and checks all rules again. On failure the old ones stay. 0 or a negative errno with
 * *err. */
int project_configure(struct project *project, const struct author_files *files, struct err *err);

/* NULL when there is none of that URI. */
struct document *project_find(const struct project *project, const char *uri);

/* The reference of a keyword, by name or alias in any case; NULL when there is none. */
const struct keyword_reference *project_keyword(const struct project *project, struct slice name);

/* By rank. */
struct document *project_at(const struct project *project, uint32_t rank);

/* The editor has opened it: what it says is the text from now on. 0, -EFBIG, -ENOSPC, -ENOMEM. */
int project_open(struct project *project, const char *uri, int64_t version, struct slice text);

/* The editor has closed it: what is on disk counts again. 0 or -ENOMEM. */
int project_close(struct project *project, struct document *document);

/* Reads the *.rules below a folder. 0 or -ENOMEM: what cannot be read is left out. */
int project_scan(struct project *project, const char *folder);

/*
 * A file on disk: reads it if it can be read; what it says now; that it is gone. Of a document that is open
 * the editor's text stays. 0 or -ENOMEM; past the caps it is left out.
 */
int project_read(struct project *project, const char *path);
int project_take(struct project *project, const char *path, struct slice text);
void project_lose(struct project *project, const char *path);

/* A file on disk was made, changed or removed. 0 or -ENOMEM. */
int project_refresh(struct project *project, const char *uri);

/* Takes away the files below a folder that are not open. */
void project_leave(struct project *project, const char *folder);

/* Changes the text of a document that is open. 0, -EFBIG, -ENOMEM. */
int project_edit(struct project *project, struct document *document, struct range range, struct slice with);
int project_set(struct project *project, struct document *document, struct slice text);

#endif
