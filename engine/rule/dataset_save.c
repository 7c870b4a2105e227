/*
 * Files of datasets, written: what dataset_file.c reads. A set is copied first, a part at a time, so that who
 * asks it is not kept waiting for the disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/grow.h"
#include "packet/address.h"
#include "rule/dataset_private.h"

struct kept_value {
    size_t at; /* in the copy's bytes, while it grows */
    const uint8_t *bytes;
    uint32_t length;
    uint16_t reputation;
};

struct copy {
    struct buf bytes;
    struct kept_value *list;
    uint32_t count, capacity;
};

static int keep(void *ctx, const struct dataset_value *value)
{
    struct copy *c = ctx;
    if (!value) {
        buf_clear(&c->bytes);
        c->count = 0;
        return 0;
    }
    size_t at = c->bytes.n;
    if (grow_array(&c->list, c->count, &c->capacity) ||
        buf_append(&c->bytes, slice_of(value->bytes, value->length)))
        return -ENOMEM;
    c->list[c->count++] =
        (struct kept_value){.at = at, .length = value->length, .reputation = value->reputation};
    return 0;
}

static bool save_value(FILE *f, const struct dataset *set, const struct kept_value *value)
{
    bool good = true;
    if (set->type == DATASET_STRING) {
        unsigned char *text = malloc((size_t)(value->length + 2) / 3 * 4 + 1);
        if (!text)
            return false;
        EVP_EncodeBlock(text, value->bytes, (int)value->length);
        good = fputs((char *)text, f) >= 0;
        free(text);
    } else if (set->type == DATASET_IPV4 || set->type == DATASET_IP) {
        static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
        struct address address = {.version = value->length == 4 ? 4 : 6};
        char text[ADDRESS_TEXT];
        memcpy(address.bytes, value->bytes, value->length == 4 ? 4 : 16);
        if (address.version == 6 && memcmp(address.bytes, mapped, sizeof mapped) == 0) {
            address = (struct address){.version = 4};
            memcpy(address.bytes, value->bytes + sizeof mapped, 4);
        }
        address_print(&address, text);
        good = fputs(text, f) >= 0;
    } else {
        for (uint32_t i = 0; i < value->length; i++)
            good = fprintf(f, "%02x", value->bytes[i]) > 0 && good;
    }
    if (set->reputation)
        good = fprintf(f, ",%u", value->reputation) > 0 && good;
    return fputc('\n', f) != EOF && good;
}

static int compare_values(const void *a, const void *b)
{
    const struct kept_value *x = a, *y = b;
    uint32_t n = x->length < y->length ? x->length : y->length;
    int r = memcmp(x->bytes, y->bytes, n);
    return r ? r : x->length < y->length ? -1 : x->length > y->length;
}

/* Sorted, so that the same set gives the same file. */
static int save_sorted(FILE *f, const struct dataset *set, struct copy *copy)
{
    bool good = true;
    for (uint32_t i = 0; i < copy->count; i++)
        copy->list[i].bytes = copy->bytes.p + copy->list[i].at;
    if (copy->count)
        qsort(copy->list, copy->count, sizeof *copy->list, compare_values);
    for (uint32_t i = 0; i < copy->count && good; i++)
        good = save_value(f, set, &copy->list[i]);
    return good ? 0 : -EIO;
}

static int save_file(const struct dataset *set, struct copy *copy, struct err *err)
{
    char *temporary = NULL;
    if (asprintf(&temporary, "%s.XXXXXX", set->save) < 0)
        return err_set(err, -ENOMEM, "memory is short");
    int fd = mkostemp(temporary, O_CLOEXEC), r = fd < 0 ? -errno : 0;
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (!r && !f) {
        r = -errno;
        close(fd);
    }
    if (f) {
        r = save_sorted(f, set, copy);
        if (fclose(f) && !r)
            r = -errno;
    }
    if (!r && rename(temporary, set->save))
        r = -errno;
    if (r && fd >= 0)
        unlink(temporary);
    free(temporary);
    return r ? err_set(err, r, "dataset %s: %s cannot be written: %s", set->name, set->save, strerror(-r))
             : 0;
}

static int save(struct dataset *set, struct err *err)
{
    struct copy copy = {0};
    int r = dataset_each(set, keep, &copy);
    r = r ? err_set(err, r, "dataset %s: memory is short", set->name) : save_file(set, &copy, err);
    buf_fini(&copy.bytes);
    free(copy.list);
    return r;
}

int datasets_save(struct datasets *all, struct err *err)
{
    int first = 0;
    for (struct dataset *set = all->sets; set; set = set->next) {
        int r = set->save ? save(set, first ? NULL : err) : 0;
        first = first ? first : r;
    }
    return first;
}

int datasets_may_save(struct datasets *all, struct err *err)
{
    for (struct dataset *set = all->sets; set; set = set->next) {
        char *path = set->save ? strdup(set->save) : NULL;
        int failed = path && access(dirname(path), W_OK | X_OK) ? -errno : 0;
        free(path);
        if (failed)
            return err_set(err, failed, "dataset %s: no file may be written beside %s: %s", set->name,
                           set->save, strerror(-failed));
    }
    return 0;
}
