#include "control/server.h"

#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "control/client.h"

struct client {
    int fd; /* -1: a free place */
    uint64_t used;
    struct buf in, out;
    size_t sent; /* of `out` */
};

struct control {
    struct control_config config;
    struct sockaddr_un address;
    int listener, wake; /* wake: an eventfd that ends the thread */
    struct client clients[CONTROL_CLIENTS];
    uint64_t clock;
    pthread_t thread;
};

static void let_go(struct client *c)
{
    close(c->fd);
    buf_fini(&c->in);
    buf_fini(&c->out);
    *c = (struct client){.fd = -1};
}

static void accept_one(struct control *control)
{
    int fd = accept4(control->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    struct client *place = &control->clients[0];
    for (unsigned i = 1; i < CONTROL_CLIENTS && place->fd >= 0; i++)
        if (control->clients[i].fd < 0 || control->clients[i].used < place->used)
            place = &control->clients[i];
    if (place->fd >= 0)
        let_go(place);
    *place = (struct client){.fd = fd, .used = ++control->clock};
}

static bool flush(struct client *c)
{
    while (c->sent < c->out.n) {
        ssize_t n = send(c->fd, c->out.p + c->sent, c->out.n - c->sent, MSG_NOSIGNAL);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        c->sent += (size_t)n;
    }
    buf_clear(&c->out);
    c->sent = 0;
    return true;
}

/* The lines that are complete. */
static bool answer_all(struct control *control, struct client *c)
{
    size_t at = 0;
    for (size_t i = 0; i < c->in.n; i++) {
        if (c->in.p[i] != '\n')
            continue;
        if (control_answer(&control->config, slice_of(c->in.p + at, i - at), &c->out))
            return false;
        at = i + 1;
        if (c->out.n - c->sent > CONTROL_UNREAD_MOST)
            return false;
    }
    if (at)
        memmove(c->in.p, c->in.p + at, c->in.n - at);
    c->in.n -= at;
    return c->in.n <= CONTROL_REQUEST_MOST;
}

static bool serve(struct control *control, struct client *c, short events)
{
    uint8_t bytes[4096];
    c->used = ++control->clock;
    if (events & POLLOUT && !flush(c))
        return false;
    if (!(events & (POLLIN | POLLHUP | POLLERR)))
        return true;
    ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
    if (n <= 0)
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    return !buf_append(&c->in, slice_of(bytes, (size_t)n)) && answer_all(control, c) && flush(c);
}

static void *control_main(void *ctx)
{
    struct control *control = ctx;
    for (;;) {
        struct pollfd fds[2 + CONTROL_CLIENTS] = {{.fd = control->wake, .events = POLLIN},
                                                  {.fd = control->listener, .events = POLLIN}};
        for (unsigned i = 0; i < CONTROL_CLIENTS; i++) {
            const struct client *c = &control->clients[i];
            /* Who does not read answers is not read from either. */
            fds[2 + i] = (struct pollfd){.fd = c->fd, .events = c->out.n ? POLLOUT : POLLIN};
        }
        if (poll(fds, 2 + CONTROL_CLIENTS, -1) < 0)
            continue;
        if (fds[0].revents)
            return NULL;
        for (unsigned i = 0; i < CONTROL_CLIENTS; i++)
            if (control->clients[i].fd >= 0 && fds[2 + i].revents &&
                !serve(control, &control->clients[i], fds[2 + i].revents))
                let_go(&control->clients[i]);
        if (fds[1].revents)
            accept_one(control);
    }
}

/* What lies at the path: a socket that nobody listens on any more goes. */
static int make_room(const struct control *control, struct err *err)
{
    const char *path = control->config.path;
    struct stat st;
    if (lstat(path, &st))
        return 0;
    if (!S_ISSOCK(st.st_mode))
        return err_set(err, -EEXIST, "%s is there, and no socket", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answered =
        fd >= 0 && !connect(fd, (const struct sockaddr *)&control->address, sizeof control->address);
    if (fd >= 0)
        close(fd);
    if (answered)
        return err_set(err, -EADDRINUSE, "another run answers on %s", path);
    return unlink(path) ? err_set(err, -errno, "%s cannot be replaced: %s", path, strerror(errno)) : 0;
}

static int set_group(const struct control *control, struct err *err)
{
    const char *group = control->config.group;
    if (!group)
        return 0;
    const struct group *entry = getgrnam(group);
    if (!entry)
        return err_set(err, -EINVAL, "run.control-group: there is no group \"%.60s\"", group);
    if (chown(control->config.path, (uid_t)-1, entry->gr_gid))
        return err_set(err, -errno, "%s cannot be given to the group: %s", control->config.path,
                       strerror(errno));
    return 0;
}

static int listen_there(struct control *control, struct err *err)
{
    const char *path = control->config.path;
    if (strlen(path) >= sizeof control->address.sun_path)
        return err_set(err, -ENAMETOOLONG, "the path of the control socket is too long: %s", path);
    memcpy(control->address.sun_path, path, strlen(path));
    int result = make_room(control, err);
    if (result)
        return result;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* The mode before the name, so that at no time others may connect; the umask takes from it what comes
     * after. */
    if (fd < 0 || fchmod(fd, 0660) ||
        bind(fd, (const struct sockaddr *)&control->address, sizeof control->address) || chmod(path, 0660)) {
        result = err_set(err, -errno, "%s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return result;
    }
    control->listener = fd;
    result = set_group(control, err);
    if (!result && listen(fd, CONTROL_CLIENTS))
        result = err_set(err, -errno, "%s: %s", path, strerror(errno));
    return result;
}

static int start_thread(struct control *control, struct err *err)
{
    sigset_t all, before;
    control->wake = eventfd(0, EFD_CLOEXEC);
    if (control->wake < 0)
        return err_set(err, -errno, "eventfd: %s", strerror(errno));
    sigfillset(&all); /* signals are for the thread that called us */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&control->thread, NULL, control_main, control);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed ? err_set(err, -failed, "cannot start a thread: %s", strerror(failed)) : 0;
}

static void control_free(struct control *control)
{
    for (unsigned i = 0; i < CONTROL_CLIENTS; i++)
        if (control->clients[i].fd >= 0)
            let_go(&control->clients[i]);
    if (control->listener >= 0) {
        unlink(control->config.path);
        close(control->listener);
    }
    if (control->wake >= 0)
        close(control->wake);
    free(control);
}

int control_open(struct control **out, const struct control_config *config, struct err *err)
{
    struct control *control = calloc(1, sizeof *control);
    if (!control)
        return err_set(err, -ENOMEM, "out of memory");
    *control = (struct control){.config = *config, .address.sun_family = AF_UNIX, .listener = -1, .wake = -1};
    for (unsigned i = 0; i < CONTROL_CLIENTS; i++)
        control->clients[i].fd = -1;
    int result = listen_there(control, err);
    if (!result)
        result = start_thread(control, err);
    if (result) {
        control_free(control);
        return result;
    }
    *out = control;
    return 0;
}

void control_close(struct control *control)
{
    if (!control)
        return;
    eventfd_write(control->wake, 1);
    pthread_join(control->thread, NULL);
    control_free(control);
}
