/* Base64 (RFC 4648; RFC 2045, 6.8) as lenient as Suricata's, for base64_decode and from_base64. No state. */
#ifndef SLUICE_RULE_KEYWORD_BASE64_CODEC_H
#define SLUICE_RULE_KEYWORD_BASE64_CODEC_H

#include "base/buf.h"

enum base64_mode {
    BASE64_RFC4648, /* up to the first byte that is not base64; padding may be missing */
    BASE64_RFC2045, /* bytes that are not base64 are skipped; an unfinished group is dropped */
    BASE64_STRICT,  /* all of it is base64, in whole groups */
};

/* Appends what `in` decodes to. 1; 0 when it does not decode (nothing appended); -ENOMEM. */
int base64_decode(enum base64_mode mode, struct slice in, struct buf *out);

#endif
