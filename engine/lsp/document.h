/*
 * A rule file, open in an editor or on disk: its text, and for each rule what is known of it. An edit costs
 * what it touches: only rules whose lines changed are parsed and checked again.
 *
 * Documents belong to a project, in whose index of marks and sids their rules are. One thread.
 */
#ifndef SLUICE_LSP_DOCUMENT_H
#define SLUICE_LSP_DOCUMENT_H

#include "lsp/text.h"
#include "rulework/check/traits.h"

struct across;
struct rule_context;
struct set_cache;

struct rule_entry {
    uint32_t lines;           /* that it has */
    uint32_t sid;             /* 0: none, or none that can be read */
    char *message;            /* of msg, as written without its quotes; NULL: none */
    struct findings findings; /* of the rule by itself, disabled ones too; its first line is 1 */
    struct traits traits;     /* traits.line: lines before the rule */
};

struct checker { /* what checking needs; borrowed */
    const struct rule_context *context;
    struct set_cache *sets;
    struct across *across;
    const struct finding_choice *choice; /* which findings count, and how much */
};

struct document {
    char *uri, *path, *directory; /* path: what messages call it; directory: NULL without one */
    int64_t version;              /* of the client */
    uint32_t rank;                /* among the project's files */
    bool open;                    /* in the editor; else it is on disk */
    bool on_disk;                 /* a file of the workspace: it stays when it is closed */
    size_t disk_bytes;            /* of the file on disk */
    struct text text;
    uint32_t rules;
    uint64_t pushed; /* the hash of what was published last */
    uint64_t seen;   /* the project's changes then */
};

/* Without text. NULL when memory is short. */
struct document *document_new(const char *uri, const char *path);

/* Takes its rules out of the index. */
void document_free(struct document *document, const struct checker *checker);

/* Another text as a whole; what is the same stays as it is. 0, -EFBIG, -ENOMEM. */
int document_set(struct document *document, const struct checker *checker, struct slice text);

/* Replaces a range, which must lie in the text. 0, -EFBIG, -ENOMEM. */
int document_edit(struct document *document, const struct checker *checker, struct range range,
                  struct slice with);

/* What the document's rules may refer to: files that they name lie beside it. */
void document_context(const struct document *document, const struct checker *checker,
                      struct rule_context *context);

/* Checks all rules again, because what they refer to has changed. 0 or -ENOMEM. */
int document_recheck(struct document *document, const struct checker *checker);

/* Its place among the files has changed. */
void document_move(struct document *document, uint32_t rank);

/*
 * What `sluice rule check` would say of the rules that begin in the lines [from, to), and of the comments
 * there, in its order. 0 or -ENOMEM; the caller calls findings_fini.
 */
int document_findings(const struct document *document, const struct checker *checker, uint32_t from,
                      uint32_t to, struct findings *out);

/* The line in which the rule begins that has this line; false when there is none. */
bool document_rule_line(const struct document *document, uint32_t line, uint32_t *first);

/* Appends those lines, with \n between them. 0 or -ENOMEM. */
int document_lines(const struct document *document, uint32_t first, uint32_t count, struct buf *out);

#endif
