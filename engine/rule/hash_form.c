#include "rule/hash_form.h"

#include <errno.h>

#include "rule/content.h"

static const struct hash_form {
    enum buffer_id buffer;
    uint32_t length;
    bool digits; /* nothing but hexadecimal digits */
    bool lower;  /* the content is lowered */
} forms[] = {
    {BUFFER_JA3_HASH, 32, true, true},
    {BUFFER_JA3S_HASH, 32, true, true},
    {BUFFER_QUIC_CYU_HASH, 32, true, false},
    {BUFFER_TLS_CERT_FINGERPRINT, 59, false, true}, /* of SHA-1, with colons between */
};

static bool is_digit(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static int check_content(const struct hash_form *form, struct content *content, struct err *err)
{
    if (content->length != form->length)
        return err_set(err, -EINVAL, "can never match: what %s holds has %u characters, the content %u",
                       buffer_name(form->buffer), form->length, content->length);
    for (uint32_t i = 0; i < content->length; i++) {
        if (form->digits && !is_digit(content->bytes[i]))
            return err_set(err, -EINVAL, "can never match: %s holds hexadecimal digits, the content has '%c'",
                           buffer_name(form->buffer), content->bytes[i]);
        if (form->lower && content->bytes[i] >= 'A' && content->bytes[i] <= 'Z')
            content->bytes[i] = (uint8_t)(content->bytes[i] | 0x20);
    }
    return 0;
}

int rule_check_hashes(struct rule *rule, struct err *err)
{
    for (uint32_t i = 0; i < rule->chain_count; i++) {
        struct chain *chain = &rule->chains[i];
        for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
            if (forms[f].buffer != chain->buffer || chain->transform_count)
                continue;
            for (uint32_t j = 0; j < chain->step_count; j++) {
                if (!step_content(&chain->steps[j]))
                    continue;
                int rc = check_content(&forms[f], chain->steps[j].data, err);
                if (rc)
                    return rc;
            }
        }
    }
    return 0;
}
