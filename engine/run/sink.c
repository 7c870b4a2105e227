#include "run/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

enum {
    WAITING_MOST = 64 << 20,
    EAGER = 256 << 10,    /* bytes after which it is written without being asked to flush */
    PIPE_PIECE = 4096,    /* a pipe that is ready takes so many bytes without making us wait (pipe(7)) */
    SOCKET_LEFT_MS = 2000 /* at the end, for a reader that is slow */
};

enum sink_kind { SINK_FILE, SINK_OUTPUT, SINK_SOCKET };

struct sink {
    enum sink_kind kind;
    char *name; /* for people; of a file, its path */
    struct sockaddr_un address;
    int fd;       /* -1: no reader */
    bool patient; /* the descriptor may make us wait: a pipe, a terminal */
    const struct log *log;
    uint64_t most;
    struct buf waiting; /* from the start of a record on */
    size_t written;     /* of it */
    bool troubled, losing;
    uint64_t lost_before; /* records, when the trouble began */
    time_t tried;         /* to connect */
    struct sink_counters counters;
};

static time_t seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static uint64_t count_records(struct slice text)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n';
    return lines;
}

static void trouble(struct sink *s, int code)
{
    if (s->troubled)
        return;
    s->troubled = true;
    s->counters.failures++;
    s->lost_before = s->counters.lost_records;
    log_error(s->log, "%s: %s: records wait, up to %" PRIu64 " MiB", s->name,
              code == -EPIPE || code == -ECONNREFUSED || code == -ENOENT ? "nobody reads" : strerror(-code),
              s->most >> 20);
}

static void recovered(struct sink *s)
{
    if (!s->troubled)
        return;
    s->troubled = s->losing = false;
    log_notice(s->log, "%s: writing again, %" PRIu64 " records were lost", s->name,
               s->counters.lost_records - s->lost_before);
}

static void lose(struct sink *s, struct slice text)
{
    s->counters.lost_records += count_records(text);
    s->counters.lost_bytes += text.n;
    if (!s->losing)
        log_error(s->log, "%s: no more room: records are lost from here on, and counted", s->name);
    s->losing = true;
}

static int connect_reader(struct sink *s)
{
    if (s->tried == seconds())
        return -EAGAIN;
    s->tried = seconds();
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    if (connect(fd, (const struct sockaddr *)&s->address, sizeof s->address)) {
        int code = -errno;
        close(fd);
        return code;
    }
    s->fd = fd;
    return 0;
}

static int open_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0640);
    return fd < 0 ? -errno : fd;
}

/* Whether writing may make us wait for a reader. */
static bool is_patient(int fd)
{
    struct stat st;
    return fstat(fd, &st) || !S_ISREG(st.st_mode);
}

int sink_open(struct sink **out, const char *name, uint64_t most, const struct log *log, struct err *err)
{
    struct sink *s = calloc(1, sizeof *s);
    bool is_socket = strncmp(name, "unix:", 5) == 0, is_output = strcmp(name, "-") == 0;
    int result = 0;
    if (!s)
        return err_set(err, -ENOMEM, "out of memory");
    *s = (struct sink){.fd = STDOUT_FILENO, .log = log, .most = most ? most : WAITING_MOST, .tried = -1};
    s->kind = is_socket ? SINK_SOCKET : is_output ? SINK_OUTPUT : SINK_FILE;
    s->name = strdup(is_output ? "standard output" : name);
    s->address.sun_family = AF_UNIX;
    if (!s->name)
        result = err_set(err, -ENOMEM, "out of memory");
    else if (is_socket && strlen(name + 5) >= sizeof s->address.sun_path)
        result = err_set(err, -ENAMETOOLONG, "run.eve: the path of the socket is too long");
    else if (is_socket)
        memcpy(s->address.sun_path, name + 5, strlen(name + 5));
    else if (!is_output && (s->fd = open_file(name)) < 0)
        result = err_set(err, s->fd, "%s cannot be written: %s", name, strerror(-s->fd));
    if (result) {
        free(s->name);
        free(s);
        return result;
    }
    if (is_socket)
        s->fd = -1;
    else
        s->patient = is_patient(s->fd);
    *out = s;
    return 0;
}

