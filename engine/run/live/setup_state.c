#include "run/live/setup_state.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/live/receive_hash.h"

enum { PATH_MOST = 128, SIZE_MOST = 16 << 10 };

/* 0, or -ENODEV when the interface is not there (any more). */
static int path_of(const char *interface, char path[PATH_MOST])
{
    struct stat ns;
    unsigned index = if_nametoindex(interface);
    if (!index || stat("/proc/self/ns/net", &ns))
        return -ENODEV;
    snprintf(path, PATH_MOST, RUN_DIRECTORY "/setup-%llu-%u", (unsigned long long)ns.st_ino, index);
    return 0;
}

static bool is_alive(json_int_t pid)
{
    return pid > 0 && pid <= INT32_MAX && pid != getpid() && (kill((pid_t)pid, 0) == 0 || errno != ESRCH);
}

static json_t *read_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat st;
    json_t *json = NULL;
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= SIZE_MOST)
        json = json_loadfd(fd, JSON_REJECT_DUPLICATES, NULL);
    if (fd >= 0)
        close(fd);
    return json;
}

bool setup_state_left(const char *interface, struct setup_state *out)
{
    char path[PATH_MOST];
    const char *name = "";
    json_int_t pid = 0, flags = 0;
    int merging = 0;
    json_t *hash = NULL, *json = path_of(interface, path) ? NULL : read_file(path);
    *out = (struct setup_state){0};
    bool good = json && json_unpack(json, "{s:s, s:I, s:I, s:b, s?o}", "interface", &name, "pid", &pid,
                                    "flags", &flags, "merging", &merging, "hash", &hash) == 0;
    good = good && strcmp(name, interface) == 0 && !is_alive(pid) && flags >= 0 && flags <= UINT32_MAX;
    if (good) {
        out->flags = (uint32_t)flags;
        out->merging = merging != 0;
        out->hash = hash ? receive_hash_of_json(hash) : NULL;
    }
    json_decref(json);
    return good;
}

/* A new file in the place of the old one: nobody's link is followed. */
static int write_file(const char *path, const json_t *json)
{
    char temporary[PATH_MOST + 8];
    snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    (void)!mkdir(RUN_DIRECTORY, 0755);
    int fd = mkostemp(temporary, O_CLOEXEC), result = fd < 0 ? -errno : 0;
    if (result)
        return result;
    if (json_dumpfd(json, fd, JSON_COMPACT) || rename(temporary, path))
        result = errno ? -errno : -EIO;
    close(fd);
    if (result)
        unlink(temporary);
    return result;
}

int setup_state_note(const char *interface, const struct setup_state *state)
{
    char path[PATH_MOST];
    int result = path_of(interface, path);
    if (result)
        return result;
    json_t *json = json_pack("{s:s, s:i, s:I, s:b, s:o*}", "interface", interface, "pid", (int)getpid(),
                             "flags", (json_int_t)state->flags, "merging", state->merging, "hash",
                             state->hash ? receive_hash_json(state->hash) : NULL);
    result = json ? write_file(path, json) : -ENOMEM;
    json_decref(json);
    return result;
}

void setup_state_forget(const char *interface)
{
    char path[PATH_MOST];
    if (path_of(interface, path) == 0)
        unlink(path);
}
