#include "verdict/pins.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static int join(char path[PINS_PATH], const char *directory, const char *name)
{
    int n = snprintf(path, PINS_PATH, "%s/%s", directory, name);
    return n < 0 || n >= PINS_PATH ? -ENAMETOOLONG : 0;
}

static bool is_bpffs(const char *path)
{
    struct statfs fs;
    return statfs(path, &fs) == 0 && fs.f_type == BPF_FS_MAGIC;
}

/* The nearest directory above that exists has to be of a BPF file system. */
static int check_mount(const char *directory, bool create, struct err *err)
{
    char parent[PINS_PATH];
    snprintf(parent, sizeof parent, "%s", directory);
    char *slash = strrchr(parent, '/');
    if (slash && slash != parent)
        *slash = 0;
    if (is_bpffs(directory) || is_bpffs(parent))
        return 0;
    if (!create)
        return err_set(err, -ENOENT, "nothing is attached: there is no %s", directory);
    if (strcmp(parent, "/sys/fs/bpf") == 0 && mount("bpf", parent, "bpf", 0, "mode=0700") == 0)
        return 0;
    int code = errno;
    err_fill(err, "%s is not on a BPF file system", parent);
    err_hint(err, "mount one: mount -t bpf bpf %s (as root)", parent);
    return code == EPERM || code == EACCES ? -EPERM : -ENODEV;
}

static int make(const char *path, struct err *err)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return 0;
    int code = errno;
    return err_set(err, -code, "%s: %s", path, strerror(code));
}

static int make_all(const struct pins *pins, struct err *err)
{
    char path[PINS_PATH];
    int result = make(pins->directory, err);
    if (result == 0)
        result = join(path, pins->directory, "shared");
    if (result == 0)
        result = make(path, err);
    if (result == 0)
        result = join(path, pins->directory, "port");
    return result ? result : make(path, err);
}

int pins_open(struct pins *pins, const char *directory, bool create, struct err *err)
{
    *pins = (struct pins){.lock = -1};
    struct stat ns;
    if (!directory)
        directory = PINS_DIRECTORY;
    if (strlen(directory) >= PINS_PATH - 64)
        return err_set(err, -ENAMETOOLONG, "%.100s...: the path is too long", directory);
    snprintf(pins->directory, sizeof pins->directory, "%s", directory);
    if (stat("/proc/self/ns/net", &ns))
        return err_set(err, -errno, "/proc/self/ns/net: %s", strerror(errno));
    pins->netns = ns.st_ino;
    int result = check_mount(directory, create, err);
    if (result == 0 && create)
        result = make_all(pins, err);
    if (result)
        return result;
    pins->lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (pins->lock < 0) {
        int code = errno;
        if (code == ENOENT)
            return err_set(err, -ENOENT, "nothing is attached: there is no %s", directory);
        return err_set(err, -code, "%s: %s", directory, strerror(code));
    }
    if (flock(pins->lock, LOCK_EX) && errno != ENOTSUP)
        return err_set(err, -errno, "%s: lock: %s", directory, strerror(errno));
    return 0;
}

void pins_close(struct pins *pins)
{
    if (pins->lock >= 0)
        close(pins->lock); /* and so unlocks */
    pins->lock = -1;
}

int pins_shared_path(const struct pins *pins, const char *map, char path[PINS_PATH])
{
    int n = snprintf(path, PINS_PATH, "%s/shared/%s", pins->directory, map);
    return n < 0 || n >= PINS_PATH ? -ENAMETOOLONG : 0;
}

/* Not by the interface's name: names may hold dots, which this file system refuses, and change. */
int pins_port_path(const struct pins *pins, unsigned ifindex, const char *name, char path[PINS_PATH])
{
    int n = snprintf(path, PINS_PATH, "%s/port/%llu-%u%s%s", pins->directory, (unsigned long long)pins->netns,
                     ifindex, name ? "/" : "", name ? name : "");
    return n < 0 || n >= PINS_PATH ? -ENAMETOOLONG : 0;
}

int pins_port_make(const struct pins *pins, unsigned ifindex, struct err *err)
{
    char path[PINS_PATH];
    int result = pins_port_path(pins, ifindex, NULL, path);
    return result ? result : make(path, err);
}

/* A directory of pins: no directories in it. */
static void remove_directory(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        return;
    struct dirent *entry;
    while ((entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    rmdir(path);
}

void pins_port_remove(const struct pins *pins, unsigned ifindex)
{
    char path[PINS_PATH];
    if (pins_port_path(pins, ifindex, NULL, path) == 0)
        remove_directory(path);
}

bool pins_remove_if_idle(const struct pins *pins)
{
    char path[PINS_PATH];
    if (join(path, pins->directory, "port") || rmdir(path))
        return false;
    if (join(path, pins->directory, "shared") == 0)
        remove_directory(path);
    rmdir(pins->directory);
    return true;
}

int pins_each_port(const struct pins *pins, pins_port_visitor *visit, void *ctx)
{
    char path[PINS_PATH];
    int result = join(path, pins->directory, "port");
    DIR *dir = result ? NULL : opendir(path);
    if (!dir)
        return result;
    struct dirent *entry;
    while (result == 0 && (entry = readdir(dir))) {
        unsigned long long netns;
        unsigned ifindex;
        char whole[PINS_PATH];
        if (sscanf(entry->d_name, "%llu-%u", &netns, &ifindex) == 2 && join(whole, path, entry->d_name) == 0)
            result = visit(ctx, netns == pins->netns, ifindex, whole);
    }
    closedir(dir);
    return result;
}
