#include "support/chain_text.h"
#include "packet/packet.h"

#include <errno.h>
#include <stdlib.h>

#include "rule/keyword.h"

/* The end of one option: the next semicolon that is neither escaped nor (the quotes being closed) quoted. */
static size_t option_length(struct slice text)
{
    size_t i = 0;
    while (i < text.n && text.p[i] != ';')
        i += text.p[i] == '\\' && i + 1 < text.n ? 2 : 1;
    return i;
}

static const struct keyword *find(struct slice name)
{
    static const struct keyword *const families[] = {
        keywords_content, keywords_pcre, keywords_byte,      keywords_size,
        keywords_base64,  keywords_rpc,  keywords_transform,
    };
    for (size_t f = 0; f < sizeof families / sizeof families[0]; f++)
        for (const struct keyword *k = families[f]; k->name; k++)
            if (slice_equal(name, slice_str(k->name)) || (k->alias && slice_equal(name, slice_str(k->alias))))
                return k;
    return NULL;
}

static const struct {
    const char *name;
    enum buffer_id id;
} buffers[] = {/* sticky buffers of packets, so that transforms and bsize have something to look at */
               {"ipv4.hdr", BUFFER_IPV4_HDR}, {"ipv6.hdr", BUFFER_IPV6_HDR}, {"tcp.hdr", BUFFER_TCP_HDR},
               {"udp.hdr", BUFFER_UDP_HDR},   {"ip.src", BUFFER_IP_SRC},     {"ip.dst", BUFFER_IP_DST}};

static int parse_option(struct rule_builder *b, struct slice text, struct err *err)
{
    struct option option = {.column = 1};
    const uint8_t *colon = memchr(text.p, ':', text.n);
    option.name = text_trim(colon ? slice_of(text.p, (size_t)(colon - text.p)) : text);
    if (colon)
        option.value = text_trim(slice_from(text, (size_t)(colon - text.p) + 1));
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++)
        if (slice_equal(option.name, slice_str(buffers[i].name)))
            return builder_select(b, buffers[i].id);
    const struct keyword *keyword = find(option.name);
    if (!keyword)
        return err_set(err, -ENOENT, "unknown keyword");
    if ((keyword->value == VALUE_REQUIRED && !option.value.n) || (keyword->value == VALUE_NONE && colon))
        return err_set(err, -EINVAL, "value missing or unexpected");
    if (!option.value.n)
        option.value.p = NULL;
    return keyword->parse(b, &option, err);
}

int chain_text_parse(struct slice text, struct rule **rule, struct err *err)
{
    struct rule_context context = {0};
    struct rule_builder b = {.context = &context};
    int rc = 0;

    *err = (struct err){0};
    b.rule = calloc(1, sizeof *b.rule);
    if (!b.rule)
        return -ENOMEM;
    b.rule->hints.payload_max = UINT32_MAX;
    b.rule->hints.ip_protocol = -1;
    while (text.n && !rc) {
        size_t n = option_length(text);
        struct slice option = text_trim(slice_first(text, n));
        text = slice_from(text, n + 1);
        if (option.n)
            rc = parse_option(&b, option, err);
    }
    *rule = b.rule;
    builder_fini(&b);
    if (rc) {
        rule_free(*rule);
        *rule = NULL;
    }
    return rc;
}

bool chain_text_match_view(struct eval *eval, const struct rule *rule, const struct view *view)
{
    eval_reset(eval, view);
    for (uint32_t i = 0; i < rule->test_count; i++)
        if (!rule->tests[i].ops->match(rule->tests[i].data, view))
            return false;
    for (uint32_t i = 0; i < rule->chain_count; i++)
        if (!chain_match(eval, &rule->chains[i]))
            return false;
    return true;
}

bool chain_text_match(struct eval *eval, const struct rule *rule, const struct view_buffer *payload)
{
    struct packet packet = {.layers = LAYER_UDP, .payload = payload->bytes, .transport = payload->bytes};
    struct view view = {.packet = &packet, .payload = *payload};
    return chain_text_match_view(eval, rule, &view);
}
