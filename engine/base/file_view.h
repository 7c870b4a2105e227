/*
 * What rules see of a file: the bytes of an instance of BUFFER_FILE are a struct file_view. Borrowed; good
 * until the next packet of the flow.
 */
#ifndef SLUICE_BASE_FILE_VIEW_H
#define SLUICE_BASE_FILE_VIEW_H

#include "base/slice.h"

struct file_view {
    struct slice name;
    uint64_t size;
    bool closed;           /* all of it came, or it was cut: size and hashes are final */
    const uint8_t *md5;    /* 16 bytes; NULL unless closed and asked for */
    const uint8_t *sha1;   /* 20 */
    const uint8_t *sha256; /* 32 */
    const char *magic;     /* what libmagic says of its first bytes; NULL as long as it is not known */
    bool *store;           /* a rule sets it: the file is to be kept */
};

#endif
