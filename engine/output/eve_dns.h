/* What DNS and mDNS records in EVE share. Internal to output/eve_dns*.c and eve_mdns.c; one thread. */
#ifndef SLUICE_OUTPUT_EVE_DNS_H
#define SLUICE_OUTPUT_EVE_DNS_H

#include "app/dns/dns.h"
#include "output/eve_app.h"

enum { DNS_NUMBER_TEXT = 8 };

/* "AAAA", or the number as `text`; `known`, which may be NULL: whether it has a name. */
const char *eve_dns_type(uint16_t type, char text[DNS_NUMBER_TEXT], bool *known);

/* The name, and "KEY_truncated" when it was cut. */
void eve_dns_name(struct json_line *l, const char *key, const struct dns_message *m, struct dns_text name);

/* The data of a record that is shown as one value; false and nothing written: it is not. */
bool eve_dns_data(struct json_line *l, const char *key, const struct dns_message *m,
                  const struct dns_record *record);

/* Whether that value is a string. */
bool eve_dns_is_text(uint16_t type);

/* RFC 1035, 3.3.14: the first string of *rest, which goes on behind it. False: there is none. */
bool eve_dns_string(struct slice *rest, struct slice *out);

/* Whether the record tells anything: of the transport (RFC 6891), without options, it does not. */
bool eve_dns_shown(enum dns_section section, const struct dns_record *record);

#endif
