/*
 * Named sets of values that rules ask and change: dataset and datarep.
 *
 * A struct datasets outlives rulesets (sets are found again by name and type), locks itself, and is capped:
 * each set by its memcap, all together by DATASETS_MOST. Reading files and asking may be done by any thread.
 */
#ifndef SLUICE_RULE_DATASET_H
#define SLUICE_RULE_DATASET_H

#include "base/err.h"
#include "base/slice.h"

enum { DATASETS_MOST = 4096, DATASET_NAME_MOST = 63, DATASET_VALUE_MOST = 65535 };

enum dataset_type {
    DATASET_UNKNOWN, /* in a request: whatever type the named set has */
    DATASET_STRING,
    DATASET_MD5,
    DATASET_SHA256,
    DATASET_IPV4,
    DATASET_IP, /* both versions */
};

struct dataset_request {
    struct slice name;
    enum dataset_type type;
    struct slice load, save; /* file names; empty: none */
    bool load_may_lack;      /* a state file: it is fine when it is not there yet */
    bool reputation;         /* lines are "value,reputation" */
    uint64_t memcap;         /* bytes; 0: 100 MiB */
    const char *directory;   /* that relative names count from; NULL: the working directory */
};

struct dataset_counters {
    uint64_t sets, values, refused; /* refused: values that memory or a cap had no room for */
};

struct datasets;
struct dataset; /* lives as long as its struct datasets */

/* NULL when memory is short. */
struct datasets *datasets_new(uint64_t seed);
void datasets_free(struct datasets *all); /* ends its part in a succession; takes NULL */

/*
 * `all` is new, will take the place of `before` and goes first or later than that; one thread does all this.
 * A state file that a set here and its namesake there have in common is not read: it belongs to the run.
 */
void datasets_follow(struct datasets *all, struct datasets *before);

/*
 * Once all sets are there, while rules go on with the collection before: of each set whose name and type were
 * there as well, what rules have put into it is here, too, and so is what they put or remove from now on.
 * What came from a file comes over only where the same state file stands here. What the memcap has no room
 * for is counted as refused.
 */
void datasets_succeed(struct datasets *all);

/* Finds the set, or makes it and loads its file. 0 or a negative errno with *err. */
int datasets_get(struct datasets *all, const struct dataset_request *request, struct dataset **out,
                 struct err *err);

/* Writes every set that has a save file (over a temporary file beside it), whoever uses them meanwhile: they
 * are locked for short times only. The first error, after trying all. */
int datasets_save(struct datasets *all, struct err *err);

/* Whether the folders of all save files may be written to, as things are now. 0 or a negative errno with
 * *err. */
int datasets_may_save(struct datasets *all, struct err *err);

void datasets_counters(struct datasets *all, struct dataset_counters *out);

/* A value whose length does not fit the type is in no set, and cannot be put into one. */
bool dataset_has(struct dataset *set, struct slice value);
bool dataset_add(struct dataset *set, struct slice value); /* whether it was not there before, and is now */
bool dataset_remove(struct dataset *set, struct slice value); /* whether it was there */
bool dataset_reputation(struct dataset *set, struct slice value, uint16_t *reputation);

/* "string", "md5", ...; DATASET_UNKNOWN for any other word. */
enum dataset_type dataset_type_by_name(struct slice name);

#endif
