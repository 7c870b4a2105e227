/*
 * A document as lines, so that an edit costs what it touches. A line is what ends at \n or \r\n, as the rule
 * language reads it; its bytes are its own, without the \n. There is always one line at least. One thread.
 */
#ifndef SLUICE_LSP_TEXT_H
#define SLUICE_LSP_TEXT_H

#include "base/slice.h"

struct rule_entry; /* document.h */

enum { TEXT_BYTES_MOST = 64 << 20, TEXT_LINES_MOST = 1 << 21 };

enum line_kind {
    LINE_NEW,   /* not looked at yet */
    LINE_OTHER, /* blank, or a comment */
    LINE_RULE,  /* a rule begins */
    LINE_MORE,  /* a rule goes on */
};

struct text_line {
    uint8_t *p;
    uint32_t n;
    uint8_t kind;            /* enum line_kind */
    bool directive;          /* may be a comment that disables codes */
    struct rule_entry *rule; /* with LINE_RULE; the document's */
};

struct text {
    struct text_line *lines;
    uint32_t count, capacity;
    size_t bytes; /* of all lines, with an end each */
};

struct spot { /* between two bytes */
    uint32_t line, byte;
};

struct range {
    struct spot from, to;
};

/* 0 or -ENOMEM. */
int text_init(struct text *text);
void text_fini(struct text *text); /* not the rules */

/* Without the line's end. */
struct slice text_line(const struct text *text, uint32_t line);

/*
 * Replaces a range, which must lie in the text: the lines from range.from.line to range.to.line became
 * `*added`, which are LINE_NEW. The rules of the lines removed must be gone before. 0, -EFBIG, -ENOMEM; on
 * failure the text is as it was.
 */
int text_replace(struct text *text, struct range range, struct slice with, uint32_t *added);

/* Where two texts differ: the smallest range of whole lines, and what stands there in the other. */
struct range text_difference(const struct text *text, struct slice other, struct slice *with);

#endif
