#include "app/file/file_store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex_text.h"

enum { WRITERS_MOST = 256, HEX = 64, NAME = HEX + 64, QUOTA_SHIFT = 30 };

struct file_store {
    int directory;
    uint64_t quota;
    atomic_uint_fast64_t stored, duplicates, bytes, full, failed, temporary, writers;
    atomic_int error;
};

struct file_writer {
    struct file_store *store;
    int file;
    uint64_t bytes;
    char name[32]; /* below tmp */
};

static void add(atomic_uint_fast64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static uint64_t get(const atomic_uint_fast64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static int failed(struct file_store *store, int error)
{
    int none = 0;
    add(&store->failed, 1);
    atomic_compare_exchange_strong(&store->error, &none, error);
    return -error;
}

static int make_folder(int at, const char *name)
{
    return mkdirat(at, name, 0755) && errno != EEXIST ? -errno : 0;
}

struct file_store *file_store_new(const char *directory, uint64_t quota, struct err *err)
{
    struct file_store *store = calloc(1, sizeof *store);
    if (!store) {
        err_set(err, -ENOMEM, "out of memory");
        return NULL;
    }
    store->quota = quota ? quota : UINT64_C(1) << QUOTA_SHIFT;
    int rc = make_folder(AT_FDCWD, directory);
    store->directory = rc ? -1 : open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!rc && store->directory < 0)
        rc = -errno;
    if (!rc)
        rc = make_folder(store->directory, "tmp");
    if (rc) {
        err_set(err, rc, "files cannot be stored in %s: %s", directory, strerror(-rc));
        file_store_free(store);
        return NULL;
    }
    return store;
}

void file_store_free(struct file_store *store)
{
    if (store && store->directory >= 0) {
        unlinkat(store->directory, "tmp", AT_REMOVEDIR); /* when nobody else is writing */
        close(store->directory);
    }
    free(store);
}

void file_store_count(const struct file_store *store, struct file_store_counts *out)
{
    *out = (struct file_store_counts){
        .stored = get(&store->stored),
        .duplicates = get(&store->duplicates),
        .bytes = get(&store->bytes),
        .full = get(&store->full),
        .failed = get(&store->failed),
        .error = (uint64_t)atomic_load(&store->error),
    };
}

static void temporary_name(struct file_store *store, char name[32])
{
    uint64_t n = atomic_fetch_add_explicit(&store->temporary, 1, memory_order_relaxed);
    snprintf(name, 32, "tmp/%d-%" PRIu64, (int)getpid(), n);
}

/* A file of that name that nobody else has. */
static int make_temporary(struct file_store *store, char name[32])
{
    for (int i = 0; i < 16; i++) {
        temporary_name(store, name);
        int file = openat(store->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (file >= 0)
            return file;
        if (errno == ENOENT) /* tmp is gone: another run has ended */
            make_folder(store->directory, "tmp");
        else if (errno != EEXIST)
            break;
    }
    return -errno;
}

struct file_writer *file_writer_new(struct file_store *store)
{
    if (get(&store->writers) >= WRITERS_MOST) {
        add(&store->full, 1);
        return NULL;
    }
    struct file_writer *writer = calloc(1, sizeof *writer);
    if (!writer) {
        failed(store, ENOMEM);
        return NULL;
    }
    writer->store = store;
    writer->file = make_temporary(store, writer->name);
    if (writer->file < 0) {
        failed(store, -writer->file);
        free(writer);
        return NULL;
    }
    add(&store->writers, 1);
    return writer;
}

static int write_all(int file, struct slice bytes)
{
    while (bytes.n) {
        ssize_t n = write(file, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n ? -errno : -EIO;
        bytes = slice_from(bytes, (size_t)n);
    }
    return 0;
}

/* Taken before it is written, so that workers together stay below the quota. */
static int take_room(struct file_store *store, size_t bytes)
{
    uint64_t before = atomic_fetch_add_explicit(&store->bytes, bytes, memory_order_relaxed);
    if (bytes <= store->quota && before <= store->quota - bytes)
        return 0;
    add(&store->full, 1);
    return -ENOSPC;
}

static void give_room(struct file_store *store, uint64_t bytes)
{
    atomic_fetch_sub_explicit(&store->bytes, bytes, memory_order_relaxed);
}

int file_writer_add(struct file_writer *writer, struct slice bytes)
{
    struct file_store *store = writer->store;
    writer->bytes += bytes.n;
    int rc = take_room(store, bytes.n);
    if (rc)
        return rc;
    rc = write_all(writer->file, bytes);
    return rc ? failed(store, -rc) : 0;
}

/* `removed`: its bytes are not on disk any more. */
static void end_writer(struct file_writer *writer, bool removed)
{
    struct file_store *store = writer->store;
    if (writer->file >= 0)
        close(writer->file);
    if (removed) {
        unlinkat(store->directory, writer->name, 0);
        give_room(store, writer->bytes);
    }
    atomic_fetch_sub_explicit(&store->writers, 1, memory_order_relaxed);
    free(writer);
}

void file_writer_drop(struct file_writer *writer)
{
    if (writer)
        end_writer(writer, true);
}

/* "ab/abcd...". */
static void stored_name(const uint8_t sha256[32], char name[NAME])
{
    *hex_put(name + 3, slice_of(sha256, HEX / 2)) = 0;
    memcpy(name, name + 3, 2);
    name[2] = '/';
}

static int make_place(struct file_store *store, const char *name)
{
    char folder[3] = {name[0], name[1], 0};
    return make_folder(store->directory, folder);
}

uint64_t file_writer_keep(struct file_writer *writer, const uint8_t sha256[32])
{
    struct file_store *store = writer->store;
    char name[NAME];
    stored_name(sha256, name);
    int rc = close(writer->file) ? -errno : 0;
    writer->file = -1;
    if (!rc)
        rc = make_place(store, name);
    bool there = !rc && faccessat(store->directory, name, F_OK, 0) == 0;
    if (!rc && !there && renameat(store->directory, writer->name, store->directory, name))
        rc = -errno;
    end_writer(writer, rc || there);
    if (rc) {
        failed(store, -rc);
        return 0;
    }
    if (there)
        add(&store->duplicates, 1);
    return atomic_fetch_add_explicit(&store->stored, 1, memory_order_relaxed) + 1;
}

/* Whole or not at all, in the place of what had that name. */
static int write_whole(struct file_store *store, const char *name, struct slice bytes)
{
    char temporary[32];
    int file = make_temporary(store, temporary);
    if (file < 0)
        return file;
    int rc = write_all(file, bytes);
    if (close(file) && !rc)
        rc = -errno;
    if (!rc && renameat(store->directory, temporary, store->directory, name))
        rc = -errno;
    if (rc)
        unlinkat(store->directory, temporary, 0);
    return rc;
}

int file_store_record(struct file_store *store, const char *name, struct slice text)
{
    int rc = take_room(store, text.n);
    if (!rc) {
        rc = write_whole(store, name, text);
        if (!rc)
            return 0;
        failed(store, -rc);
    }
    give_room(store, text.n);
    return rc;
}

int file_store_put(struct file_store *store, const char *name, struct slice bytes)
{
    if (faccessat(store->directory, name, F_OK, 0) == 0) {
        add(&store->duplicates, 1);
        return -EEXIST;
    }
    int rc = file_store_record(store, name, bytes);
    if (!rc)
        add(&store->stored, 1);
    return rc;
}

void file_store_note(struct file_store *store, const uint8_t sha256[32], uint64_t seconds, uint64_t id,
                     struct slice text)
{
    char name[NAME];
    stored_name(sha256, name);
    size_t n = strlen(name);
    snprintf(name + n, sizeof name - n, ".%" PRIu64 ".%" PRIu64 ".json", seconds, id);
    file_store_record(store, name, text);
}
