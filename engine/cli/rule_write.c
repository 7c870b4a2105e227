#include "cli/rule_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int failed(const char *path)
{
    fprintf(stderr, "sluice: cannot write ");
    perror(path);
    return -1;
}

static bool put(int fd, struct slice text, mode_t mode)
{
    while (text.n) {
        ssize_t n = write(fd, text.p, text.n);
        if (n < 0)
            return false;
        text = slice_from(text, (size_t)n);
    }
    return fchmod(fd, mode) == 0 && fsync(fd) == 0;
}

int rule_write(const char *path, struct slice text)
{
    struct stat st;
    char *real = realpath(path, NULL), *beside = NULL;
    if (!real || stat(real, &st) || asprintf(&beside, "%s.XXXXXX", real) < 0) {
        free(real);
        return failed(path);
    }
    int fd = mkstemp(beside), rc = -1;
    if (fd >= 0) {
        bool good = put(fd, text, st.st_mode & 07777);
        good = close(fd) == 0 && good;
        rc = good && rename(beside, real) == 0 ? 0 : -1;
        if (rc)
            unlink(beside);
    }
    if (rc)
        failed(path);
    free(beside);
    free(real);
    return rc;
}
