/*
 * Where maps and programs are pinned: DIR/shared/MAP for those that all interfaces share,
 * DIR/port/NETNS-IFINDEX/ for one interface (its maps and its program). DIR is /sys/fs/bpf/sluice unless the
 * caller says otherwise. The lock keeps two writers apart. One thread.
 */
#ifndef SLUICE_VERDICT_PINS_H
#define SLUICE_VERDICT_PINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define PINS_DIRECTORY "/sys/fs/bpf/sluice"
enum { PINS_PATH = 256 };

struct pins {
    char directory[PINS_PATH];
    uint64_t netns; /* inode of the caller's network namespace */
    int lock;       /* descriptor of the directory, locked; -1: not */
};

/* Makes the directories (mounting a BPF file system at /sys/fs/bpf when nothing is there) and takes the lock.
 * NULL means PINS_DIRECTORY. 0 or a negative errno; pins_close undoes it. */
int pins_open(struct pins *pins, const char *directory, bool create, struct err *err);
void pins_close(struct pins *pins);

/* Paths; 0 or -ENAMETOOLONG. */
int pins_shared_path(const struct pins *pins, const char *map, char path[PINS_PATH]);
int pins_port_path(const struct pins *pins, unsigned ifindex, const char *name, char path[PINS_PATH]);

/* 0 or a negative errno. */
int pins_port_make(const struct pins *pins, unsigned ifindex, struct err *err);
void pins_port_remove(const struct pins *pins, unsigned ifindex);

/* Removes everything, if no port is left. True when it did. */
bool pins_remove_if_idle(const struct pins *pins);

/* Calls back for each port; `here`: of the caller's network namespace. Stops at the first non-zero, and
 * returns that. */
typedef int pins_port_visitor(void *ctx, bool here, unsigned ifindex, const char *path);
int pins_each_port(const struct pins *pins, pins_port_visitor *visit, void *ctx);

#endif
