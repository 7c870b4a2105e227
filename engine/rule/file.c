#include "rule/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(struct err *err, const char *path, int code, const char *what)
{
    err_set(err, code, "%s: %s", what, strerror(-code));
    err_at(err, path, 0, 0);
    return code;
}

static int read_all(int fd, size_t most, struct buf *out, const char *path, struct err *err)
{
    enum { STEP = 1 << 16 };
    for (;;) {
        if (buf_reserve(out, STEP))
            return fail(err, path, -ENOMEM, "cannot read");
        ssize_t n = read(fd, out->p + out->n, STEP);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(err, path, -errno, "cannot read");
        if (n == 0)
            return 0;
        out->n += (size_t)n;
        if (out->n > most)
            return fail(err, path, -EFBIG, "cannot read");
    }
}

int file_next_line(FILE *file, size_t most, struct buf *line)
{
    int c = getc_unlocked(file);
    buf_clear(line);
    if (c == EOF)
        return ferror(file) ? -EIO : 0;
    for (; c != EOF && c != '\n'; c = getc_unlocked(file)) {
        if (line->n == most)
            return -EFBIG;
        if (buf_append_byte(line, (uint8_t)c))
            return -ENOMEM;
    }
    return ferror(file) ? -EIO : 1;
}

int file_read(const char *path, size_t most, struct buf *out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(err, path, -errno, "cannot open");
    struct stat st;
    int rc = fstat(fd, &st) ? fail(err, path, -errno, "cannot read") : 0;
    if (!rc && S_ISREG(st.st_mode) && (uint64_t)st.st_size > most)
        rc = fail(err, path, -EFBIG, "cannot read");
    if (!rc)
        rc = read_all(fd, most, out, path, err);
    close(fd);
    return rc;
}
