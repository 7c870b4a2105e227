/*
 * One error that a person can act on: where it is, what was expected, what may help.
 *
 * The caller owns the struct (usually on its stack) and passes it down; a function that fails fills it
 * once and returns a negative errno. Lines and columns count from 1; 0 means "not known".
 */
#ifndef SLUICE_BASE_ERR_H
#define SLUICE_BASE_ERR_H

#include <stddef.h>

struct err {
    char file[256];
    unsigned line;
    unsigned column;
    char message[320];
    char hint[200]; /* empty, or one sentence such as: did you mean "nocase"? */
};

/* Sets the message (cut to what fits, and made valid UTF-8: it may quote bytes) and clears the hint. */
void err_fill(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline int err_code(int code)
{
    return code;
}

/* err_fill that yields `code`, so that callers can return it. A macro, since an analyser of the caller then
 * sees the value that the caller goes on with. */
#define err_set(e, code, ...) (err_fill((e), __VA_ARGS__), err_code(code))

/* Adds the hint. */
void err_hint(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says where: `file` may be NULL (keeps what is there). */
void err_at(struct err *e, const char *file, unsigned line, unsigned column);

/* "file:line:column: message", as far as these are known, and the hint on a line of its own. */
enum { ERR_TEXT = sizeof(struct err) + 32 };
void err_text(const struct err *e, char text[ERR_TEXT]);

#endif
