#include "cli/watch.h"

#include <fts.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>

#include "base/hash.h"

enum { LOOK_EVERY_MS = 300 };

static uint64_t look_below(const char *path)
{
    char *const roots[] = {(char *)path, NULL}; /* fts changes nothing in it */
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    uint64_t sum = 0;
    for (FTSENT *e; tree && (e = fts_read(tree));) {
        if (e->fts_info != FTS_F)
            continue;
        const struct stat *st = e->fts_statp;
        uint64_t seen[3] = {(uint64_t)st->st_mtim.tv_sec, (uint64_t)st->st_mtim.tv_nsec,
                            (uint64_t)st->st_size};
        sum += hash_bytes(e->fts_path, e->fts_pathlen, hash_bytes(seen, sizeof seen, st->st_ino));
    }
    if (tree)
        fts_close(tree);
    return sum;
}

uint64_t watch_look(const char *const *paths, size_t count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += look_below(paths[i]);
    return sum;
}

void watch_wait(const char *const *paths, size_t count, uint64_t seen, const atomic_bool *stop)
{
    struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
    uint64_t before = seen, now = seen;
    while (!atomic_load(stop) && (now == seen || now != before)) {
        nanosleep(&pause, NULL);
        before = now;
        now = watch_look(paths, count);
    }
}
