/* What files need of their worker's engine. Made by engine.c, used by file.c only. */
#ifndef SLUICE_APP_FILE_PRIVATE_H
#define SLUICE_APP_FILE_PRIVATE_H

#include "app/config.h"
#include "app/file/file_hash.h"
#include "app/file/file_magic.h"
#include "app/file/file_store.h"
#include "base/pool.h"

struct file_tools {
    struct pool made;
    struct file_magic *magic;
    struct file_store *store; /* borrowed; NULL: nothing is stored */
    bool hashes[FILE_HASHES], hash_any;
    bool keeps;  /* a rule may ask for a file after it began: its bytes are kept until then */
    bool magics; /* somebody may ask for a file's magic */
};

/* 0 or -ENOMEM. */
int file_tools_init(struct file_tools *tools, const struct app_config *config);
/* What is wanted of files from here on. */
void file_tools_renew(struct file_tools *tools, const struct app_config *config);
void file_tools_fini(struct file_tools *tools);

#endif
