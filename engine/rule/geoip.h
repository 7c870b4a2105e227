/*
 * Countries by address, from a MaxMind DB (GeoLite2-Country and the like) through libmaxminddb.
 * Opened once, then only read by any thread.
 */
#ifndef SLUICE_RULE_GEOIP_H
#define SLUICE_RULE_GEOIP_H

#include "base/err.h"
#include "packet/address.h"

struct geoip;

/* 0, or a negative errno with *err. */
int geoip_open(const char *path, struct geoip **out, struct err *err);
void geoip_close(struct geoip *geoip);

/* The ISO 3166 code of the address; false when the database has none. */
bool geoip_country(const struct geoip *geoip, const struct address *address, char code[3]);

#endif
