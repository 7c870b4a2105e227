/* Memory in huge pages (madvise(2)), where the kernel gives some: for what is looked up all over. */
#ifndef SLUICE_BASE_HUGE_H
#define SLUICE_BASE_HUGE_H

#include <stddef.h>

#define HUGE_PAGE ((size_t)2 * 1024 * 1024)

/* Whole pages, not cleared. NULL when memory is short; free(3) gives them back. */
void *huge_alloc(size_t bytes);

/* Whole pages of zeros, which the kernel clears as they are touched. NULL likewise; huge_unmap gives them
 * back. */
void *huge_map(size_t bytes);
void huge_unmap(void *memory, size_t bytes);

#endif
