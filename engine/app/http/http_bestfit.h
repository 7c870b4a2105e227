/*
 * Characters as the nearest byte of Windows-1252, as lazy servers take them: a path of "%u2215" or of
 * fullwidth letters is one of plain ones to them. Pure; any thread.
 */
#ifndef SLUICE_APP_HTTP_BESTFIT_H
#define SLUICE_APP_HTTP_BESTFIT_H

#include <stddef.h>
#include <stdint.h>

/* '?' when there is none. */
uint8_t http_bestfit(uint32_t code_point);

/* UTF-8 (RFC 3629, and forms that are too long) in place; what is none is '?'. The new length. */
size_t http_bestfit_utf8(uint8_t *p, size_t n);

#endif
