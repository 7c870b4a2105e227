#include "match/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/slice.h"

enum { FILES_MOST = 512, MAGIC_BYTES = 8, NAME_BYTES = 512, FILE_MOST = 1 << 30 };
static const uint64_t BYTES_MOST = 1ull << 30;
static const char MAGIC[MAGIC_BYTES] = "sluicdb1";
static const char SUFFIX[] = ".hsdb";

struct cache {
    int folder; /* directory descriptor */
    const struct log *log;
    char *path;
};

struct file_head {
    char magic[MAGIC_BYTES];
    uint64_t length; /* of what follows */
    XXH128_canonical_t sum;
};

/* Makes the folders of a path. */
static int make_folders(char *path)
{
    for (char *at = path + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        int made = mkdir(path, 0700);
        *at = '/';
        if (made && errno != EEXIST)
            return -errno;
    }
    return mkdir(path, 0700) && errno != EEXIST ? -errno : 0;
}

/* What others may write to is not loaded: a database is code for Hyperscan's engine. */
static bool is_ours(int descriptor)
{
    struct stat s;
    return !fstat(descriptor, &s) && s.st_uid == geteuid() && !(s.st_mode & (S_IWGRP | S_IWOTH));
}

struct cache *cache_open(const char *directory, const struct log *log)
{
    struct cache *cache = calloc(1, sizeof *cache);
    if (!cache)
        return NULL;
    cache->folder = -1;
    cache->log = log;
    cache->path = strdup(directory);
    if (!cache->path || !*directory)
        goto fail;
    int made = make_folders(cache->path);
    cache->folder = made ? -1 : open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (cache->folder < 0) {
        log_warning(log, "cannot use the cache folder %s: %s", directory, strerror(made ? -made : errno));
        goto fail;
    }
    if (!is_ours(cache->folder)) {
        log_warning(log, "the cache folder %s belongs to, or can be written by, others: not used", directory);
        goto fail;
    }
    return cache;
fail:
    if (cache->folder >= 0)
        close(cache->folder);
    free(cache->path);
    free(cache);
    return NULL;
}

void cache_key_init(struct cache_key *key)
{
    hs_platform_info_t platform;
    memset(&platform, 0, sizeof platform);
    hs_populate_platform(&platform);
    key->state = XXH3_createState();
    if (key->state)
        XXH3_128bits_reset(key->state);
    uint64_t machine[3] = {platform.tune, platform.cpu_features, sizeof(void *)};
    cache_key_add(key, machine, sizeof machine);
    cache_key_add(key, hs_version(), strlen(hs_version()));
}

void cache_key_add(struct cache_key *key, const void *p, size_t n)
{
    if (key->state && n)
        XXH3_128bits_update(key->state, p, n);
}

void cache_key_done(struct cache_key *key)
{
    key->name[0] = '\0';
    if (!key->state)
        return;
    XXH128_hash_t hash = XXH3_128bits_digest(key->state);
    snprintf(key->name, sizeof key->name, "%016llx%016llx", (unsigned long long)hash.high64,
             (unsigned long long)hash.low64);
    XXH3_freeState(key->state);
    key->state = NULL;
}

