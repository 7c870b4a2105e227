#include "rule/classes.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/grow.h"
#include "rule/file.h"
#include "rule/keyword.h"

static const struct {
    const char *name;
    int priority;
    const char *text;
} default_classes[] = {
#define CLASS(name, priority, text) {name, priority, text},
#include "rule/class_list.h"
#undef CLASS
};

static const struct {
    const char *name, *prefix;
} default_systems[] = {
#define REFERENCE(name, prefix) {name, prefix},
#include "rule/reference_list.h"
#undef REFERENCE
};

const struct rule_class *class_find(const struct classes *classes, struct slice name)
{
    for (uint32_t i = 0; classes && i < classes->class_count; i++)
        if (text_equal(name, classes->classes[i].name))
            return &classes->classes[i];
    return NULL;
}

const struct reference_system *reference_find(const struct classes *classes, struct slice name)
{
    for (uint32_t i = 0; classes && i < classes->system_count; i++)
        if (text_equal(name, classes->systems[i].name))
            return &classes->systems[i];
    return NULL;
}

static int add_class(struct classes *c, struct slice name, struct slice text, int priority)
{
    if (c->class_count >= CLASSES_MOST)
        return -ENOSPC;
    struct rule_class item = {.name = text_dup(name), .text = text_dup(text), .priority = priority};
    if (!item.name || !item.text || grow_array(&c->classes, c->class_count, &c->class_capacity)) {
        free(item.name);
        free(item.text);
        return -ENOMEM;
    }
    c->classes[c->class_count++] = item;
    return 0;
}

static int add_system(struct classes *c, struct slice name, struct slice prefix)
{
    if (c->system_count >= CLASSES_MOST)
        return -ENOSPC;
    struct reference_system item = {.name = text_dup(name), .prefix = text_dup(prefix)};
    if (!item.name || !item.prefix || grow_array(&c->systems, c->system_count, &c->system_capacity)) {
        free(item.name);
        free(item.prefix);
        return -ENOMEM;
    }
    c->systems[c->system_count++] = item;
    return 0;
}

static void clear_classes(struct classes *c)
{
    while (c->class_count) {
        struct rule_class *last = &c->classes[--c->class_count];
        free(last->name);
        free(last->text);
    }
}

static void clear_systems(struct classes *c)
{
    while (c->system_count) {
        struct reference_system *last = &c->systems[--c->system_count];
        free(last->name);
        free(last->prefix);
    }
}

void classes_free(struct classes *classes)
{
    if (!classes)
        return;
    clear_classes(classes);
    clear_systems(classes);
    free(classes->classes);
    free(classes->systems);
    free(classes);
}

struct classes *classes_new(void)
{
    struct classes *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    int rc = 0;
    for (size_t i = 0; !rc && i < sizeof default_classes / sizeof default_classes[0]; i++)
        rc = add_class(c, slice_str(default_classes[i].name), slice_str(default_classes[i].text),
                       default_classes[i].priority);
    for (size_t i = 0; !rc && i < sizeof default_systems / sizeof default_systems[0]; i++)
        rc = add_system(c, slice_str(default_systems[i].name), slice_str(default_systems[i].prefix));
    if (!rc)
        return c;
    classes_free(c);
    return NULL;
}

/* Takes "config WORD:" off the line. */
static bool take_prefix(struct slice *line, const char *word)
{
    struct slice rest = *line;
    size_t n = strlen(word);
    if (rest.n < 6 || !text_equal(slice_first(rest, 6), "config"))
        return false;
    rest = text_trim(slice_from(rest, 6));
    if (rest.n < n || !text_equal(slice_first(rest, n), word))
        return false;
    rest = text_trim(slice_from(rest, n));
    if (!rest.n || rest.p[0] != ':')
        return false;
    *line = text_trim(slice_from(rest, 1));
    return true;
}

/* config classification: NAME,TEXT,PRIORITY (the text may hold commas) */
static int class_line(struct classes *c, struct slice line, struct err *err)
{
    if (!take_prefix(&line, "classification"))
        return err_set(err, -EINVAL, "expected \"config classification: name,text,priority\"");
    struct slice name, rest = line;
    uint64_t priority;
    size_t last = line.n;
    while (last && line.p[last - 1] != ',')
        last--;
    if (!text_field(&rest, ',', &name) || !name.n || !rest.p || last <= name.n + 1 ||
        !text_uint(text_trim(slice_from(line, last)), 255, &priority))
        return err_set(err, -EINVAL, "expected a name, a text and a priority of 1 to 255");
    struct slice text = text_trim(slice_of(rest.p, (size_t)(line.p + last - 1 - rest.p)));
    if (class_find(c, name))
        return err_set(err, -EEXIST, "this class stands above already");
    int rc = add_class(c, name, text, (int)priority);
    return rc ? err_set(err, rc, rc == -ENOMEM ? "out of memory" : "too many classes") : 0;
}

/* config reference: NAME PREFIX */
static int reference_line(struct classes *c, struct slice line, struct err *err)
{
    if (!take_prefix(&line, "reference"))
        return err_set(err, -EINVAL, "expected \"config reference: name prefix\"");
    size_t n = 0;
    while (n < line.n && line.p[n] != ' ' && line.p[n] != '\t')
        n++;
    struct slice name = slice_first(line, n), prefix = text_trim(slice_from(line, n));
    if (!name.n || !prefix.n)
        return err_set(err, -EINVAL, "expected a name and a prefix, such as \"cve https://cve.org/?id=\"");
    if (reference_find(c, name))
        return err_set(err, -EEXIST, "this reference system stands above already");
    int rc = add_system(c, name, prefix);
    return rc ? err_set(err, rc, rc == -ENOMEM ? "out of memory" : "too many reference systems") : 0;
}

static int load(struct classes *c, const char *path,
                int (*parse)(struct classes *, struct slice, struct err *), class_line_fn bad, void *ctx,
                struct err *err)
{
    struct buf text = {0};
    int rc = file_read(path, CLASS_FILE_MOST, &text, err);
    struct slice rest = buf_slice(&text), line;
    for (unsigned number = 1; !rc && text_field(&rest, '\n', &line); number++) {
        struct err problem = {0};
        if (!line.n || line.p[0] == '#')
            continue;
        rc = parse(c, line, &problem);
        if (rc == -ENOMEM) {
            err_set(err, rc, "out of memory");
        } else if (rc) {
            err_at(&problem, path, number, 1);
            if (bad)
                bad(ctx, &problem);
            rc = 0;
        }
    }
    buf_fini(&text);
    return rc;
}

int classes_load(struct classes *classes, const char *path, class_line_fn bad, void *ctx, struct err *err)
{
    if (!classes->classes_given)
        clear_classes(classes);
    classes->classes_given = true;
    return load(classes, path, class_line, bad, ctx, err);
}

int references_load(struct classes *classes, const char *path, class_line_fn bad, void *ctx, struct err *err)
{
    if (!classes->systems_given)
        clear_systems(classes);
    classes->systems_given = true;
    return load(classes, path, reference_line, bad, ctx, err);
}
