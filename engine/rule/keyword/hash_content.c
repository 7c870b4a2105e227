#include "rule/keyword/hash_content.h"

#include <ctype.h>
#include <errno.h>

#include "base/err.h"
#include "rule/content.h"
#include "rule/rule.h"

enum { MD5_TEXT = 32, SHA1_TEXT = 59 };

static int check_md5(const struct content *content, struct err *err)
{
    bool hex = content->length == MD5_TEXT;
    for (uint32_t i = 0; hex && i < content->length; i++)
        hex = isxdigit(content->bytes[i]);
    return hex ? 0
               : err_set(err, -EINVAL, "expected a whole MD5, 32 hexadecimal digits, to look for in a hash");
}

static int check_sha1(const struct content *content, struct err *err)
{
    bool colons = content->length == SHA1_TEXT;
    for (uint32_t i = 2; colons && i < content->length; i += 3)
        colons = content->bytes[i] == ':';
    return colons ? 0 : err_set(err, -EINVAL, "expected a whole fingerprint, 20 bytes as in 4a:a3:66:...");
}

static int check_serial(const struct content *content, struct err *err)
{
    if (content->length <= 2 || memchr(content->bytes, ':', content->length))
        return 0;
    return err_set(err, -EINVAL, "expected a serial number with colons, as in 5C:19:B7");
}

static int check(enum buffer_id buffer, struct content *content, struct err *err)
{
    int (*convert)(int) = tolower;
    int rc = 0;
    switch (buffer) {
    case BUFFER_JA3_HASH:
    case BUFFER_JA3S_HASH:
        rc = check_md5(content, err);
        break;
    case BUFFER_TLS_CERT_FINGERPRINT:
        rc = check_sha1(content, err);
        break;
    case BUFFER_TLS_CERT_SERIAL:
        rc = check_serial(content, err);
        convert = toupper;
        break;
    default:
        return 0;
    }
    bool spelled = !(content->flags & CONTENT_NOCASE); /* else it is lower case, and matches any */
    for (uint32_t i = 0; !rc && spelled && i < content->length; i++)
        content->bytes[i] = (uint8_t)convert(content->bytes[i]);
    return rc;
}

int hash_contents_finish(struct rule *rule, struct err *err)
{
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        const struct chain *chain = &rule->chains[i];
        for (uint32_t k = 0; k < chain->step_count && !chain->transform_count; k++) {
            const struct step *step = &chain->steps[k];
            int rc = step->ops == &content_ops ? check(chain->buffer, step->data, err) : 0;
            if (rc)
                return rc;
        }
    }
    return 0;
}
