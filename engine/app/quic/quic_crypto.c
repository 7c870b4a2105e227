#include "app/quic/quic_crypto.h"

#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <pthread.h>

#include "app/quic/quic_header.h"
#include "base/digest.h"

enum {
    SALT = 20,
    SECRET = 32,     /* SHA-256 */
    BLOCK = 64,      /* ... of it */
    TEXT_MOST = 64,  /* that is authenticated with it here */
    NUMBER_MOST = 4, /* bytes of a packet number */
    SAMPLE = 16,     /* taken as if the number had all four (RFC 9001, 5.4.2) */
    DRAFT_FIRST = 23,
    DRAFT_SECOND = 29, /* whose salts changed */
    DRAFT_FINAL = 33,
    DRAFT_LAST = 34,
};

/* RFC 9001, 5.2. */
static const uint8_t salt_1[SALT] = {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
                                     0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};
/* RFC 9369, 3.3.1. */
static const uint8_t salt_2[SALT] = {0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
                                     0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9};
/* draft-ietf-quic-tls-29, 5.2. */
static const uint8_t salt_29[SALT] = {0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97,
                                      0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99};
/* draft-ietf-quic-tls-23, 5.2; mvfst has it, too. */
static const uint8_t salt_23[SALT] = {0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7,
                                      0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02};
/* Google's Q050. */
static const uint8_t salt_q050[SALT] = {0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe, 0x2f, 0x9d, 0x94,
                                        0x5c, 0xfc, 0xdb, 0xd3, 0xa7, 0xf0, 0xd3, 0xb5, 0x6b, 0x45};

static const uint8_t *salt_of(uint32_t version)
{
    if (version == QUIC_VERSION_1)
        return salt_1;
    if (version == QUIC_VERSION_2)
        return salt_2;
    if (version == QUIC_MVFST_2)
        return salt_23;
    if (version == QUIC_Q050)
        return salt_q050;
    unsigned draft = version & 0xff;
    if (version >> 8 != QUIC_DRAFTS || draft < DRAFT_FIRST || draft > DRAFT_LAST)
        return NULL;
    return draft < DRAFT_SECOND ? salt_23 : draft < DRAFT_FINAL ? salt_29 : salt_1;
}

bool quic_version_known(uint32_t version)
{
    return salt_of(version) != NULL;
}

/* HMAC with SHA-256 (RFC 2104) of a short text: OpenSSL's own looks its parts up anew for each. */
static bool hmac(struct slice key, struct slice text, uint8_t out[SECRET])
{
    enum { INNER = 0x36, OUTER = 0x5c };
    uint8_t inner[BLOCK + TEXT_MOST], outer[BLOCK + SECRET];
    if (text.n > TEXT_MOST)
        return false;
    for (size_t i = 0; i < BLOCK; i++) {
        uint8_t byte = i < key.n ? key.p[i] : 0;
        inner[i] = byte ^ INNER;
        outer[i] = byte ^ OUTER;
    }
    if (text.n)
        memcpy(inner + BLOCK, text.p, text.n);
    return digest_of(DIGEST_SHA256, slice_of(inner, BLOCK + text.n), outer + BLOCK) == SECRET &&
           digest_of(DIGEST_SHA256, slice_of(outer, sizeof outer), out) == SECRET;
}

/* HKDF-Expand-Label (RFC 8446, 7.1) of at most one hash, without context. */
static bool expand_label(const uint8_t secret[SECRET], const char *label, uint8_t *out, size_t n)
{
    uint8_t info[TEXT_MOST], hash[SECRET];
    size_t label_bytes = strlen(label), at = 0;
    info[at++] = 0;
    info[at++] = (uint8_t)n;
    info[at++] = (uint8_t)(label_bytes + 6);
    memcpy(info + at, "tls13 ", 6);
    at += 6;
    memcpy(info + at, label, label_bytes);
    at += label_bytes;
    info[at++] = 0; /* no context */
    info[at++] = 1; /* RFC 5869, 2.3: the first block */
    if (!hmac(slice_of(secret, SECRET), slice_of(info, at), hash))
        return false;
    memcpy(out, hash, n);
    return true;
}

static bool sender_key(const uint8_t initial[SECRET], const char *sender, bool second, struct quic_key *key)
{
    uint8_t secret[SECRET];
    return expand_label(initial, sender, secret, SECRET) &&
           expand_label(secret, second ? "quicv2 key" : "quic key", key->key, QUIC_KEY) &&
           expand_label(secret, second ? "quicv2 iv" : "quic iv", key->iv, QUIC_IV) &&
           expand_label(secret, second ? "quicv2 hp" : "quic hp", key->header, QUIC_KEY);
}

int quic_initial_key(uint32_t version, struct slice connection_id, enum direction sender,
                     struct quic_key *key)
{
    const uint8_t *salt = salt_of(version);
    if (!salt)
        return -ENOTSUP;
    uint8_t initial[SECRET]; /* HKDF-Extract */
    const char *label = sender == TO_SERVER ? "client in" : "server in";
    if (!hmac(slice_of(salt, SALT), connection_id, initial) ||
        !sender_key(initial, label, version == QUIC_VERSION_2, key))
        return -ENOMEM;
    return 0;
}

