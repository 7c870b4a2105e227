/*
 * Records are sorted by (version, prefix length, network, category) and found by one binary search for each
 * prefix length in use.
 */
#include "rule/reputation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rule/file.h"
#include "rule/keyword.h"

enum { LINE_MOST = 4096 }; /* bytes of one line of a list */

struct record {
    struct address network;
    uint8_t length; /* of the prefix, in bits */
    uint8_t category, value;
    uint32_t order; /* of its line: of two about the same, the last holds */
};

struct reputation {
    char *names[REPUTATION_CATEGORIES + 1];
    struct record *records;
    uint32_t count, capacity;
    uint8_t lengths[2][129]; /* which prefix lengths are in use: of IPv4, of IPv6 */
};

static int compare_records(const struct record *a, const struct record *b, bool categories)
{
    if (a->network.version != b->network.version)
        return a->network.version < b->network.version ? -1 : 1;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    int r = memcmp(a->network.bytes, b->network.bytes, sizeof a->network.bytes);
    return r || !categories ? r : (int)a->category - (int)b->category;
}

static int compare(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    int r = compare_records(x, y, true);
    return r ? r : x->order < y->order ? -1 : 1;
}

static void mask(struct address *address, unsigned length)
{
    for (unsigned i = 0; i < sizeof address->bytes; i++) {
        unsigned bits = length > i * 8 ? length - i * 8 : 0;
        if (bits < 8)
            address->bytes[i] &= (uint8_t)(0xff00 >> bits);
    }
}

/* One line without comment; false when it is not of its form. */
typedef bool (*line_fn)(struct reputation *r, struct slice line, int *code);

static bool category_line(struct reputation *r, struct slice line, int *code)
{
    struct slice id, name, text;
    uint64_t n;
    if (!text_field(&line, ',', &id) || !text_field(&line, ',', &name) || !text_field(&line, ',', &text) ||
        !text_uint(id, REPUTATION_CATEGORIES - 1, &n) || !n || !name.n || r->names[n])
        return false;
    r->names[n] = text_dup(name);
    *code = r->names[n] ? 0 : -ENOMEM;
    return true;
}

static bool network_parse(struct slice s, struct record *record)
{
    char text[ADDRESS_TEXT + 4];
    struct slice host, length;
    uint64_t bits;
    if (!text_field(&s, '/', &host) || host.n >= sizeof text)
        return false;
    memcpy(text, host.p, host.n);
    text[host.n] = '\0';
    if (!address_parse(text, &record->network))
        return false;
    bits = record->network.version == 4 ? 32 : 128;
    if (s.p && (!text_field(&s, ',', &length) || !text_uint(length, bits, &bits)))
        return false;
    record->length = (uint8_t)bits;
    mask(&record->network, record->length);
    return true;
}

static bool record_line(struct reputation *r, struct slice line, int *code)
{
    struct slice network, category, value;
    struct record record = {0};
    uint64_t c, v;
    if (!text_field(&line, ',', &network) || !text_field(&line, ',', &category) ||
        !text_field(&line, ',', &value) || !network_parse(network, &record) ||
        !text_uint(category, REPUTATION_CATEGORIES - 1, &c) || !c ||
        !text_uint(value, REPUTATION_VALUE_MOST, &v) || r->count == REPUTATION_MOST)
        return false;
    record.category = (uint8_t)c;
    record.value = (uint8_t)v;
    record.order = r->count;
    *code = grow_array(&r->records, r->count, &r->capacity);
    if (!*code) {
        r->lengths[record.network.version == 6][record.length] = 1;
        r->records[r->count++] = record;
    }
    return true;
}

static int read_lines(struct reputation *r, const char *path, line_fn parse, unsigned *skipped,
                      struct err *err)
{
    struct buf line = {0};
    unsigned number = 0;
    int code = 0, more;
    FILE *f = fopen(path, "re");
    if (!f)
        return err_set(err, -errno, "%s: cannot be read: %s", path, strerror(errno));
    while (!code && (more = file_next_line(f, LINE_MOST, &line)) != 0) {
        number++;
        struct slice s = text_trim(buf_slice(&line));
        if (more < 0) {
            code = err_set(err, more, "%s, line %u: %s", path, number, strerror(-more));
            break;
        }
        if (!s.n || s.p[0] == '#' || parse(r, s, &code))
            continue;
        if (skipped) {
            (*skipped)++;
            continue;
        }
        code = err_set(err, -EBADMSG, "expected a number from 1 to %d, a name and a description, with commas",
                       REPUTATION_CATEGORIES - 1);
        err_at(err, path, number, 1);
    }
    buf_fini(&line);
    fclose(f);
    return code;
}

/* Of several lines about one network and category the last holds. */
static void sort_records(struct reputation *r)
{
    uint32_t kept = 0;
    if (r->count > 1)
        qsort(r->records, r->count, sizeof *r->records, compare);
    for (uint32_t i = 0; i < r->count; i++) {
        if (kept && compare_records(&r->records[kept - 1], &r->records[i], true) == 0)
            r->records[kept - 1] = r->records[i];
        else
            r->records[kept++] = r->records[i];
    }
    r->count = kept;
}

int reputation_load(const char *category_file, const char *const *files, unsigned file_count,
                    struct reputation **out, unsigned *skipped, struct err *err)
{
    unsigned ignored = 0;
    struct reputation *r = calloc(1, sizeof *r);
    int code = r ? read_lines(r, category_file, category_line, NULL, err) : -ENOMEM;
    for (unsigned i = 0; !code && i < file_count; i++)
        code = read_lines(r, files[i], record_line, skipped ? skipped : &ignored, err);
    if (code) {
        reputation_free(r);
        return code == -ENOMEM ? err_set(err, code, "memory is short") : code;
    }
    sort_records(r);
    *out = r;
    return 0;
}

void reputation_free(struct reputation *r)
{
    if (!r)
        return;
    for (int i = 0; i <= REPUTATION_CATEGORIES; i++)
        free(r->names[i]);
    free(r->records);
    free(r);
}

unsigned reputation_category(const struct reputation *r, struct slice name)
{
    for (unsigned i = 1; i < REPUTATION_CATEGORIES; i++)
        if (r->names[i] && text_equal(name, r->names[i]))
            return i;
    return 0;
}

/* The first record of the wanted network at or after the category; NULL when the network has none. */
static const struct record *search(const struct reputation *r, const struct record *wanted)
{
    uint32_t low = 0, high = r->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_records(&r->records[middle], wanted, true) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == r->count || compare_records(&r->records[low], wanted, false) != 0)
        return NULL;
    return &r->records[low];
}

int reputation_value(const struct reputation *r, const struct address *address, unsigned category)
{
    int most = address->version == 4 ? 32 : address->version == 6 ? 128 : -1;
    for (int length = most; length >= 0; length--) {
        struct record wanted = {.network = *address, .length = (uint8_t)length};
        if (!r->lengths[address->version == 6][length])
            continue;
        mask(&wanted.network, (unsigned)length);
        if (length == most && search(r, &wanted)) {
            /* The address itself is listed: that alone counts, and what is not said of it is 0. */
            wanted.category = (uint8_t)category;
            const struct record *found = search(r, &wanted);
            return found && found->category == category ? found->value : 0;
        }
        wanted.category = (uint8_t)category;
        const struct record *found = search(r, &wanted);
        if (found && found->category == category)
            return found->value;
    }
    return -1;
}
