/*
 * Writing HTML. What a caller writes as markup is its own; everything else goes through the escaping
 * functions, whatever it is: text of rules, names of files, bytes of the wire. A failure is remembered, so
 * that the caller asks once, at the end. One thread; the owner calls buf_fini on `out`.
 */
#ifndef SLUICE_REPORT_HTML_H
#define SLUICE_REPORT_HTML_H

#include "base/buf.h"

struct html {
    struct buf out;
    bool failed; /* memory was short */
};

/* Markup: a literal of the program. */
void html_put(struct html *h, const char *markup);

/* Markup with numbers and words of the program in it; nothing from outside. */
void html_format(struct html *h, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Text, good inside an element and inside an attribute in double quotes: what means something to HTML is
 * escaped. What is not UTF-8 is shown as \xNN, and what would not be seen, or would turn the text around
 * (controls, bidirectional and zero-width characters, line separators), as \xNN or \u{NNNN}. Of a longer text
 * HTML_TEXT_MOST bytes are shown, then "...".
 */
enum { HTML_TEXT_MOST = 4096 };
void html_text(struct html *h, const char *text);
void html_cut(struct html *h, struct slice text, size_t most); /* bytes shown */

/* "1,234,567" */
void html_number(struct html *h, uint64_t n);

/* "2023-11-14 22:13:20.123456", UTC, in a <time>; and as text alone. */
void html_time(struct html *h, uint64_t time_ns);
void html_time_text(struct html *h, uint64_t time_ns);

#endif
