#include "app/tls/tls_hello.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "base/digest.h"
#include "base/hex_text.h"

enum { /* extension types (IANA: TLS ExtensionType Values) */
       EXTENSION_SERVER_NAME = 0,
       EXTENSION_GROUPS = 10,
       EXTENSION_POINT_FORMATS = 11,
       EXTENSION_SIGNATURE_ALGORITHMS = 13,
       EXTENSION_ALPN = 16,
       EXTENSION_SESSION_TICKET = 35,
       EXTENSION_SUPPORTED_VERSIONS = 43
};

static bool is_grease(uint16_t value)
{
    return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

static void add(struct tls_list *list, uint16_t value)
{
    if (list->count < TLS_LIST_MOST)
        list->values[list->count++] = value;
}

static void add_all(struct tls_list *list, struct slice bytes)
{
    struct cursor c = cursor_of(bytes);
    uint16_t value;
    while (cursor_be16(&c, &value))
        add(list, value);
}

/* A vector with a length of one or two bytes before it. */
static bool vector(struct cursor *c, unsigned length_bytes, struct slice *out)
{
    uint64_t n;
    size_t at = c->at;
    if (cursor_uint(c, length_bytes, &n) && cursor_bytes(c, (size_t)n, out))
        return true;
    c->at = at;
    return false;
}

/* RFC 6066, 3. As Suricata the length of the list is not looked at, only the first name's own. */
static enum tls_damage read_server_name(struct slice body, struct tls_hello *out)
{
    enum { NAME_MOST = 255 };
    struct cursor c = cursor_of(body);
    uint16_t list, n;
    uint8_t type;
    out->several_names |= out->has_name_extension;
    if (!out->client || out->has_name_extension)
        return TLS_WHOLE;
    out->has_name_extension = true;
    if (!body.n)
        return TLS_WHOLE;
    if (!cursor_be16(&c, &list) || !cursor_u8(&c, &type))
        return TLS_BAD_LENGTH;
    if (type != 0)
        return TLS_BAD_NAME_TYPE;
    if (!cursor_be16(&c, &n))
        return TLS_BAD_LENGTH;
    if (!n || n > NAME_MOST || !cursor_bytes(&c, n, &out->server_name))
        return TLS_BAD_NAME_LENGTH;
    return TLS_WHOLE;
}

/* RFC 7301, 3.1; names of no length are left out */
static enum tls_damage read_alpn(struct slice body, struct tls_hello *out)
{
    struct cursor c = cursor_of(body);
    struct slice list, name;
    if (!vector(&c, 2, &list))
        return TLS_BAD_LENGTH;
    c = cursor_of(list);
    while (cursor_left(&c)) {
        if (!vector(&c, 1, &name))
            return TLS_BAD_LENGTH;
        if (name.n && out->alpn_count < TLS_ALPN_MOST)
            out->alpn[out->alpn_count++] = name;
    }
    return TLS_WHOLE;
}

static enum tls_damage read_numbers(struct slice body, unsigned length_bytes, struct tls_list *list)
{
    struct cursor c = cursor_of(body);
    struct slice all;
    if (!vector(&c, length_bytes, &all))
        return body.n ? TLS_BAD_LENGTH : TLS_WHOLE;
    add_all(list, all);
    return TLS_WHOLE;
}

/* What JA3 reads of extensions: damage here leaves it unfinished. */
static enum tls_damage read_groups(struct slice body, struct tls_hello *out)
{
    enum tls_damage damage = body.n % 2 ? TLS_BAD_LENGTH : read_numbers(body, 2, &out->groups);
    out->no_ja3 |= damage != TLS_WHOLE;
    return damage;
}

static enum tls_damage read_point_formats(struct slice body, struct tls_hello *out)
{
    struct cursor c = cursor_of(body);
    struct slice list;
    if (!vector(&c, 1, &list)) {
        out->no_ja3 |= body.n > 0;
        return body.n ? TLS_BAD_LENGTH : TLS_WHOLE;
    }
    for (size_t i = 0; i < list.n && out->point_format_count < TLS_LIST_MOST; i++)
        out->point_formats[out->point_format_count++] = list.p[i];
    return TLS_WHOLE;
}

static enum tls_damage read_supported_versions(struct slice body, struct tls_hello *out)
{
    struct cursor c = cursor_of(body);
    if (out->client)
        return read_numbers(body, 1, &out->supported_versions);
    return !body.n || cursor_be16(&c, &out->selected_version) ? TLS_WHOLE : TLS_BAD_LENGTH;
}

static enum tls_damage read_extension(uint16_t type, struct slice body, struct tls_hello *out)
{
    switch (type) {
    case EXTENSION_SERVER_NAME:
        return read_server_name(body, out);
    case EXTENSION_GROUPS:
        return read_groups(body, out);
    case EXTENSION_POINT_FORMATS:
        return read_point_formats(body, out);
    case EXTENSION_SIGNATURE_ALGORITHMS:
        return read_numbers(body, 2, &out->signature_algorithms);
    case EXTENSION_ALPN:
        return read_alpn(body, out);
    case EXTENSION_SESSION_TICKET:
        out->has_session_ticket = body.n > 0;
        return TLS_WHOLE;
    case EXTENSION_SUPPORTED_VERSIONS:
        return read_supported_versions(body, out);
    default:
        return TLS_WHOLE;
    }
}

static enum tls_damage read_extensions(struct cursor *c, struct tls_hello *out)
{
    struct slice all, body;
    uint16_t type;
    if (cursor_left(c) < sizeof(uint16_t))
        return TLS_WHOLE; /* none, which is allowed before TLS 1.3 */
    if (!vector(c, 2, &all)) {
        out->no_ja3 = true;
        return TLS_BAD_LENGTH;
    }
    struct cursor inside = cursor_of(all);
    while (cursor_left(&inside)) {
        if (!cursor_be16(&inside, &type) || !vector(&inside, 2, &body)) {
            out->no_ja3 = true;
            return TLS_BAD_LENGTH;
        }
        add(&out->extensions, type);
        enum tls_damage damage = read_extension(type, body, out);
        if (damage)
            return damage;
    }
    return TLS_WHOLE;
}

static void forget_extensions(struct tls_hello *out)
{
    out->extensions.count = out->groups.count = out->signature_algorithms.count = 0;
    out->supported_versions.count = out->point_format_count = out->alpn_count = 0;
    out->selected_version = 0;
    out->has_name_extension = false;
}

static enum tls_damage read_hello(struct cursor *c, struct tls_hello *out)
{
    struct slice ciphers, compression;
    uint16_t cipher;
    out->no_ja3 = true;
    if (!cursor_be16(c, &out->version) || !cursor_bytes(c, 32, &out->random) ||
        !vector(c, 1, &out->session_id))
        return TLS_BAD_LENGTH;
    if (out->client) {
        if (!vector(c, 2, &ciphers) || ciphers.n % 2)
            return TLS_BAD_LENGTH;
        add_all(&out->ciphers, ciphers);
        if (!vector(c, 1, &compression))
            return TLS_BAD_LENGTH;
    } else {
        if (!cursor_be16(c, &cipher) || !cursor_skip(c, 1))
            return TLS_BAD_LENGTH;
        add(&out->ciphers, cipher);
    }
    out->no_ja3 = false;
    enum tls_damage damage = read_extensions(c, out);
    if (damage)
        forget_extensions(out);
    return damage;
}

int tls_hello_parse(struct slice body, bool client, struct tls_hello *out)
{
    struct cursor c = cursor_of(body);
    *out = (struct tls_hello){.client = client};
    out->damage = (uint8_t)read_hello(&c, out);
    return out->damage ? -EBADMSG : 0;
}

/* With a '-' before it unless it is the first. Two lists of numbers a connection: printf would be dear. */
enum { NUMBER_TEXT = 6 }; /* of 16 bits, with what is between two */

/* `out` has room for it. */
static void put_number(unsigned number, bool first, struct buf *out)
{
    unsigned digits = number < 10 ? 1 : number < 100 ? 2 : number < 1000 ? 3 : number < 10000 ? 4 : 5;
    if (!first)
        out->p[out->n++] = '-';
    for (unsigned i = digits; i--; number /= 10)
        out->p[out->n + i] = (uint8_t)('0' + number % 10);
    out->n += digits;
}

static void put_list(const struct tls_list *list, struct buf *out)
{
    size_t start = out->n;
    for (unsigned i = 0; i < list->count; i++)
        if (!is_grease(list->values[i]))
            put_number(list->values[i], out->n == start, out);
}

static void put_comma(struct buf *out)
{
    out->p[out->n++] = ',';
}

/* JA3 (Salesforce, 2017): version, ciphers, extensions, groups, point formats. JA3S: the first three. */
int tls_ja3_print(const struct tls_hello *h, struct buf *out)
{
    enum { PARTS = 5 }; /* each with a comma behind it, or a number that has none before it */
    size_t numbers = 1 + h->ciphers.count + h->extensions.count;
    if (h->client)
        numbers += h->groups.count + h->point_format_count;
    int rc = buf_reserve(out, NUMBER_TEXT * numbers + PARTS);
    if (rc)
        return rc;
    put_number(h->version, true, out);
    put_comma(out);
    put_list(&h->ciphers, out);
    put_comma(out);
    put_list(&h->extensions, out);
    if (!h->client)
        return 0;
    put_comma(out);
    put_list(&h->groups, out);
    put_comma(out);
    for (unsigned i = 0; i < h->point_format_count; i++)
        put_number(h->point_formats[i], !i, out);
    return 0;
}

int tls_ja3_hash(struct slice string, char hash[JA3_HASH_TEXT])
{
    uint8_t digest[DIGEST_MOST];
    size_t n = digest_of(DIGEST_MD5, string, digest);
    if (!n)
        return -ENOMEM;
    *hex_put(hash, slice_of(digest, n)) = 0;
    return 0;
}

int tls_ja3(const struct tls_hello *h, struct buf *string, char hash[JA3_HASH_TEXT])
{
    size_t start = string->n;
    int rc = tls_ja3_print(h, string);
    return rc ? rc : tls_ja3_hash(slice_from(buf_slice(string), start), hash);
}

static int compare_value(const void *a, const void *b)
{
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

uint16_t tls_hello_version(const struct tls_hello *h)
{
    if (h->selected_version)
        return h->selected_version;
    for (unsigned i = 0; i < h->supported_versions.count; i++)
        if (!is_grease(h->supported_versions.values[i]))
            return h->supported_versions.values[i];
    return h->version;
}

static const char *ja4_version(uint16_t version)
{
    switch (version) {
    case 0x0304:
        return "13";
    case 0x0303:
        return "12";
    case 0x0302:
        return "11";
    case 0x0301:
        return "10";
    case 0x0300:
        return "s3";
    case 0x0002:
        return "s2";
    case 0xfeff:
        return "d1";
    case 0xfefd:
        return "d2";
    case 0xfefc:
        return "d3";
    default:
        return "00";
    }
}

static bool is_alnum(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The first and last character of the first ALPN value; of hexadecimal digits where one is not alphanumeric.
 */
static void ja4_alpn(const struct tls_hello *h, char text[3])
{
    static const char digits[] = "0123456789abcdef";
    text[0] = text[1] = '0';
    text[2] = 0;
    struct slice value = h->alpn_count ? h->alpn[0] : slice_of(NULL, 0);
    if (!value.n)
        return;
    uint8_t first = value.p[0], last = value.p[value.n - 1];
    bool plain = is_alnum(first) && is_alnum(last);
    text[0] = plain ? (char)first : digits[first >> 4];
    text[1] = plain ? (char)last : digits[last & 0xf];
}

/* Without GREASE; sorted if asked; extensions without those that JA4 leaves out. */
static unsigned ja4_values(const struct tls_list *list, bool sort, bool extensions, uint16_t *out)
{
    unsigned n = 0;
    for (unsigned i = 0; i < list->count; i++) {
        uint16_t value = list->values[i];
        bool out_of_hash = extensions && (value == EXTENSION_SERVER_NAME || value == EXTENSION_ALPN);
        if (!is_grease(value) && !out_of_hash)
            out[n++] = value;
    }
    if (sort)
        qsort(out, n, sizeof *out, compare_value);
    return n;
}

enum { JA4_VALUE_TEXT = 5, JA4_HASH = 12 };

/* "0035,c02f" */
static size_t print_values(const uint16_t *values, unsigned n, char *text)
{
    static const char digits[] = "0123456789abcdef";
    char *at = text;
    for (unsigned i = 0; i < n; i++) {
        if (i)
            *at++ = ',';
        for (int shift = 12; shift >= 0; shift -= 4)
            *at++ = digits[values[i] >> shift & 0xf];
    }
    return (size_t)(at - text);
}

/*
 * The first 12 digits of the SHA-256 of the list (and, after a '_', of a second one). As Suricata: where JA4
 * has zeros for an empty list, and no '_' before one, the hash is taken all the same.
 */
static void ja4_hash(const uint16_t *a, unsigned a_count, bool second, const uint16_t *b, unsigned b_count,
                     char out[JA4_HASH + 1])
{
    char text[2 * TLS_LIST_MOST * JA4_VALUE_TEXT + 2], digest_text[2 * DIGEST_MOST + 1];
    uint8_t digest[DIGEST_MOST];
    memset(out, '0', JA4_HASH);
    out[JA4_HASH] = 0;
    size_t length = print_values(a, a_count, text);
    if (second) {
        text[length++] = '_';
        length += print_values(b, b_count, text + length);
    }
    size_t n = digest_of(DIGEST_SHA256, slice_of(text, length), digest);
    if (!n)
        return;
    *hex_put(digest_text, slice_of(digest, n)) = 0;
    memcpy(out, digest_text, JA4_HASH);
}

void tls_ja4(const struct tls_hello *h, bool quic, char text[JA4_TEXT])
{
    uint16_t ciphers[TLS_LIST_MOST], extensions[TLS_LIST_MOST], algorithms[TLS_LIST_MOST];
    unsigned cipher_count = ja4_values(&h->ciphers, true, false, ciphers);
    unsigned shown = ja4_values(&h->extensions, true, false, extensions);
    unsigned extension_count = ja4_values(&h->extensions, true, true, extensions);
    unsigned algorithm_count = ja4_values(&h->signature_algorithms, false, false, algorithms);
    char alpn[3], of_ciphers[JA4_HASH + 1], of_extensions[JA4_HASH + 1];
    ja4_alpn(h, alpn);
    ja4_hash(ciphers, cipher_count, false, NULL, 0, of_ciphers);
    ja4_hash(extensions, extension_count, true, algorithms, algorithm_count, of_extensions);
    snprintf(text, JA4_TEXT, "%c%s%c%02u%02u%s_%s_%s", quic ? 'q' : 't', ja4_version(tls_hello_version(h)),
             h->has_name_extension ? 'd' : 'i', cipher_count > 99 ? 99 : cipher_count,
             shown > 99 ? 99 : shown, alpn, of_ciphers, of_extensions);
}

struct ja4_kept { /* and behind it the values of the lists */
    uint16_t version, ciphers, extensions, algorithms;
    uint8_t alpn[2], alpn_size; /* the first and the last byte of it */
    bool has_name_extension;
};

static struct slice list_bytes(const struct tls_list *list)
{
    return slice_of(list->values, list->count * sizeof list->values[0]);
}

int tls_ja4_keep(const struct tls_hello *h, struct buf *kept)
{
    struct slice alpn = h->alpn_count ? h->alpn[0] : slice_of(NULL, 0);
    struct ja4_kept head = {
        .version = tls_hello_version(h),
        .ciphers = (uint16_t)h->ciphers.count,
        .extensions = (uint16_t)h->extensions.count,
        .algorithms = (uint16_t)h->signature_algorithms.count,
        .has_name_extension = h->has_name_extension,
    };
    if (alpn.n) {
        head.alpn[0] = alpn.p[0];
        head.alpn[1] = alpn.p[alpn.n - 1];
        head.alpn_size = sizeof head.alpn;
    }
    struct slice parts[] = {slice_of(&head, sizeof head), list_bytes(&h->ciphers), list_bytes(&h->extensions),
                            list_bytes(&h->signature_algorithms)};
    int rc = 0;
    buf_clear(kept);
    for (size_t i = 0; !rc && i < sizeof parts / sizeof parts[0]; i++)
        rc = buf_append(kept, parts[i]);
    if (rc)
        buf_clear(kept);
    return rc;
}

static void take_list(struct slice *kept, unsigned count, struct tls_list *list)
{
    size_t bytes = count * sizeof list->values[0];
    if (!bytes || !kept->p)
        return;
    list->count = count;
    memcpy(list->values, kept->p, bytes);
    *kept = slice_from(*kept, bytes);
}

void tls_ja4_kept(struct slice kept, char text[JA4_TEXT])
{
    struct ja4_kept head;
    struct tls_hello hello = {.client = true};
    memcpy(&head, kept.p, sizeof head);
    kept = slice_from(kept, sizeof head);
    hello.version = head.version;
    hello.has_name_extension = head.has_name_extension;
    hello.alpn_count = 1;
    hello.alpn[0] = slice_of(head.alpn, head.alpn_size);
    take_list(&kept, head.ciphers, &hello.ciphers);
    take_list(&kept, head.extensions, &hello.extensions);
    take_list(&kept, head.algorithms, &hello.signature_algorithms);
    tls_ja4(&hello, false, text);
}
