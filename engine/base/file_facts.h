/*
 * What a rule may ask of one file that a protocol carries, beside its bytes: name, size, whether all of it
 * came, digests.
 *
 * Filled by app/file/file.c, read by rule/keyword/file.c: the two share nothing else. Borrowed, as the
 * view_buffer that points to it.
 */
#ifndef SLUICE_BASE_FILE_FACTS_H
#define SLUICE_BASE_FILE_FACTS_H

#include "base/slice.h"

enum file_state {
    FILE_OPEN,      /* more may come */
    FILE_CLOSED,    /* all of it came, as far as the protocol tells */
    FILE_TRUNCATED, /* it ended early: a limit, a gap */
};

enum file_hash { FILE_MD5, FILE_SHA1, FILE_SHA256, FILE_HASHES };

enum { FILE_HASH_MOST = 32 }; /* bytes of the longest digest */

struct file_facts {
    enum file_state state;
    uint64_t size; /* bytes so far, those that a gap has swallowed included */
    bool hashed[FILE_HASHES];
    uint8_t digest[FILE_HASHES][FILE_HASH_MOST]; /* where hashed */
};

/* Bytes of a digest. */
static inline size_t file_hash_size(enum file_hash hash)
{
    return hash == FILE_MD5 ? 16 : hash == FILE_SHA1 ? 20 : 32;
}

static inline const char *file_hash_name(enum file_hash hash)
{
    return hash == FILE_MD5 ? "md5" : hash == FILE_SHA1 ? "sha1" : "sha256";
}

#endif
