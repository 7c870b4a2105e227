/*
 * domain and tld: the registered domain of a name, and its public suffix (https://publicsuffix.org/list/).
 *
 * The list is read when a rule with one of these is parsed, from the file of Debian's package publicsuffix;
 * each such rule keeps its own sorted index. A name that is itself a suffix has neither: the result is empty.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rule/keyword/transform_option.h"

#define LIST_PATH "/usr/share/publicsuffix/public_suffix_list.dat"

enum { LIST_MOST = 4 << 20, NAME_MOST = 253 /* RFC 1035, 2.3.4 */ };

struct suffixes {
    uint8_t *text;
    struct slice *entries; /* as in the list, "*." and "!" included; sorted */
    uint32_t count, capacity;
};

static int compare(const void *a, const void *b)
{
    const struct slice *x = a, *y = b;
    size_t n = x->n < y->n ? x->n : y->n;
    int order = n ? memcmp(x->p, y->p, n) : 0;
    return order ? order : (x->n > y->n) - (x->n < y->n);
}

static void free_suffixes(void *data)
{
    struct suffixes *list = data;
    if (!list)
        return;
    free(list->text);
    free(list->entries);
    free(list);
}

/* A line of the list is a rule up to the first blank, a comment, or empty. */
static int index_lines(struct suffixes *list, struct slice text)
{
    struct slice line;
    while (text_field(&text, '\n', &line)) {
        if (!line.n || (line.n > 1 && line.p[0] == '/' && line.p[1] == '/'))
            continue;
        const uint8_t *blank = memchr(line.p, ' ', line.n);
        if (blank)
            line.n = (size_t)(blank - line.p);
        if (grow_array(&list->entries, list->count, &list->capacity))
            return -ENOMEM;
        list->entries[list->count++] = line;
    }
    if (list->count)
        qsort(list->entries, list->count, sizeof *list->entries, compare);
    return 0;
}

static int read_list(struct suffixes *list)
{
    FILE *file = fopen(LIST_PATH, "rbe");
    if (!file)
        return -ENOENT;
    list->text = malloc(LIST_MOST);
    size_t n = list->text ? fread(list->text, 1, LIST_MOST, file) : 0;
    fclose(file);
    if (!list->text)
        return -ENOMEM;
    uint8_t *fitted = realloc(list->text, n ? n : 1);
    if (fitted)
        list->text = fitted;
    return n ? index_lines(list, slice_of(list->text, n)) : -ENOENT;
}

static bool listed(const struct suffixes *list, const char *before, struct slice name)
{
    uint8_t entry[NAME_MOST + 3];
    size_t n = strlen(before);
    if (name.n > NAME_MOST)
        return false;
    memcpy(entry, before, n);
    memcpy(entry + n, name.p, name.n);
    struct slice key = slice_of(entry, n + name.n);
    return bsearch(&key, list->entries, list->count, sizeof key, compare) != NULL;
}

/* Index after the next dot from `at` on; the length of the name when there is none. */
static size_t next_label(struct slice name, size_t at)
{
    const uint8_t *dot = at < name.n ? memchr(name.p + at, '.', name.n - at) : NULL;
    return dot ? (size_t)(dot - name.p) + 1 : name.n;
}

/*
 * Where the public suffix of a lower-case name starts: the longest rule that fits, an exception before all
 * others, the last label when none does.
 */
static size_t suffix_start(const struct suffixes *list, struct slice name)
{
    size_t last = 0;
    for (size_t at = 0; at < name.n; at = next_label(name, at)) {
        struct slice rest = slice_from(name, at);
        size_t parent = next_label(name, at);
        if (listed(list, "!", rest))
            return parent;
        if (listed(list, "", rest) || (parent < name.n && listed(list, "*.", slice_from(name, parent))))
            return at;
        last = at;
    }
    return last;
}

/* Where the label before `end` starts. */
static size_t label_start(struct slice name, size_t end)
{
    while (end > 0 && name.p[end - 1] != '.')
        end--;
    return end;
}

/* Where the labels start that a rule of the list can be about: those of the last NAME_MOST bytes, the last
 * one at least. */
static size_t tail_start(struct slice in)
{
    size_t at = in.n > NAME_MOST ? next_label(in, in.n - NAME_MOST - 1) : 0;
    return at < in.n ? at : label_start(in, in.n);
}

/*
 * The start of the public suffix and of the label before it; false when there is no such label. As in
 * Suricata any text is a name, of any length.
 */
static bool split(const struct suffixes *list, struct slice in, size_t *domain, size_t *suffix)
{
    uint8_t lower[NAME_MOST];
    size_t tail = tail_start(in);
    *suffix = tail;
    if (in.n - tail <= NAME_MOST) {
        for (size_t i = tail; i < in.n; i++)
            lower[i - tail] = (uint8_t)(in.p[i] >= 'A' && in.p[i] <= 'Z' ? in.p[i] | 0x20 : in.p[i]);
        *suffix += suffix_start(list, slice_of(lower, in.n - tail));
    }
    if (*suffix < 2)
        return false;
    *domain = label_start(in, *suffix - 1);
    return *domain + 1 < *suffix;
}

static int apply_domain(const void *data, struct slice in, struct buf *out)
{
    size_t domain, suffix;
    return split(data, in, &domain, &suffix) ? buf_append(out, slice_from(in, domain)) : 0;
}

static int apply_tld(const void *data, struct slice in, struct buf *out)
{
    size_t domain, suffix;
    return split(data, in, &domain, &suffix) ? buf_append(out, slice_from(in, suffix)) : 0;
}

static const struct transform_ops domain_ops = {"domain", apply_domain, free_suffixes, NULL};
static const struct transform_ops tld_ops = {"tld", apply_tld, free_suffixes, NULL};

int parse_domain(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct suffixes *list = calloc(1, sizeof *list);
    if (!list)
        return err_set(err, -ENOMEM, "out of memory");
    int rc = read_list(list);
    if (rc) {
        free_suffixes(list);
        return rc == -ENOMEM ? err_set(err, rc, "out of memory")
                             : err_set(err, -ENOTSUP,
                                       "needs the public suffix list, which is not installed "
                                       "(Debian package publicsuffix: " LIST_PATH ")");
    }
    return transform_add(b, slice_equal(option->name, slice_str("tld")) ? &tld_ops : &domain_ops, list, err);
}
