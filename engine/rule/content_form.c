#include "rule/content_form.h"

#include <errno.h>

#include "rule/content.h"

enum {
    SHA1_LENGTH = 59, /* in hexadecimal, with a colon between each two bytes */
    MD5_LENGTH = 32
};

static bool is_digit(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_upper(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static struct slice bytes_of(const struct content *content)
{
    return slice_of(content->bytes, content->length);
}

static void lower(struct content *content)
{
    for (uint32_t i = 0; i < content->length; i++)
        if (is_upper(content->bytes[i]))
            content->bytes[i] = (uint8_t)(content->bytes[i] | 0x20);
}

static int check_length(enum buffer_id buffer, const struct content *content, uint32_t length,
                        struct err *err)
{
    if (content->length == length)
        return 0;
    return err_set(err, -EINVAL, "can never match: what %s holds has %u characters, the content %u",
                   buffer_name(buffer), length, content->length);
}

static int check_md5(enum buffer_id buffer, struct content *content, struct err *err)
{
    int rc = check_length(buffer, content, MD5_LENGTH, err);
    for (uint32_t i = 0; i < content->length && !rc; i++)
        if (!is_digit(content->bytes[i]))
            rc = err_set(err, -EINVAL, "can never match: %s holds hexadecimal digits, the content has '%c'",
                         buffer_name(buffer), content->bytes[i]);
    if (!rc && buffer != BUFFER_QUIC_CYU_HASH)
        lower(content);
    return rc;
}

static int check_colon(enum buffer_id buffer, struct content *content, struct err *err)
{
    if (memchr(content->bytes, ':', content->length))
        return 0;
    err_set(err, -EINVAL, "can never match: %s has a colon between each two bytes", buffer_name(buffer));
    err_hint(err, "write 5C:19:B7");
    return -EINVAL;
}

/* As in Suricata one byte needs no colon, and letters are made capitals. */
static int check_serial(enum buffer_id buffer, struct content *content, struct err *err)
{
    int rc = content->length > 2 ? check_colon(buffer, content, err) : 0;
    bool spelled = !(content->flags & CONTENT_NOCASE); /* else it is in lower case, and matches any */
    for (uint32_t i = 0; i < content->length && !rc && spelled; i++)
        if (content->bytes[i] >= 'a' && content->bytes[i] <= 'z')
            content->bytes[i] = (uint8_t)(content->bytes[i] & ~0x20);
    return rc;
}

static int check_fingerprint(enum buffer_id buffer, struct content *content, struct err *err)
{
    int rc = check_length(buffer, content, SHA1_LENGTH, err);
    if (!rc)
        rc = check_colon(buffer, content, err);
    if (!rc)
        lower(content);
    return rc;
}

static int check_host(enum buffer_id buffer, struct content *content, struct err *err)
{
    if (content->flags & CONTENT_NOCASE)
        return err_set(err, -EINVAL, "%s is in lower case: leave nocase out", buffer_name(buffer));
    for (uint32_t i = 0; i < content->length; i++)
        if (is_upper(content->bytes[i]))
            return err_set(err, -EINVAL, "can never match: %s is in lower case", buffer_name(buffer));
    return 0;
}

static int check_method(enum buffer_id buffer, struct content *content, struct err *err)
{
    struct slice bytes = bytes_of(content);
    if (!bytes.n || (!is_blank(bytes.p[0]) && !is_blank(bytes.p[bytes.n - 1])))
        return 0;
    return err_set(err, -EINVAL, "can never match: no blank stands around %s", buffer_name(buffer));
}

static int check_protocol(enum buffer_id buffer, struct content *content, struct err *err)
{
    if (!memchr(content->bytes, ' ', content->length))
        return 0;
    return err_set(err, -EINVAL, "can never match: %s has no blank in it", buffer_name(buffer));
}

static const struct content_form {
    enum buffer_id buffer;
    int (*check)(enum buffer_id buffer, struct content *content, struct err *err);
} forms[] = {
    {BUFFER_SSH_HASSH, check_md5},          {BUFFER_SSH_HASSH_SERVER, check_md5},
    {BUFFER_JA3_HASH, check_md5},           {BUFFER_JA3S_HASH, check_md5},
    {BUFFER_QUIC_CYU_HASH, check_md5},      {BUFFER_TLS_CERT_FINGERPRINT, check_fingerprint},
    {BUFFER_TLS_CERT_SERIAL, check_serial}, {BUFFER_HTTP_HOST, check_host},
    {BUFFER_HTTP_METHOD, check_method},     {BUFFER_HTTP_PROTOCOL, check_protocol},
};

static int check_chain(const struct content_form *form, struct chain *chain, struct err *err)
{
    int rc = 0;
    for (uint32_t i = 0; i < chain->step_count && !rc; i++)
        if (step_content(&chain->steps[i]))
            rc = form->check(form->buffer, chain->steps[i].data, err);
    return rc;
}

int rule_check_forms(struct rule *rule, struct err *err)
{
    int rc = 0;
    for (uint32_t i = 0; i < rule->chain_count && !rc; i++)
        for (size_t f = 0; f < sizeof forms / sizeof forms[0] && !rc; f++)
            if (forms[f].buffer == rule->chains[i].buffer && !rule->chains[i].transform_count)
                rc = check_chain(&forms[f], &rule->chains[i], err);
    return rc;
}
