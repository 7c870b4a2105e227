/* Memory in huge pages (madvise(2)), where the kernel gives some: for what is looked up all over. */
#ifndef SLUICE_BASE_HUGE_H
#define SLUICE_BASE_HUGE_H

#include <stddef.h>

#define HUGE_PAGE ((size_t)2 * 1024 * 1024)

/* A multiple of HUGE_PAGE, not cleared, begins where a page does. NULL when memory is short; free(3) gives it
 * back. */
void *huge_alloc(size_t bytes);

#endif
