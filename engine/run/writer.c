#include "run/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { PENDING_MOST = 256 << 10 };

int writer_open(struct writer *w, const char *name, struct err *err)
{
    *w = (struct writer){.fd = STDOUT_FILENO};
    w->name = strdup(strcmp(name, "-") == 0 ? "standard output" : name);
    if (!w->name)
        return err_set(err, -ENOMEM, "out of memory");
    if (strcmp(name, "-") == 0)
        return 0;
    w->fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (w->fd < 0) {
        int code = err_set(err, -errno, "cannot write: %s", strerror(errno));
        err_at(err, name, 0, 0);
        free(w->name);
        w->name = NULL;
        return code;
    }
    w->own = true;
    return 0;
}

int writer_flush(struct writer *w)
{
    size_t at = 0;
    while (!w->error && at < w->pending.n) {
        ssize_t n = write(w->fd, w->pending.p + at, w->pending.n - at);
        if (n >= 0)
            at += (size_t)n;
        else if (errno != EINTR)
            w->error = -errno;
    }
    buf_clear(&w->pending);
    return w->error;
}

int writer_put(struct writer *w, struct slice text)
{
    if (w->error)
        return w->error;
    if (buf_append(&w->pending, text))
        return w->error = -ENOMEM;
    return w->pending.n >= PENDING_MOST ? writer_flush(w) : 0;
}

int writer_close(struct writer *w, struct err *err)
{
    if (!w->name)
        return 0;
    writer_flush(w);
    if (w->own && close(w->fd) && !w->error)
        w->error = -errno;
    if (w->error) {
        err_set(err, w->error, w->error == -EPIPE ? "the reader has gone away: %s" : "cannot write: %s",
                strerror(-w->error));
        err_at(err, w->name, 0, 0);
    }
    buf_fini(&w->pending);
    free(w->name);
    w->name = NULL;
    return w->error;
}
