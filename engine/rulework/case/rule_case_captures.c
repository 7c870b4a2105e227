#include "rulework/case/rule_case_captures.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/grow.h"
#include "capture/pcap_write.h"
#include "rulework/case/rule_case_run.h"

enum kind { ALERT, MISS, BUFFERS };

static const char *const endings[] = {[ALERT] = "alert", [MISS] = "miss"};

struct entry {
    const struct case_file *file;
    const struct rule_case *test;
    int64_t sid; /* 0: none */
    enum kind kind;
    uint32_t order; /* as they stand in the files */
};

struct writing {
    const char *folder;
    struct entry *list; /* by name, then in their order */
    uint32_t count, capacity;
    struct buf manifest;
};

static int fail(const char *path, int rc, struct err *err)
{
    err_set(err, rc, "cannot be written: %s", strerror(-rc));
    err_at(err, path, 0, 0);
    return rc;
}

/* The last sid that the test speaks of: what must not alert stands behind what comes before it. */
static struct entry entry_of(const struct case_file *file, const struct rule_case *test, uint32_t order)
{
    const struct case_sid *last = test->expect.count ? &test->expect.list[test->expect.count - 1] : NULL;
    bool miss = test->never.count || (last && !last->count);
    if (test->never.count)
        last = &test->never.list[test->never.count - 1];
    return (struct entry){.file = file,
                          .test = test,
                          .sid = last ? last->sid : 0,
                          .kind = miss   ? MISS
                                  : last ? ALERT
                                         : BUFFERS,
                          .order = order};
}

static int collect(struct writing *w, const struct case_file *file, const char *filter)
{
    int rc = 0;
    for (uint32_t i = 0; i < file->count && !rc; i++) {
        const struct rule_case *test = &file->list[i];
        if (test->capture || test->follows || !case_chosen(file, test, filter))
            continue;
        rc = grow_array(&w->list, w->count, &w->capacity);
        if (!rc) {
            w->list[w->count] = entry_of(file, test, w->count);
            w->count++;
        }
    }
    return rc;
}

static int by_name(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->sid != y->sid)
        return x->sid < y->sid ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static void name_of(const struct entry *e, unsigned number, char name[64])
{
    char again[16] = "";
    if (number > 1)
        snprintf(again, sizeof again, "-%u", number);
    if (e->kind == BUFFERS)
        snprintf(name, 64, "buffers%s.pcap", again);
    else
        snprintf(name, 64, "%" PRId64 "-%s%s.pcap", e->sid, endings[e->kind], again);
}

/* 9000001,9000002*3,9000003*any; "others" where further rules may alert; "-" for nothing. */
static int put_expected(const struct rule_case *test, struct buf *out)
{
    const char *comma = "";
    int rc = 0;
    for (uint32_t i = 0; i < test->expect.count && !rc; i++) {
        const struct case_sid *sid = &test->expect.list[i];
        if (!sid->count)
            continue;
        rc = buf_printf(out, "%s%" PRId64, comma, sid->sid);
        if (!rc && sid->count < 0)
            rc = buf_printf(out, "*any");
        else if (!rc && sid->count > 1)
            rc = buf_printf(out, "*%" PRId64, sid->count);
        comma = ",";
    }
    if (!rc && test->others)
        return buf_printf(out, "%sothers", comma);
    return rc || *comma ? rc : buf_printf(out, "-");
}

/* A cell of the table: what would end it is a blank. */
static int put_cell(const char *text, struct buf *out)
{
    int rc = 0;
    for (; *text && !rc; text++)
        rc = buf_append_byte(out, (uint8_t)*text < ' ' ? ' ' : (uint8_t)*text);
    return rc ? rc : buf_append_byte(out, '\t');
}

static int put_line(const struct entry *e, const char *name, struct buf *out)
{
    char origin[PATH_MAX];
    snprintf(origin, sizeof origin, "%s:%u", e->file->path, e->test->line);
    int rc = put_cell(name, out);
    rc = rc ? rc : put_cell(origin, out);
    rc = rc ? rc : put_cell(e->test->name, out);
    rc = rc ? rc : put_expected(e->test, out);
    return rc ? rc : buf_append_byte(out, '\n');
}

static int path_in(const char *folder, const char *name, char path[PATH_MAX], struct err *err)
{
    if (snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX)
        return 0;
    return fail(folder, -ENAMETOOLONG, err);
}

static int write_captures(struct writing *w, struct err *err)
{
    unsigned number = 0;
    for (uint32_t i = 0; i < w->count; i++) {
        const struct entry *e = &w->list[i];
        bool again = i && e[-1].sid == e->sid && e[-1].kind == e->kind;
        number = again ? number + 1 : 1;
        char name[64], path[PATH_MAX];
        name_of(e, number, name);
        int rc = path_in(w->folder, name, path, err);
        rc = rc ? rc : pcap_write(path, e->test->frames.list, e->test->frames.count, true, err);
        if (rc)
            return rc;
        if (put_line(e, name, &w->manifest))
            return err_set(err, -ENOMEM, "out of memory");
    }
    return 0;
}

static int write_manifest(const struct writing *w, struct err *err)
{
    char path[PATH_MAX];
    int rc = path_in(w->folder, "manifest.tsv", path, err);
    if (rc)
        return rc;
    FILE *file = fopen(path, "we");
    if (!file)
        return fail(path, -errno, err);
    if (fwrite(w->manifest.p, 1, w->manifest.n, file) != w->manifest.n)
        rc = -EIO;
    if (fclose(file) && !rc)
        rc = -errno;
    return rc ? fail(path, rc, err) : 0;
}

int case_captures_write(const char *folder, const struct case_file *files, uint32_t file_count,
                        const char *filter, uint32_t *written, struct err *err)
{
    struct writing w = {.folder = folder};
    int rc = buf_printf(&w.manifest, "file\torigin\tshows\texpected\n");
    for (uint32_t i = 0; i < file_count && !rc; i++)
        rc = collect(&w, &files[i], filter);
    if (rc)
        err_set(err, rc, "out of memory");
    else if (mkdir(folder, 0777) && errno != EEXIST)
        rc = fail(folder, -errno, err);
    if (!rc && w.count)
        qsort(w.list, w.count, sizeof w.list[0], by_name);
    rc = rc ? rc : write_captures(&w, err);
    rc = rc ? rc : write_manifest(&w, err);
    *written = w.count;
    free(w.list);
    buf_fini(&w.manifest);
    return rc;
}