static const EVP_CIPHER *ecb,
    *gcm; /* written once, never freed: EVP_aes_128_gcm() is looked up at each use */

static void find_ciphers(void)
{
    ecb = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
    gcm = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
    ecb = ecb ? ecb : EVP_aes_128_ecb();
    gcm = gcm ? gcm : EVP_aes_128_gcm();
}

int quic_initial_keys(uint32_t version, struct slice connection_id, struct quic_key keys[DIRECTIONS])
{
    int rc = quic_initial_key(version, connection_id, TO_SERVER, &keys[TO_SERVER]);
    return rc ? rc : quic_initial_key(version, connection_id, TO_CLIENT, &keys[TO_CLIENT]);
}

/* RFC 9001, 5.4.3: the mask of a sample. */
static int header_mask(EVP_CIPHER_CTX *ctx, const struct quic_key *key, const uint8_t *sample,
                       uint8_t mask[SAMPLE])
{
    int n;
    if (EVP_EncryptInit_ex(ctx, ecb, NULL, key->header, NULL) != 1 ||
        EVP_CIPHER_CTX_set_padding(ctx, 0) != 1 || EVP_EncryptUpdate(ctx, mask, &n, sample, SAMPLE) != 1)
        return -ENOMEM;
    return 0;
}

/* RFC 9000, A.3. */
static uint64_t full_number(uint64_t largest, uint64_t truncated, unsigned bytes)
{
    uint64_t expected = largest + 1, window = UINT64_C(1) << 8 * bytes, half = window / 2;
    uint64_t candidate = (expected & ~(window - 1)) | truncated;
    if (candidate + half <= expected && candidate < (UINT64_C(1) << 62) - window)
        return candidate + window;
    return candidate > expected + half && candidate >= window ? candidate - window : candidate;
}

struct unmasked { /* a header as its sender authenticated it */
    uint8_t first, number[NUMBER_MOST];
    unsigned number_bytes;
    uint8_t nonce[QUIC_IV];
    uint64_t full;
};

static void unmask(const struct quic_key *key, const uint8_t *mask, struct slice packet, size_t number_at,
                   uint64_t largest, struct unmasked *out)
{
    out->first = packet.p[0] ^ (mask[0] & 0x0f);
    out->number_bytes = (out->first & 3u) + 1;
    uint64_t truncated = 0;
    for (unsigned i = 0; i < out->number_bytes; i++) {
        out->number[i] = packet.p[number_at + i] ^ mask[1 + i];
        truncated = truncated << 8 | out->number[i];
    }
    out->full = full_number(largest, truncated, out->number_bytes);
    memcpy(out->nonce, key->iv, QUIC_IV);
    for (unsigned i = 0; i < 8; i++)
        out->nonce[QUIC_IV - 1 - i] ^= (uint8_t)(out->full >> 8 * i);
}

static int decrypt(EVP_CIPHER_CTX *ctx, const struct quic_key *key, const struct unmasked *header,
                   struct slice clear, struct slice sealed, struct buf *plain)
{
    if (!sealed.p || sealed.n < QUIC_TAG)
        return -EBADMSG;
    size_t n = sealed.n - QUIC_TAG;
    uint8_t tag[QUIC_TAG];
    int done;
    memcpy(tag, sealed.p + n, QUIC_TAG);
    buf_clear(plain);
    if (buf_reserve(plain, n + 1))
        return -ENOMEM;
    if (EVP_DecryptInit_ex(ctx, gcm, NULL, key->key, header->nonce) != 1)
        return -ENOMEM;
    /* What is authenticated: the header without its protection, in three pieces. */
    if (EVP_DecryptUpdate(ctx, NULL, &done, &header->first, 1) != 1 ||
        EVP_DecryptUpdate(ctx, NULL, &done, clear.p, (int)clear.n) != 1 ||
        EVP_DecryptUpdate(ctx, NULL, &done, header->number, (int)header->number_bytes) != 1 ||
        EVP_DecryptUpdate(ctx, plain->p, &done, sealed.p, (int)n) != 1 ||
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, QUIC_TAG, tag) != 1)
        return -EBADMSG;
    if (EVP_DecryptFinal_ex(ctx, plain->p + n, &done) != 1)
        return -EBADMSG;
    plain->n = n;
    return 0;
}

int quic_open(const struct quic_key *key, struct slice packet, size_t number_at, uint64_t *largest,
              struct buf *plain)
{
    if (packet.n > UINT16_MAX || number_at >= packet.n || !number_at ||
        packet.n - number_at < NUMBER_MOST + SAMPLE)
        return -EBADMSG;
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_ciphers);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (!ctx)
        return -ENOMEM;
    uint8_t mask[SAMPLE];
    int rc = header_mask(ctx, key, slice_from(packet, number_at + NUMBER_MOST).p, mask);
    if (!rc) {
        struct unmasked header;
        unmask(key, mask, packet, number_at, *largest, &header);
        rc = decrypt(ctx, key, &header, slice_of(packet.p + 1, number_at - 1),
                     slice_from(packet, number_at + header.number_bytes), plain);
        if (!rc && header.full > *largest)
            *largest = header.full;
    }
    EVP_CIPHER_CTX_free(ctx);
    return rc;
}