/* Bytes written, or a negative errno: -EAGAIN when the reader is not ready. */
static ssize_t write_some(struct sink *s)
{
    const uint8_t *from = s->waiting.p + s->written;
    size_t n = s->waiting.n - s->written;
    ssize_t done;
    if (s->kind == SINK_SOCKET) {
        done = send(s->fd, from, n, MSG_NOSIGNAL | MSG_DONTWAIT);
    } else if (s->patient) {
        struct pollfd ready = {.fd = s->fd, .events = POLLOUT};
        if (poll(&ready, 1, 0) != 1 || !(ready.revents & (POLLOUT | POLLERR)))
            return -EAGAIN;
        done = write(s->fd, from, n < PIPE_PIECE ? n : PIPE_PIECE);
    } else {
        done = write(s->fd, from, n);
    }
    return done < 0 ? -errno : done;
}

/* What was written goes; a record that was begun stays whole, for a reader to come. */
static void compact(struct sink *s)
{
    size_t whole = s->written;
    while (whole && s->waiting.p[whole - 1] != '\n')
        whole--;
    if (whole == s->waiting.n) {
        buf_clear(&s->waiting);
    } else if (whole) {
        memmove(s->waiting.p, s->waiting.p + whole, s->waiting.n - whole);
        s->waiting.n -= whole;
    }
    s->written -= whole;
}

static void reader_gone(struct sink *s)
{
    close(s->fd);
    s->fd = -1;
    s->written = 0;
}

int sink_flush(struct sink *s)
{
    int result = 0;
    if (s->kind == SINK_SOCKET && s->fd < 0 && s->waiting.n)
        result = connect_reader(s);
    while (!result && s->written < s->waiting.n) {
        ssize_t n = write_some(s);
        if (n > 0)
            s->written += (size_t)n;
        else if (n != -EINTR)
            result = n ? (int)n : -EIO;
    }
    compact(s);
    if (!result && !s->waiting.n)
        recovered(s);
    else if (result && result != -EAGAIN)
        trouble(s, result);
    if (s->kind == SINK_OUTPUT && result == -EPIPE)
        return result;
    if (s->kind == SINK_SOCKET && s->fd >= 0 && result && result != -EAGAIN)
        reader_gone(s);
    return 0;
}

int sink_put(struct sink *s, struct slice text)
{
    int result = 0;
    if (s->waiting.n + text.n > EAGER || s->waiting.n + text.n > s->most)
        result = sink_flush(s);
    if (!text.n || result)
        return result;
    if (s->waiting.n + text.n > s->most || buf_append(&s->waiting, text))
        lose(s, text);
    return 0;
}

int sink_reopen(struct sink *s)
{
    sink_flush(s);
    if (s->kind == SINK_SOCKET && s->fd >= 0)
        reader_gone(s);
    if (s->kind != SINK_FILE)
        return 0;
    int fd = open_file(s->name);
    if (fd < 0)
        return fd;
    close(s->fd);
    s->fd = fd;
    s->patient = is_patient(fd);
    s->written = 0; /* a record that the old file has begun is written whole */
    return 0;
}

void sink_counters(const struct sink *s, struct sink_counters *out)
{
    *out = s->counters;
    out->waiting_bytes = s->waiting.n;
}

int sink_close(struct sink *s, struct err *err)
{
    if (!s)
        return 0;
    sink_flush(s);
    for (int left = SOCKET_LEFT_MS; s->waiting.n && s->fd >= 0 && s->kind != SINK_FILE && left > 0;
         left -= 50) {
        struct pollfd ready = {.fd = s->fd, .events = POLLOUT};
        poll(&ready, 1, 50);
        sink_flush(s);
    }
    if (s->waiting.n)
        lose(s, buf_slice(&s->waiting));
    uint64_t lost = s->counters.lost_records;
    int result = lost ? err_set(err, -EIO, "%s: %" PRIu64 " records were lost", s->name, lost) : 0;
    if (s->kind != SINK_OUTPUT && s->fd >= 0)
        close(s->fd);
    buf_fini(&s->waiting);
    free(s->name);
    free(s);
    return result;
}
