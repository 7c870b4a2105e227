#include "base/huge.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

void *huge_alloc(size_t bytes)
{
    void *memory = aligned_alloc(HUGE_PAGE, bytes);
    if (memory)
        madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

/* Mapped with one page more, of which is given back what lies before the first whole one and behind the last.
 */
void *huge_map(size_t bytes)
{
    char *mapped = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED)
        return NULL;
    size_t before = -(uintptr_t)mapped % HUGE_PAGE;
    char *memory = mapped + before;
    if (before)
        munmap(mapped, before);
    munmap(memory + bytes, HUGE_PAGE - before);
    madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

void huge_unmap(void *memory, size_t bytes)
{
    if (memory)
        munmap(memory, bytes);
}
