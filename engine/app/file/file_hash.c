#include "app/file/file_hash.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "base/digest.h"

struct file_hasher {
    EVP_MD_CTX *contexts[FILE_HASHES]; /* NULL: not wanted, or it has failed */
};

static const EVP_MD *algorithm(enum file_hash hash)
{
    return digest_algorithm(hash == FILE_MD5 ? DIGEST_MD5 : hash == FILE_SHA1 ? DIGEST_SHA1 : DIGEST_SHA256);
}

struct file_hasher *file_hasher_new(const bool wanted[FILE_HASHES])
{
    struct file_hasher *hasher = calloc(1, sizeof *hasher);
    for (int h = 0; hasher && h < FILE_HASHES; h++) {
        if (!wanted[h])
            continue;
        hasher->contexts[h] = EVP_MD_CTX_new();
        if (!hasher->contexts[h] ||
            EVP_DigestInit_ex(hasher->contexts[h], algorithm((enum file_hash)h), NULL) != 1) {
            file_hasher_free(hasher);
            return NULL;
        }
    }
    return hasher;
}

void file_hasher_free(struct file_hasher *hasher)
{
    for (int h = 0; hasher && h < FILE_HASHES; h++)
        EVP_MD_CTX_free(hasher->contexts[h]);
    free(hasher);
}

void file_hasher_add(struct file_hasher *hasher, struct slice bytes)
{
    for (int h = 0; h < FILE_HASHES; h++)
        if (hasher->contexts[h] && EVP_DigestUpdate(hasher->contexts[h], bytes.p, bytes.n) != 1) {
            EVP_MD_CTX_free(hasher->contexts[h]);
            hasher->contexts[h] = NULL;
        }
}

void file_hasher_finish(struct file_hasher *hasher, struct file_facts *facts)
{
    for (int h = 0; h < FILE_HASHES; h++) {
        unsigned n = 0;
        uint8_t digest[EVP_MAX_MD_SIZE];
        size_t size = file_hash_size((enum file_hash)h);
        if (!hasher->contexts[h] || EVP_DigestFinal_ex(hasher->contexts[h], digest, &n) != 1 || n != size)
            continue;
        memcpy(facts->digest[h], digest, size);
        facts->hashed[h] = true;
    }
}
