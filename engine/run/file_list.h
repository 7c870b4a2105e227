/*
 * The capture files that the arguments of a run stand for: a folder stands for the captures in it, sorted.
 * Owned by whoever calls file_list_fini. One thread.
 */
#ifndef SLUICE_RUN_FILE_LIST_H
#define SLUICE_RUN_FILE_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct file_list {
    char **names;
    uint32_t count, capacity;
};

/* Adds a file, "-", or the *.pcap, *.pcapng, *.cap (and those with .gz, .xz or .zst after it) of a folder. 0,
 * or a negative errno with *err. */
int file_list_add(struct file_list *list, const char *name, struct err *err);
void file_list_fini(struct file_list *list);

#endif
