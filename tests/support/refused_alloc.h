/*
 * malloc and its kind that a test refuses at will. For the test's own file, linked with --wrap=malloc,
 * --wrap=calloc and --wrap=realloc (see the Makefile), which says what is refused.
 */
#ifndef TESTS_SUPPORT_REFUSED_ALLOC_H
#define TESTS_SUPPORT_REFUSED_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static bool refused(void); /* whether this allocation is to fail; asked once for each, by any thread */

void *__wrap_malloc(size_t n)
{
    return refused() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return refused() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return refused() ? NULL : __real_realloc(p, n);
}

#endif
