/*
 * The clock of profiles: the cheapest one that counts evenly, in ticks of its own. Any thread; ticks of two
 * threads may be compared where the processor's counters run in step, as they do on what Linux runs on today.
 */
#ifndef SLUICE_MATCH_PROFILE_CLOCK_H
#define SLUICE_MATCH_PROFILE_CLOCK_H

#include <stdint.h>
#include <time.h>

#if defined(__x86_64__)
#define PROFILE_CLOCK "cycles of the time stamp counter"
#elif defined(__aarch64__)
#define PROFILE_CLOCK "ticks of the generic timer"
#else
#define PROFILE_CLOCK "nanoseconds"
#endif

static inline uint64_t profile_ticks(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
#endif
}

#endif
