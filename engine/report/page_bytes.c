/* Bytes as hex and text, sixteen a line, what options have matched marked. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer_id.h"
#include "report/page.h"
#include "rule/rule.h"
#include "rulework/explain/explained.h"

enum { WIDTH = 16, ROWS_MOST = 32, MARKS_MOST = 64, COLOURS = 6, CHAINS_MOST = 16 };

struct mark {
    uint64_t from, to;
    unsigned number;
};

struct row {
    uint64_t offset;
    const uint8_t *bytes;
    unsigned count;
};

struct dump {
    struct row rows[ROWS_MOST];
    unsigned row_count;
    struct mark marks[MARKS_MOST];
    unsigned mark_count;
    bool cut; /* there were more rows */
};

char page_label(unsigned number)
{
    static const char labels[] = "123456789abcdefghijklmnopqrstuvwxyz";
    return number < sizeof labels - 1 ? labels[number] : '*';
}

static void add_row(struct dump *d, uint64_t offset, const uint8_t *bytes, unsigned count)
{
    for (unsigned i = 0; i < d->row_count; i++) {
        if (d->rows[i].offset != offset)
            continue;
        if (count > d->rows[i].count)
            d->rows[i] = (struct row){offset, bytes, count};
        return;
    }
    if (d->row_count < ROWS_MOST)
        d->rows[d->row_count++] = (struct row){offset, bytes, count};
    else
        d->cut = true;
}

static void add_bytes(struct dump *d, uint64_t from, const uint8_t *bytes, uint32_t count)
{
    for (uint32_t at = 0; at < count; at += WIDTH)
        add_row(d, from + at, bytes + at, count - at < WIDTH ? count - at : WIDTH);
}

static int by_offset(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* The first mark that has the byte. */
static const struct mark *mark_at(const struct dump *d, uint64_t offset)
{
    for (unsigned i = 0; i < d->mark_count; i++)
        if (offset >= d->marks[i].from && offset < d->marks[i].to)
            return &d->marks[i];
    return NULL;
}

/* Between two marks that are different, or none, the element ends and begins. */
static void put_change(struct html *h, const struct mark *before, const struct mark *now)
{
    if (before && before != now)
        html_put(h, "</mark>");
    if (now && before != now)
        html_format(h, "<mark class=\"k%u\">", now->number % COLOURS);
}

static void put_hex(struct html *h, const struct dump *d, const struct row *row)
{
    const struct mark *before = NULL;
    for (unsigned i = 0; i < WIDTH; i++) {
        const struct mark *now = i < row->count ? mark_at(d, row->offset + i) : NULL;
        bool inside = now && now == before;
        put_change(h, before, inside ? before : NULL);
        if (now && now->from == row->offset + i)
            html_format(h, "<b>%c</b>", page_label(now->number));
        else
            html_put(h, " ");
        put_change(h, inside ? before : NULL, now);
        if (i < row->count)
            html_format(h, "%02x", row->bytes[i]);
        else
            html_put(h, "  ");
        before = now;
    }
    put_change(h, before, NULL);
}

static void put_characters(struct html *h, const struct dump *d, const struct row *row)
{
    const struct mark *before = NULL;
    for (unsigned i = 0; i < row->count; i++) {
        const struct mark *now = mark_at(d, row->offset + i);
        uint8_t byte = row->bytes[i];
        char text = (char)(byte >= 0x20 && byte < 0x7f ? byte : '.');
        put_change(h, before, now);
        html_cut(h, slice_of(&text, 1), 1);
        before = now;
    }
    put_change(h, before, NULL);
}

static void put_dump(struct html *h, struct dump *d, const char *name, uint64_t size)
{
    uint64_t next = 0;
    qsort(d->rows, d->row_count, sizeof d->rows[0], by_offset);
    html_format(h, "<figure>\n<figcaption>%s, ", name);
    html_number(h, size);
    html_put(h, size == 1 ? " byte" : " bytes");
    html_format(h,
                "%s</figcaption>\n<pre class=\"dump\" tabindex=\"0\" role=\"group\" aria-label=\"Bytes of "
                "%s\">",
                d->cut ? "; not all that matched is shown" : "", name);
    for (unsigned i = 0; i < d->row_count; i++) {
        const struct row *row = &d->rows[i];
        if (row->offset != next)
            html_put(h, "<i>......</i>\n");
        html_format(h, "<i>%06" PRIx64 "</i> ", row->offset);
        put_hex(h, d, row);
        html_put(h, "  ");
        put_characters(h, d, row);
        html_put(h, "\n");
        next = row->offset + row->count;
    }
    if (next < size)
        html_put(h, "<i>......</i>\n");
    html_put(h, "</pre>\n</figure>\n");
}

void page_explained_bytes(struct html *h, const struct rule *rule, const struct explain_case *explained)
{
    for (uint32_t c = 0; c < rule->chain_count && c < CHAINS_MOST; c++) {
        struct dump dump = {0};
        uint64_t size = 0;
        unsigned number = 0;
        for (uint32_t i = 0; i < explained->line_count; i++) {
            const struct explain_line *line = &explained->lines[i];
            if (line->chain == (int32_t)c) {
                add_bytes(&dump, line->bytes_from, line->bytes, line->byte_count);
                size = line->buffer_size;
                if (line->mark >= 0 && dump.mark_count < MARKS_MOST)
                    dump.marks[dump.mark_count++] =
                        (struct mark){(uint64_t)line->mark, (uint64_t)line->mark_end, number};
            }
            number += line->mark >= 0;
        }
        const struct chain *chain = &rule->chains[c];
        char name[96];
        snprintf(name, sizeof name, "%s%s", buffer_name(chain->buffer),
                 chain->transform_count ? " (transformed)" : "");
        if (dump.row_count)
            put_dump(h, &dump, name, size);
    }
}

/* For an alert whose explanation has no bytes: those that were inspected. */
void page_payload(struct html *h, const struct kept_alert *alert)
{
    const struct explain_case *explained = alert->explained;
    for (uint32_t i = 0; explained && i < explained->line_count; i++)
        if (explained->lines[i].byte_count)
            return;
    if (!alert->byte_count)
        return;
    struct dump dump = {0};
    add_bytes(&dump, 0, alert->bytes, alert->byte_count);
    put_dump(h, &dump, "payload", alert->payload_size);
}
