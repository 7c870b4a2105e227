#include "capture/byte_source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/decompress.h"

enum { INPUT_BYTES = 256 << 10, OUTPUT_BYTES = 256 << 10, WAIT_MS = 100 };

struct byte_source {
    int fd;
    bool own_fd, regular, in_ended, ended;
    const atomic_bool *stop;
    int error; /* negative errno of a failed read */
    const char *damage;
    char damage_text[96];
    uint64_t done, total;
    const struct decompressor *decompressor; /* NULL: the file's bytes as they are */
    void *state;
    uint8_t *input, *output; /* `output` only when decompressing */
    size_t input_at, input_n, output_at, output_n;
};

/* A pipe may stay silent for long: waits for it in short steps, so that a stop is noticed. */
static bool wait_readable(const struct byte_source *s)
{
    while (!s->regular && s->stop) {
        struct pollfd fd = {.fd = s->fd, .events = POLLIN};
        int ready = poll(&fd, 1, WAIT_MS);
        if (atomic_load(s->stop))
            return false;
        if (ready > 0 || (ready < 0 && errno != EINTR))
            break;
    }
    return true;
}

static void fill_input(struct byte_source *s)
{
    memmove(s->input, s->input + s->input_at, s->input_n - s->input_at);
    s->input_n -= s->input_at;
    s->input_at = 0;
    ssize_t got = 0;
    if (!wait_readable(s)) {
        s->in_ended = true;
        return;
    }
    do
        got = read(s->fd, s->input + s->input_n, INPUT_BYTES - s->input_n);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        s->error = -errno;
        snprintf(s->damage_text, sizeof s->damage_text, "reading failed: %s", strerror(errno));
        s->damage = s->damage_text;
    }
    if (got <= 0) {
        s->in_ended = true;
        return;
    }
    s->input_n += (size_t)got;
    s->done += (uint64_t)got;
}

static void damaged(struct byte_source *s, const char *what)
{
    s->ended = true;
    if (s->damage)
        return;
    snprintf(s->damage_text, sizeof s->damage_text, "the %s data %s", s->decompressor->name, what);
    s->damage = s->damage_text;
}

/* Makes at least one more byte of output, or ends. */
static void fill_output(struct byte_source *s)
{
    memmove(s->output, s->output + s->output_at, s->output_n - s->output_at);
    s->output_n -= s->output_at;
    s->output_at = 0;
    size_t had = s->output_n;
    while (s->output_n == had && !s->ended) {
        if (s->input_at == s->input_n && !s->in_ended)
            fill_input(s);
        struct decompress_step step = {
            .in = slice_of(s->input + s->input_at, s->input_n - s->input_at),
            .out = s->output + had,
            .room = OUTPUT_BYTES - had,
            .in_ended = s->in_ended,
        };
        size_t before = step.in.n;
        int result = s->decompressor->run(s->state, &step);
        s->input_at += before - step.in.n;
        s->output_n = OUTPUT_BYTES - step.room;
        if (result < 0)
            damaged(s, result == -E2BIG    ? "ask for more memory than a capture may use (256 MiB)"
                       : result == -ENOMEM ? "cannot be read: out of memory"
                                           : "are damaged");
        else if (result > 0)
            s->ended = true;
        else if (s->in_ended && before == step.in.n && s->output_n == had)
            damaged(s, "end too early");
    }
}

static int allocate(struct byte_source *s)
{
    s->input = malloc(INPUT_BYTES);
    if (!s->input)
        return -ENOMEM;
    while (s->input_n < 6 && !s->in_ended)
        fill_input(s);
    s->decompressor = decompressor_for(slice_of(s->input, s->input_n));
    if (!s->decompressor)
        return 0;
    s->output = malloc(OUTPUT_BYTES);
    s->state = s->decompressor->open();
    return s->output && s->state ? 0 : -ENOMEM;
}

int byte_source_open(const char *name, const atomic_bool *stop, struct byte_source **out, struct err *err)
{
    struct byte_source *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(err, -ENOMEM, "out of memory");
    s->stop = stop;
    s->own_fd = strcmp(name, "-") != 0;
    s->fd = s->own_fd ? open(name, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
    struct stat st;
    int result = 0;
    if (s->fd < 0 || fstat(s->fd, &st))
        result = err_set(err, -errno, "cannot open: %s", strerror(errno));
    else if (S_ISDIR(st.st_mode))
        result = err_set(err, -EISDIR, "is a folder, not a capture");
    else if (S_ISREG(st.st_mode)) {
        s->regular = true;
        s->total = (uint64_t)st.st_size;
    }
    if (!result && allocate(s))
        result = err_set(err, -ENOMEM, "out of memory");
    if (!result && s->error)
        result = err_set(err, s->error, "%s", s->damage);
    err_at(err, s->own_fd ? name : "standard input", 0, 0);
    if (result) {
        byte_source_close(s);
        return result;
    }
    *out = s;
    return 0;
}

void byte_source_close(struct byte_source *s)
{
    if (!s)
        return;
    if (s->state)
        s->decompressor->close(s->state);
    if (s->own_fd && s->fd >= 0)
        close(s->fd);
    free(s->input);
    free(s->output);
    free(s);
}

/* The bytes that are ready, after making some if there are none. */
static struct slice ready(struct byte_source *s)
{
    if (s->decompressor) {
        if (s->output_at == s->output_n && !s->ended)
            fill_output(s);
        return slice_of(s->output + s->output_at, s->output_n - s->output_at);
    }
    if (s->input_at == s->input_n && !s->in_ended)
        fill_input(s);
    return slice_of(s->input + s->input_at, s->input_n - s->input_at);
}

/* A pipe, or one step of a decompressor, may bring fewer bytes than are wanted. */
struct slice byte_source_peek(struct byte_source *s, size_t want)
{
    struct slice have = ready(s);
    while (have.n < want && !(s->decompressor ? s->ended : s->in_ended)) {
        if (s->decompressor)
            fill_output(s);
        else
            fill_input(s);
        have = s->decompressor ? slice_of(s->output + s->output_at, s->output_n - s->output_at)
                               : slice_of(s->input + s->input_at, s->input_n - s->input_at);
    }
    return slice_first(have, want);
}

/* What is there, waiting only when there is nothing. */
static size_t read_some(struct byte_source *s, void *out, size_t n)
{
    struct slice have = slice_first(ready(s), n);
    if (have.n == 0)
        return 0;
    memcpy(out, have.p, have.n);
    if (s->decompressor)
        s->output_at += have.n;
    else
        s->input_at += have.n;
    return have.n;
}

size_t byte_source_read(struct byte_source *s, void *out, size_t n)
{
    size_t got = 0;
    while (got < n) {
        size_t part = read_some(s, (uint8_t *)out + got, n - got);
        if (part == 0)
            break;
        got += part;
    }
    return got;
}

const char *byte_source_damage(const struct byte_source *s)
{
    return s->damage;
}

int byte_source_errno(const struct byte_source *s)
{
    return s->error;
}

void byte_source_position(const struct byte_source *s, uint64_t *done, uint64_t *total)
{
    *done = s->done;
    *total = s->total;
}

static ssize_t cookie_read(void *cookie, char *out, size_t n)
{
    return (ssize_t)read_some(cookie, out, n);
}

FILE *byte_source_file(struct byte_source *s)
{
    cookie_io_functions_t functions = {.read = cookie_read};
    return fopencookie(s, "r", functions);
}
