/*
 * Where each setting was given, and in which words: for errors that are found only when the settings are
 * used, and for showing them. Owned by the settings; one thread.
 */
#ifndef SLUICE_RUN_SETTING_NOTES_H
#define SLUICE_RUN_SETTING_NOTES_H

#include <stdint.h>

#include "base/err.h"

enum { NOTES_MOST = 1 << 16 }; /* what comes after is not noted */

struct setting_note {
    char *key, *text;
    const char *file; /* NULL: not of a file */
    unsigned line;
};

struct setting_notes {
    struct setting_note *list; /* in the order in which they were given */
    uint32_t count, capacity;
    char **files;
    uint32_t file_count, file_capacity;
    const char *file; /* of what is being read, and where in it */
    unsigned line;
};

void setting_notes_fini(struct setting_notes *notes);

/* What is noted from here on is of this file; NULL: of none. 0 or -ENOMEM. */
int setting_notes_file(struct setting_notes *notes, const char *path);

int setting_notes_add(struct setting_notes *notes, const char *key, const char *text); /* 0 or -ENOMEM */

/* The last of the key, or NULL. */
const struct setting_note *setting_notes_find(const struct setting_notes *notes, const char *key,
                                              size_t length);

/* An error without a place whose message begins with a key is given that of the key. */
void setting_notes_blame(const struct setting_notes *notes, struct err *err);

#endif
