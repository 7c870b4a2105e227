#include "rule/dataset.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "rule/dataset_private.h"

enum { FIRST_BUCKETS = 256, MEMCAP = 100 << 20, IPV6_BYTES = 16 };

enum dataset_type dataset_type_by_name(struct slice name)
{
    static const struct {
        const char *name;
        enum dataset_type type;
    } known[] = {
        {"string", DATASET_STRING}, {"md5", DATASET_MD5}, {"sha256", DATASET_SHA256},
        {"ipv4", DATASET_IPV4},     {"ip", DATASET_IP},   {"ipv6", DATASET_IP},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (slice_equal(name, slice_str(known[i].name)))
            return known[i].type;
    return DATASET_UNKNOWN;
}

struct datasets *datasets_new(uint64_t seed)
{
    struct datasets *all = calloc(1, sizeof *all);
    if (!all)
        return NULL;
    if (pthread_mutex_init(&all->lock, NULL)) {
        free(all);
        return NULL;
    }
    all->seed = seed;
    return all;
}

static void set_free(struct dataset *set)
{
    for (uint64_t i = 0; set->buckets && i <= set->mask; i++)
        while (set->buckets[i]) {
            struct dataset_value *value = set->buckets[i];
            set->buckets[i] = value->next;
            free(value);
        }
    free(set->buckets);
    free(set->save);
    free(set->state);
    free(set);
}

void datasets_free(struct datasets *all)
{
    if (!all)
        return;
    datasets_part(all);
    while (all->sets) {
        struct dataset *set = all->sets;
        all->sets = set->next;
        set_free(set);
    }
    pthread_mutex_destroy(&all->lock);
    free(all);
}

/* The form in which values are stored: IPv4 addresses in a set of both versions are mapped (RFC
 * 4291, 2.5.5.2). */
static bool value_form(enum dataset_type type, struct slice value, uint8_t mapped[IPV6_BYTES],
                       struct slice *out)
{
    *out = value;
    switch (type) {
    case DATASET_STRING:
        return value.n > 0 && value.n <= DATASET_VALUE_MOST;
    case DATASET_MD5:
        return value.n == 16;
    case DATASET_SHA256:
        return value.n == 32;
    case DATASET_IPV4:
        return value.n == 4;
    case DATASET_IP:
        if (value.n == 4) {
            memset(mapped, 0, IPV6_BYTES);
            mapped[10] = mapped[11] = 0xff;
            memcpy(mapped + 12, value.p, 4);
            *out = slice_of(mapped, IPV6_BYTES);
        }
        return out->n == IPV6_BYTES;
    case DATASET_UNKNOWN:
        break;
    }
    return false;
}

/* Where the value hangs, or would be hung. */
static struct dataset_value **find(const struct dataset *set, struct slice value, uint64_t hash)
{
    struct dataset_value **at = &set->buckets[hash & set->mask];
    while (*at && ((*at)->hash != hash || !slice_equal(slice_of((*at)->bytes, (*at)->length), value)))
        at = &(*at)->next;
    return at;
}

/* Doubles the table; when there is no room for that, chains get longer. */
static void grow(struct dataset *set)
{
    uint64_t old = set->mask + 1, wanted = old * 2, more = old * sizeof *set->buckets;
    if (set->count < old || set->memory + more > set->memcap)
        return;
    struct dataset_value **buckets = calloc(wanted, sizeof *buckets);
    if (!buckets)
        return;
    for (uint64_t i = 0; i < old; i++)
        while (set->buckets[i]) {
            struct dataset_value *value = set->buckets[i];
            set->buckets[i] = value->next;
            value->next = buckets[value->hash & (wanted - 1)];
            buckets[value->hash & (wanted - 1)] = value;
        }
    free(set->buckets);
    set->buckets = buckets;
    set->mask = wanted - 1;
    set->memory += more;
}

int dataset_put(struct dataset *set, struct slice value, uint16_t reputation, bool learned)
{
    uint8_t mapped[IPV6_BYTES];
    if (!value_form(set->type, value, mapped, &value))
        return -EINVAL;
    uint64_t hash = hash_slice(value, set->all->seed);
    struct dataset_value **at = find(set, value, hash);
    if (*at)
        return 0;
    uint64_t size = sizeof **at + value.n;
    struct dataset_value *made = set->memory + size > set->memcap ? NULL : malloc(size);
    if (!made) {
        set->all->counters.refused++;
        return -ENOMEM;
    }
    *made = (struct dataset_value){
        .hash = hash, .length = (uint32_t)value.n, .reputation = reputation, .learned = learned};
    memcpy(made->bytes, value.p, value.n);
    *at = made;
    set->count++;
    set->memory += size;
    set->all->counters.values++;
    grow(set);
    return 1;
}

static const struct dataset_value *get(const struct dataset *set, struct slice value)
{
    uint8_t mapped[IPV6_BYTES];
    if (!value_form(set->type, value, mapped, &value))
        return NULL;
    return *find(set, value, hash_slice(value, set->all->seed));
}

bool dataset_has(struct dataset *set, struct slice value)
{
    pthread_mutex_lock(&set->all->lock);
    bool has = get(set, value) != NULL;
    pthread_mutex_unlock(&set->all->lock);
    return has;
}

bool dataset_add(struct dataset *set, struct slice value)
{
    pthread_mutex_lock(&set->all->lock);
    bool added = dataset_put(set, value, 0, true) == 1;
    if (added && set->successor)
        dataset_add(set->successor, value);
    pthread_mutex_unlock(&set->all->lock);
    return added;
}

bool dataset_remove(struct dataset *set, struct slice value)
{
    uint8_t mapped[IPV6_BYTES];
    if (!value_form(set->type, value, mapped, &value))
        return false;
    pthread_mutex_lock(&set->all->lock);
    struct dataset_value **at = find(set, value, hash_slice(value, set->all->seed)), *found = *at;
    if (found) {
        *at = found->next;
        set->count--;
        set->memory -= sizeof *found + found->length;
        set->all->counters.values--;
        free(found);
    }
    if (found && set->successor)
        dataset_remove(set->successor, value);
    pthread_mutex_unlock(&set->all->lock);
    return found != NULL;
}

bool dataset_reputation(struct dataset *set, struct slice value, uint16_t *reputation)
{
    pthread_mutex_lock(&set->all->lock);
    const struct dataset_value *found = get(set, value);
    if (found)
        *reputation = found->reputation;
    pthread_mutex_unlock(&set->all->lock);
    return found != NULL;
}

/* NULL without a name; -ENOMEM leaves *out alone. */
static int resolve(struct slice name, const char *directory, char **out)
{
    if (!name.n) {
        *out = NULL;
        return 0;
    }
    bool relative = name.p[0] != '/' && directory;
    char *path = NULL;
    if (asprintf(&path, "%s%s%.*s", relative ? directory : "", relative ? "/" : "", (int)name.n,
                 (const char *)name.p) < 0)
        return -ENOMEM;
    *out = path;
    return 0;
}

struct dataset *dataset_find(const struct datasets *all, struct slice name, enum dataset_type type)
{
    for (struct dataset *set = all->sets; set; set = set->next)
        if (slice_equal(name, slice_str(set->name)) && (type == DATASET_UNKNOWN || type == set->type))
            return set;
    return NULL;
}

/* Of a state file; and whether the set before had the same, and so has what is in it, or is newer. */
static int note_state(struct dataset *set, const struct dataset_request *request)
{
    if (!request->load_may_lack)
        return 0;
    int r = resolve(request->load, request->directory, &set->state);
    const struct datasets *before = set->all->before;
    const struct dataset *old = before ? dataset_find(before, slice_str(set->name), set->type) : NULL;
    set->takes_all = old && old->state && set->state && strcmp(old->state, set->state) == 0;
    return r;
}

static int set_make(struct datasets *all, const struct dataset_request *request, struct dataset **out,
                    struct err *err)
{
    char *path = NULL;
    struct dataset *set = calloc(1, sizeof *set);
    int r = set ? resolve(request->save, request->directory, &set->save) : -ENOMEM;
    if (!r) {
        set->all = all;
        set->type = request->type;
        set->reputation = request->reputation;
        set->memcap = request->memcap ? request->memcap : MEMCAP;
        set->mask = FIRST_BUCKETS - 1;
        set->memory = FIRST_BUCKETS * sizeof *set->buckets;
        memcpy(set->name, request->name.p, request->name.n);
        set->buckets = calloc(FIRST_BUCKETS, sizeof *set->buckets);
        r = set->buckets ? resolve(request->load, request->directory, &path) : -ENOMEM;
        r = r ? r : note_state(set, request);
    }
    if (!r && set->memory > set->memcap)
        r = err_set(err, -EINVAL, "the memcap of dataset %s is too small to hold anything", set->name);
    else if (r)
        err_set(err, r, "memory is short");
    if (!r && path && !set->takes_all)
        r = dataset_file_load(set, path, request->load_may_lack, err);
    free(path);
    if (r) {
        if (set)
            all->counters.values -= set->count;
        if (set)
            set_free(set);
        return r;
    }
    /* At the end: of two sets with one name, a request without a type means the first. */
    struct dataset **last = &all->sets;
    while (*last)
        last = &(*last)->next;
    *last = *out = set;
    all->counters.sets++;
    return 0;
}

int datasets_get(struct datasets *all, const struct dataset_request *request, struct dataset **out,
                 struct err *err)
{
    if (!request->name.n || request->name.n > DATASET_NAME_MOST)
        return err_set(err, -EINVAL, "the name of a dataset has 1 to %d bytes", DATASET_NAME_MOST);
    int r = 0;
    pthread_mutex_lock(&all->lock);
    *out = dataset_find(all, request->name, request->type);
    if (!*out && request->type == DATASET_UNKNOWN)
        r = err_set(err, -EINVAL,
                    "there is no dataset %.*s yet: the first rule that names it must give its type",
                    (int)request->name.n, (const char *)request->name.p);
    else if (!*out && all->counters.sets == DATASETS_MOST)
        r = err_set(err, -ENOSPC, "more than %d datasets", DATASETS_MOST);
    else if (!*out)
        r = set_make(all, request, out, err);
    pthread_mutex_unlock(&all->lock);
    return r;
}

void datasets_counters(struct datasets *all, struct dataset_counters *out)
{
    pthread_mutex_lock(&all->lock);
    *out = all->counters;
    pthread_mutex_unlock(&all->lock);
}