static bool read_all(int descriptor, void *p, size_t n)
{
    uint8_t *to = p;
    while (n) {
        ssize_t got = read(descriptor, to, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        n -= (size_t)got;
    }
    return true;
}

static bool write_all(int descriptor, const void *p, size_t n)
{
    const uint8_t *from = p;
    while (n) {
        ssize_t put = write(descriptor, from, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        from += put;
        n -= (size_t)put;
    }
    return true;
}

/* The file's content if the head and its sum say that it is whole; NULL otherwise. */
static char *read_checked(int descriptor, size_t *length)
{
    struct file_head head;
    struct stat s;
    if (!is_ours(descriptor) || fstat(descriptor, &s) || !read_all(descriptor, &head, sizeof head) ||
        memcmp(head.magic, MAGIC, MAGIC_BYTES) != 0 || head.length > FILE_MOST ||
        (uint64_t)s.st_size != sizeof head + head.length)
        return NULL;
    char *bytes = malloc(head.length + 1);
    if (!bytes)
        return NULL;
    XXH128_hash_t sum = {0};
    if (read_all(descriptor, bytes, head.length))
        sum = XXH3_128bits(bytes, head.length);
    if (!XXH128_isEqual(sum, XXH128_hashFromCanonical(&head.sum))) {
        free(bytes);
        return NULL;
    }
    *length = head.length;
    return bytes;
}

bool cache_read(struct cache *cache, const struct cache_key *key, hs_database_t **out)
{
    char name[64];
    if (!key->name[0])
        return false;
    snprintf(name, sizeof name, "%s%s", key->name, SUFFIX);
    int descriptor = openat(cache->folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return false;
    size_t length = 0;
    char *bytes = read_checked(descriptor, &length);
    bool good = bytes && hs_deserialize_database(bytes, length, out) == HS_SUCCESS;
    if (good)
        futimens(descriptor, NULL); /* for the order in which files are removed; failing is harmless */
    else
        log_notice(cache->log, "the cached database %s/%s is damaged: built again", cache->path, name);
    free(bytes);
    close(descriptor);
    return good;
}

void cache_write(struct cache *cache, const struct cache_key *key, const hs_database_t *database)
{
    char *bytes = NULL;
    size_t length = 0;
    if (!key->name[0] || hs_serialize_database(database, &bytes, &length) != HS_SUCCESS)
        return;
    struct file_head head = {.length = length};
    memcpy(head.magic, MAGIC, MAGIC_BYTES);
    XXH128_canonicalFromHash(&head.sum, XXH3_128bits(bytes, length));
    char name[64], temporary[96];
    snprintf(name, sizeof name, "%s%s", key->name, SUFFIX);
    snprintf(temporary, sizeof temporary, ".%s.%ld.%p", key->name, (long)getpid(), (void *)bytes);
    int descriptor = openat(cache->folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good =
        descriptor >= 0 && write_all(descriptor, &head, sizeof head) && write_all(descriptor, bytes, length);
    int code = errno;
    if (descriptor >= 0 && close(descriptor))
        good = false;
    if (good && renameat(cache->folder, temporary, cache->folder, name)) {
        code = errno;
        good = false;
    }
    if (!good) {
        log_warning(cache->log, "cannot write the cached database %s/%s: %s", cache->path, name,
                    strerror(code));
        unlinkat(cache->folder, temporary, 0);
    }
    free(bytes);
}

struct cached_file {
    char name[64];
    uint64_t bytes;
    struct timespec used;
};

static int compare_used(const void *left, const void *right)
{
    const struct timespec *a = &((const struct cached_file *)left)->used;
    const struct timespec *b = &((const struct cached_file *)right)->used;
    if (a->tv_sec != b->tv_sec)
        return a->tv_sec < b->tv_sec ? 1 : -1;
    return (a->tv_nsec < b->tv_nsec) - (a->tv_nsec > b->tv_nsec);
}

static bool is_cached_file(const char *name)
{
    size_t n = strlen(name);
    return n == 32 + sizeof SUFFIX - 1 && !strcmp(name + 32, SUFFIX);
}

/* The folder's databases, the most recently used first. */
static size_t list_files(DIR *folder, struct cached_file **out)
{
    struct cached_file *files = NULL;
    size_t count = 0, room = 0;
    const struct dirent *entry;
    while ((entry = readdir(folder))) {
        struct stat s;
        if (!is_cached_file(entry->d_name) || fstatat(dirfd(folder), entry->d_name, &s, AT_SYMLINK_NOFOLLOW))
            continue;
        if (count == room) {
            room = room ? 2 * room : 64;
            struct cached_file *more = realloc(files, room * sizeof *files);
            if (!more)
                break;
            files = more;
        }
        files[count] = (struct cached_file){.bytes = (uint64_t)s.st_size, .used = s.st_mtim};
        memcpy(files[count].name, entry->d_name, strlen(entry->d_name) + 1);
        count++;
    }
    if (count)
        qsort(files, count, sizeof *files, compare_used);
    *out = files;
    return count;
}

static void remove_oldest(struct cache *cache)
{
    int descriptor = dup(cache->folder);
    DIR *folder = descriptor >= 0 ? fdopendir(descriptor) : NULL;
    if (!folder) {
        if (descriptor >= 0)
            close(descriptor);
        return;
    }
    rewinddir(folder);
    struct cached_file *files;
    size_t count = list_files(folder, &files);
    uint64_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        bytes += files[i].bytes;
        if (i >= FILES_MOST || bytes > BYTES_MOST)
            unlinkat(cache->folder, files[i].name, 0);
    }
    free(files);
    closedir(folder);
}

void cache_close(struct cache *cache)
{
    if (!cache)
        return;
    remove_oldest(cache);
    close(cache->folder);
    free(cache->path);
    free(cache);
}
