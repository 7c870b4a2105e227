#include "cli/ctl_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* -1 with errno. */
static int dial(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof to.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(to.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to)) {
        int code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    return fd;
}

json_t *ctl_ask(const char *path, const json_t *request, char problem[CTL_PROBLEM])
{
    int fd = dial(path);
    if (fd < 0) {
        snprintf(problem, CTL_PROBLEM, "%s: %s%s", path, strerror(errno),
                 errno == ENOENT || errno == ECONNREFUSED
                     ? " (does sluice run run there? -s names another socket)"
                     : "");
        return NULL;
    }
    char *text = json_dumps(request, JSON_COMPACT);
    json_t *answer = NULL;
    json_error_t slip = {.text = "the connection ended"};
    FILE *stream = text ? fdopen(fd, "r+") : NULL;
    if (stream && fprintf(stream, "%s\n", text) > 0 && fflush(stream) == 0)
        answer = json_loadf(stream, JSON_DISABLE_EOF_CHECK, &slip);
    if (!answer)
        snprintf(problem, CTL_PROBLEM, "%s: no answer: %s", path, slip.text);
    if (stream)
        fclose(stream);
    else
        close(fd);
    free(text);
    return answer;
}
