#include "app/tls/tls_known.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

static bool is_same(const struct tls_certificate *c, uint64_t hash, struct slice body, bool tls13)
{
    return c && c->hash == hash && c->tls13 == tls13 && slice_equal(c->message, body);
}

struct tls_certificate *tls_known_chain(struct tls_known *known, struct slice body, bool tls13)
{
    if (body.n > TLS_CHAIN_KNOWN)
        return tls_certificate_read(body, tls13);
    uint64_t hash = hash_slice(body, 0);
    struct tls_certificate **slot = &known->chains[hash % TLS_KNOWN_CHAINS];
    if (!is_same(*slot, hash, body, tls13)) {
        struct tls_certificate *read = tls_certificate_read(body, tls13);
        if (!read)
            return NULL;
        read->hash = hash;
        tls_certificate_release(*slot);
        *slot = read;
    }
    (*slot)->references++;
    return *slot;
}

static struct tls_ja3 *ja3_new(struct slice string, uint64_t key)
{
    struct tls_ja3 *ja3 = malloc(sizeof *ja3 + string.n);
    if (!ja3)
        return NULL;
    *ja3 = (struct tls_ja3){.references = 1, .n = (uint32_t)string.n, .key = key};
    memcpy(ja3->string, string.p, string.n);
    if (!tls_ja3_hash(string, ja3->hash))
        return ja3;
    free(ja3);
    return NULL;
}

struct tls_ja3 *tls_known_ja3(struct tls_known *known, const struct tls_hello *hello)
{
    buf_clear(&known->text);
    if (tls_ja3_print(hello, &known->text))
        return NULL;
    struct slice string = buf_slice(&known->text);
    uint64_t key = hash_slice(string, 0);
    struct tls_ja3 **slot = &known->ja3[key % TLS_KNOWN_JA3], *there = *slot;
    if (!there || there->key != key || !slice_equal(slice_of(there->string, there->n), string)) {
        struct tls_ja3 *made = ja3_new(string, key);
        if (!made)
            return NULL;
        tls_ja3_release(there);
        *slot = made;
    }
    (*slot)->references++;
    return *slot;
}

void tls_ja3_release(struct tls_ja3 *ja3)
{
    if (ja3 && !--ja3->references)
        free(ja3);
}

void tls_known_fini(void *common)
{
    struct tls_known *known = common;
    for (unsigned i = 0; i < TLS_KNOWN_CHAINS; i++)
        tls_certificate_release(known->chains[i]);
    for (unsigned i = 0; i < TLS_KNOWN_JA3; i++)
        tls_ja3_release(known->ja3[i]);
    buf_fini(&known->text);
}
