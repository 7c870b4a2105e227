/*
 * ceiling: what Hyperscan alone takes for the scans of a replay. Loaded before `sluice replay` (LD_PRELOAD),
 * it keeps what is scanned, and does the same scans again, with the same databases on the same bytes and
 * nothing else, when the process ends, which leaves its databases to the kernel; then it says on standard
 * error:
 *
 *   ceiling: SCANS scans, BYTES bytes, SECONDS seconds
 *
 * Keeps at most CEILING_BYTES bytes (512 MiB); what is past that is not counted.
 */
#include <dlfcn.h>
#include <hs/hs.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STREAMS = 1 << 20 };

struct scan {
    const hs_database_t *database;
    const hs_stream_t *stream; /* NULL: block */
    size_t at;
    unsigned n;
    bool reset; /* the stream begins anew */
};

struct known { /* what a stream was opened with, and the one that stands for it when the scans are repeated */
    const hs_stream_t *stream;
    const hs_database_t *database;
    hs_stream_t *again;
};

static struct scan *scans;
static size_t count, capacity, used, most;
static char *bytes;
static struct known streams[STREAMS];
static bool done;

static void *real(const char *name)
{
    void *f = dlsym(RTLD_NEXT, name);
    if (!f)
        abort();
    return f;
}

static struct known *known(const hs_stream_t *stream)
{
    size_t i = ((uintptr_t)stream >> 5) * 0x9e3779b1u % STREAMS;
    while (streams[i].stream && streams[i].stream != stream)
        i = (i + 1) % STREAMS;
    return &streams[i];
}

static void keep(const hs_database_t *database, const hs_stream_t *stream, const char *data, unsigned n,
                 bool reset)
{
    if (!bytes) {
        const char *limit = getenv("CEILING_BYTES");
        most = limit ? strtoull(limit, NULL, 10) : (size_t)512 << 20;
        bytes = malloc(most);
    }
    if (done || !bytes || used + n > most)
        return;
    if (count == capacity) {
        capacity = capacity ? capacity * 2 : 1 << 16;
        scans = realloc(scans, capacity * sizeof *scans);
        if (!scans)
            abort();
    }
    memcpy(bytes + used, data, n);
    scans[count++] = (struct scan){database, stream, used, n, reset};
    used += n;
}

hs_error_t hs_open_stream(const hs_database_t *db, unsigned flags, hs_stream_t **stream)
{
    static hs_error_t (*next)(const hs_database_t *, unsigned, hs_stream_t **);
    if (!next)
        next = real("hs_open_stream");
    hs_error_t result = next(db, flags, stream);
    if (result == HS_SUCCESS && !done) {
        *known(*stream) = (struct known){*stream, db, NULL};
        keep(db, *stream, "", 0, true);
    }
    return result;
}

hs_error_t hs_reset_stream(hs_stream_t *stream, unsigned flags, hs_scratch_t *scratch,
                           match_event_handler handler, void *ctx)
{
    static hs_error_t (*next)(hs_stream_t *, unsigned, hs_scratch_t *, match_event_handler, void *);
    if (!next)
        next = real("hs_reset_stream");
    keep(NULL, stream, "", 0, true);
    return next(stream, flags, scratch, handler, ctx);
}

hs_error_t hs_scan(const hs_database_t *db, const char *data, unsigned n, unsigned flags,
                   hs_scratch_t *scratch, match_event_handler handler, void *ctx)
{
    static hs_error_t (*next)(const hs_database_t *, const char *, unsigned, unsigned, hs_scratch_t *,
                              match_event_handler, void *);
    if (!next)
        next = real("hs_scan");
    keep(db, NULL, data, n, false);
    return next(db, data, n, flags, scratch, handler, ctx);
}

hs_error_t hs_scan_stream(hs_stream_t *stream, const char *data, unsigned n, unsigned flags,
                          hs_scratch_t *scratch, match_event_handler handler, void *ctx)
{
    static hs_error_t (*next)(hs_stream_t *, const char *, unsigned, unsigned, hs_scratch_t *,
                              match_event_handler, void *);
    if (!next)
        next = real("hs_scan_stream");
    keep(NULL, stream, data, n, false);
    return next(stream, data, n, flags, scratch, handler, ctx);
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
    (void)id, (void)from, (void)to, (void)flags;
    ++*(uint64_t *)ctx;
    return 0;
}

static void again(const struct scan *scan, hs_scratch_t *scratch, uint64_t *matches)
{
    if (!scan->stream) {
        hs_scan(scan->database, bytes + scan->at, scan->n, 0, scratch, on_match, matches);
        return;
    }
    struct known *k = known(scan->stream);
    if (scan->database) /* opened: at the same address there may have been one of another database */
        k->database = scan->database;
    if (scan->reset && k->again && scan->database) {
        hs_close_stream(k->again, NULL, NULL, NULL);
        k->again = NULL;
    } else if (scan->reset && k->again) {
        hs_reset_stream(k->again, 0, NULL, NULL, NULL);
    }
    if (!k->again && hs_open_stream(k->database, 0, &k->again) != HS_SUCCESS)
        abort();
    if (scan->n)
        hs_scan_stream(k->again, bytes + scan->at, scan->n, 0, scratch, on_match, matches);
}

static void repeat(void)
{
    done = true;
    hs_scratch_t *scratch = NULL;
    for (size_t i = 0; i < count; i++)
        if (scans[i].database && (i == 0 || scans[i].database != scans[i - 1].database) &&
            hs_alloc_scratch(scans[i].database, &scratch) != HS_SUCCESS)
            abort();
    uint64_t matches = 0, scanned = 0;
    struct timespec from, to;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    for (size_t i = 0; i < count; i++) {
        again(&scans[i], scratch, &matches);
        scanned += scans[i].n > 0;
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    double seconds = (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec);
    fprintf(stderr, "ceiling: %llu scans, %zu bytes, %.4f seconds, %llu matches\n",
            (unsigned long long)scanned, used, seconds, (unsigned long long)matches);
}

__attribute__((destructor)) static void at_end(void)
{
    if (count)
        repeat();
}
