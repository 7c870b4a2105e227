#include "run/live/receive_hash.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "run/live/ethtool.h"

enum { KEY_MOST = 1024, HASH_TOEPLITZ = 1 /* a bit of ethtool_rxfh.hfunc that the headers do not name */ };

struct receive_hash {
    struct ethtool_rxfh head;
    uint8_t key[KEY_MOST];
};

void receive_hash_symmetric_key(uint8_t *key, size_t size)
{
    for (size_t i = 0; i < size; i++)
        key[i] = i % 2 ? 0x5a : 0x6d;
}

/* The card's key and how it mixes; 0 when it has none that can be asked. */
static int get(const char *interface, struct receive_hash *out)
{
    struct ethtool_rxfh sizes = {.cmd = ETHTOOL_GRSSH};
    int result = ethtool_call(interface, &sizes);
    if (result == -EOPNOTSUPP || (!result && (!sizes.key_size || sizes.key_size > KEY_MOST)))
        return 0;
    if (result)
        return result;
    size_t table = (size_t)sizes.indir_size * sizeof(uint32_t);
    struct ethtool_rxfh *whole = calloc(1, sizeof *whole + table + sizes.key_size);
    if (!whole)
        return -ENOMEM;
    *whole = sizes;
    whole->cmd = ETHTOOL_GRSSH;
    result = ethtool_call(interface, whole);
    if (!result) {
        out->head = *whole;
        memcpy(out->key, (const uint8_t *)whole->rss_config + table, sizes.key_size);
    }
    free(whole);
    return result ? result : 1;
}

/* The key alone: the table stays. */
static int set(const char *interface, const struct receive_hash *hash)
{
    struct receive_hash copy = *hash;
    copy.head.cmd = ETHTOOL_SRSSH;
    copy.head.indir_size = ETH_RXFH_INDIR_NO_CHANGE;
    return ethtool_call(interface, &copy);
}

static bool same(const struct receive_hash *a, const struct receive_hash *b)
{
    return a->head.hfunc == b->head.hfunc && a->head.key_size == b->head.key_size &&
           memcmp(a->key, b->key, a->head.key_size) == 0;
}

/* Sets it and asks the card what it has. 0 or a negative errno. */
static int set_and_check(const char *interface, const struct receive_hash *wanted)
{
    struct receive_hash now = {0};
    int result = set(interface, wanted);
    if (result)
        return result;
    result = get(interface, &now);
    return result < 0 ? result : result == 1 && same(&now, wanted) ? 0 : -EIO;
}

int receive_hash_make_symmetric(const char *interface, struct receive_hash **was)
{
    struct receive_hash before = {0}, *copy;
    *was = NULL;
    int result = get(interface, &before);
    if (result != 1)
        return result;
    struct receive_hash wanted = before;
    wanted.head.hfunc = HASH_TOEPLITZ;
    receive_hash_symmetric_key(wanted.key, wanted.head.key_size);
    if (same(&before, &wanted))
        return 1;
    copy = malloc(sizeof *copy);
    if (!copy)
        return -ENOMEM;
    *copy = before;
    *was = copy;
    result = set_and_check(interface, &wanted);
    return result ? result : 1;
}

json_t *receive_hash_json(const struct receive_hash *hash)
{
    json_t *key = json_array();
    for (uint32_t i = 0; i < hash->head.key_size; i++)
        json_array_append_new(key, json_integer(hash->key[i]));
    return json_pack("{s:i, s:o}", "function", hash->head.hfunc, "key", key);
}

struct receive_hash *receive_hash_of_json(const json_t *json)
{
    json_t *key;
    int function;
    if (json_unpack((json_t *)json, "{s:i, s:o}", "function", &function, "key", &key) || function < 0 ||
        function > UINT8_MAX || !json_array_size(key) || json_array_size(key) > KEY_MOST)
        return NULL;
    struct receive_hash *hash = calloc(1, sizeof *hash);
    for (size_t i = 0; hash && i < json_array_size(key); i++)
        hash->key[i] = (uint8_t)json_integer_value(json_array_get(key, i));
    if (hash) {
        hash->head.hfunc = (uint8_t)function;
        hash->head.key_size = (uint32_t)json_array_size(key);
    }
    return hash;
}

int receive_hash_restore(const char *interface, struct receive_hash *was)
{
    int result = was ? set(interface, was) : 0;
    free(was);
    return result;
}
