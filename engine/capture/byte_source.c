#include "capture/byte_source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/decompress.h"

enum {
    WAIT_MS = 100,
    READ_MOST = 64 << 10 /* bytes that are read at once: what is still in the cache when it is looked at */
};

struct byte_window {
    struct byte_window *next; /* of all windows of the source */
    unsigned holds;
    size_t n; /* bytes that are filled */
    uint8_t bytes[BYTE_WINDOW];
};

struct byte_source {
    int fd;
    bool own_fd, regular, in_ended, ended;
    const atomic_bool *stop;
    int error; /* negative errno of a failed read */
    const char *damage;
    char damage_text[96];
    uint64_t done, total;
    struct byte_window *windows; /* all */
    struct byte_window *window;  /* that is being read */
    size_t at;                   /* bytes of it that are taken */
    /* When decompressing: */
    const struct decompressor *decompressor;
    void *state;
    uint8_t *input; /* BYTE_WINDOW bytes of the file */
    size_t input_at, input_n;
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

static void fail(struct byte_source *s, int error, const char *what)
{
    s->error = error;
    s->in_ended = s->ended = true;
    snprintf(s->damage_text, sizeof s->damage_text, "%s: %s", what, strerror(-error));
    s->damage = s->damage_text;
}

/* Bytes of the file, as they are. 0 at its end, or when it cannot be read. */
static size_t read_file(struct byte_source *s, uint8_t *out, size_t room)
{
    ssize_t got = 0;
    if (wait_readable(s)) {
        do
            got = read(s->fd, out, room);
        while (got < 0 && errno == EINTR);
    }
    if (got < 0)
        fail(s, -errno, "reading failed");
    if (got <= 0) {
        s->in_ended = true;
        return 0;
    }
    s->done += (uint64_t)got;
    return (size_t)got;
}

static void damaged(struct byte_source *s, const char *what)
{
    s->ended = true;
    if (s->damage)
        return;
    snprintf(s->damage_text, sizeof s->damage_text, "the %s data %s", s->decompressor->name, what);
    s->damage = s->damage_text;
}

static void fill_input(struct byte_source *s)
{
    s->input_at = 0;
    s->input_n = read_file(s, s->input, BYTE_WINDOW);
}

/* One step of the decompressor, into the window's room. */
static size_t decompress_some(struct byte_source *s, uint8_t *out, size_t room)
{
    if (s->input_at == s->input_n && !s->in_ended)
        fill_input(s);
    struct decompress_step step = {
        .in = slice_of(s->input + s->input_at, s->input_n - s->input_at),
        .out = out,
        .room = room,
        .in_ended = s->in_ended,
    };
    size_t before = step.in.n;
    int result = s->decompressor->run(s->state, &step);
    s->input_at += before - step.in.n;
    size_t made = room - step.room;
    if (result < 0)
        damaged(s, result == -E2BIG    ? "ask for more memory than a capture may use (256 MiB)"
                   : result == -ENOMEM ? "cannot be read: out of memory"
                                       : "are damaged");
    else if (result > 0)
        s->ended = true;
    else if (s->in_ended && before == step.in.n && !made)
        damaged(s, "end too early");
    return made;
}

/* A window that nobody holds; NULL when memory is short. */
static struct byte_window *free_window(struct byte_source *s)
{
    for (struct byte_window *w = s->windows; w; w = w->next)
        if (!w->holds && w != s->window)
            return w;
    struct byte_window *w = malloc(sizeof *w);
    if (!w)
        return NULL;
    w->holds = 0;
    w->next = s->windows;
    s->windows = w;
    return w;
}

/* Room behind what is left of the window: it goes to the front, of another window when this one is held. */
static bool make_room(struct byte_source *s)
{
    struct byte_window *from = s->window, *to = from && !from->holds ? from : free_window(s);
    if (!to)
        return false;
    size_t left = from ? from->n - s->at : 0;
    if (left)
        memmove(to->bytes, from->bytes + s->at, left);
    to->n = left;
    s->window = to;
    s->at = 0;
    return true;
}

/* More bytes into the window, so that `want` fit that are not taken yet. */
static void fill_window(struct byte_source *s, size_t want)
{
    if (s->at + want > BYTE_WINDOW && !make_room(s)) {
        fail(s, -ENOMEM, "reading failed");
        return;
    }
    struct byte_window *w = s->window;
    size_t room = BYTE_WINDOW - w->n;
    if (s->decompressor)
        w->n += decompress_some(s, w->bytes + w->n, room);
    else
        w->n += read_file(s, w->bytes + w->n, room < READ_MOST ? room : READ_MOST);
}

static bool at_end(const struct byte_source *s)
{
    return s->decompressor ? s->ended : s->in_ended;
}

/* What comes is told by its first bytes: when it is compressed, they are the decompressor's. */
static int allocate(struct byte_source *s)
{
    if (!make_room(s))
        return -ENOMEM;
    struct slice head = byte_source_peek(s, 6);
    s->decompressor = decompressor_for(head);
    if (!s->decompressor)
        return 0;
    s->input = malloc(BYTE_WINDOW);
    s->state = s->decompressor->open();
    if (!s->input || !s->state)
        return -ENOMEM;
    s->input_n = s->window->n;
    memcpy(s->input, s->window->bytes, s->input_n);
    s->window->n = 0;
    return 0;
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
    while (s->windows) {
        struct byte_window *window = s->windows;
        s->windows = window->next;
        free(window);
    }
    free(s->input);
    free(s);
}

static struct slice ready(const struct byte_source *s)
{
    return slice_of(s->window->bytes + s->at, s->window->n - s->at);
}

/* A pipe, or one step of a decompressor, may bring fewer bytes than are wanted. */
struct slice byte_source_peek_all(struct byte_source *s, size_t want)
{
    while (ready(s).n < want && !at_end(s))
        fill_window(s, want);
    return ready(s);
}

struct slice byte_source_peek(struct byte_source *s, size_t want)
{
    return slice_first(byte_source_peek_all(s, want), want);
}

void byte_source_skip(struct byte_source *s, size_t n)
{
    s->at += n;
}

struct byte_window *byte_source_hold(struct byte_source *s)
{
    s->window->holds++;
    return s->window;
}

void byte_source_let_go(struct byte_window *window)
{
    window->holds--;
}

size_t byte_source_read(struct byte_source *s, void *out, size_t n)
{
    size_t got = 0;
    while (got < n && byte_source_peek(s, 1).n) {
        struct slice have = slice_first(ready(s), n - got);
        memcpy((uint8_t *)out + got, have.p, have.n);
        s->at += have.n;
        got += have.n;
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
