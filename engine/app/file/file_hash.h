/*
 * Digests of a file as its bytes come, through OpenSSL. A hasher owns its contexts; one worker calls.
 */
#ifndef SLUICE_APP_FILE_HASH_H
#define SLUICE_APP_FILE_HASH_H

#include "base/file_facts.h"

struct file_hasher;

/* `wanted`: which digests. NULL when memory is short. */
struct file_hasher *file_hasher_new(const bool wanted[FILE_HASHES]);
void file_hasher_free(struct file_hasher *hasher);
void file_hasher_add(struct file_hasher *hasher, struct slice bytes);

/* Fills what was wanted, and cannot be used further. */
void file_hasher_finish(struct file_hasher *hasher, struct file_facts *facts);

#endif
