/*
 * Files of datasets, read: one value a line. Strings in base64 (RFC 4648), hashes in hexadecimal, addresses
 * as text; with a reputation, a comma and a number from 0 to 65535 follow.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hex_text.h"
#include "packet/address.h"
#include "rule/dataset_private.h"
#include "rule/file.h"
#include "rule/keyword.h"

enum { LINE_MOST = 1 << 20 }; /* bytes of one line */

static int base64_digit(uint8_t c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* Decodes into `out`, which has room for as many bytes as `s`, and 16 more. False when it is not base64. */
static bool base64_decode(struct slice s, uint8_t *out, size_t *n)
{
    uint32_t bits = 0;
    unsigned have = 0;
    while (s.n && s.p[s.n - 1] == '=')
        s.n--;
    *n = 0;
    for (size_t i = 0; i < s.n; i++) {
        int digit = base64_digit(s.p[i]);
        if (digit < 0)
            return false;
        bits = bits << 6 | (uint32_t)digit;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[(*n)++] = (uint8_t)(bits >> have);
        }
    }
    return have < 6;
}

static bool hex_decode(struct slice s, uint8_t *out, size_t *n)
{
    if (s.n % 2)
        return false;
    for (size_t i = 0; i < s.n; i += 2) {
        int high = hex_digit(s.p[i]), low = hex_digit(s.p[i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    *n = s.n / 2;
    return true;
}

static bool address_decode(struct slice s, uint8_t *out, size_t *n)
{
    char text[ADDRESS_TEXT];
    struct address address;
    if (s.n >= sizeof text || !s.n)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    if (!address_parse(text, &address))
        return false;
    *n = address.version == 4 ? 4 : 16;
    memcpy(out, address.bytes, *n);
    return true;
}

/* One line into the set. 0, -EINVAL, -ENOMEM. */
static int load_line(struct dataset *set, struct slice line, uint8_t *scratch)
{
    struct slice text;
    uint64_t reputation = 0;
    size_t n;
    bool good = text_field(&line, set->reputation ? ',' : '\0', &text);
    if (good && set->reputation)
        good = line.p && text_uint(text_trim(line), UINT16_MAX, &reputation);
    if (!good)
        return -EINVAL;
    if (set->type == DATASET_STRING)
        good = base64_decode(text, scratch, &n);
    else if (set->type == DATASET_IPV4 || set->type == DATASET_IP)
        good = address_decode(text, scratch, &n);
    else
        good = hex_decode(text, scratch, &n);
    int r = good ? dataset_put(set, slice_of(scratch, n), (uint16_t)reputation, false) : -EINVAL;
    return r < 0 ? r : 0;
}

int dataset_file_load(struct dataset *set, const char *path, bool may_lack, struct err *err)
{
    struct buf line = {0};
    unsigned number = 0;
    int r = 0, more = 0;
    FILE *f = fopen(path, "re");
    if (!f)
        return may_lack && errno == ENOENT ? 0 : err_set(err, -errno, "dataset file %s cannot be read", path);
    while (!r && (more = file_next_line(f, LINE_MOST, &line)) > 0) {
        number++;
        struct slice s = text_trim(buf_slice(&line));
        if (!s.n || s.p[0] == '#')
            continue;
        uint8_t *scratch = malloc(s.n + 16);
        r = scratch ? load_line(set, s, scratch) : -ENOMEM;
        free(scratch);
    }
    if (r == -EINVAL)
        err_set(err, r, "dataset file %s, line %u: not a value of the set's type", path, number);
    else if (r)
        err_set(err, r, "dataset file %s does not fit into the set's memcap", path);
    else if (more < 0)
        r = err_set(err, more, "dataset file %s, line %u: %s", path, number + 1, strerror(-more));
    buf_fini(&line);
    fclose(f);
    return r;
}
