/* "Did you mean": the closest of a list of words. Pure. */
#ifndef SLUICE_BASE_SUGGEST_H
#define SLUICE_BASE_SUGGEST_H

#include <stddef.h>

/* Edits (insert, delete, replace, swap of neighbours) between two words of at most 63 letters. */
unsigned edit_distance(const char *a, const char *b);

/* Keeps in *best the word closest to `wrong`, if it is close enough to be meant. *least starts as 0. */
void suggest(const char *wrong, const char *word, const char **best, unsigned *least);

#endif
