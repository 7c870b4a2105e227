/*
 * Arrays that double: grow_array(&p, count, &capacity) makes room for one more element.
 *
 * `p` is a typed pointer; count and capacity are uint32_t, in elements. 0, or -ENOMEM with the array as it
 * was. Whoever lets an array grow by what a file or the wire says must cap the count itself.
 */
#ifndef SLUICE_BASE_GROW_H
#define SLUICE_BASE_GROW_H

#include <stddef.h>
#include <stdint.h>

int grow_bytes(void **p, uint32_t count, uint32_t *capacity, size_t element);

#define grow_array(p, count, capacity) grow_bytes((void **)(p), (count), (capacity), sizeof **(p))

#endif
