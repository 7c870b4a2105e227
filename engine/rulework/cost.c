#include "rulework/cost.h"

#include <ctype.h>

#include "rule/content.h"
#include "rule/rule.h"

/* How much a literal must say (fast_pattern_strength) so as not to be found nearly everywhere. */
enum {
    STRENGTH_LEAST = 15, /* of four bytes and more */
    SHORT = 3,
    STRENGTH_SHORT = 22, /* three bytes are enough if they are rare */
    STRENGTH_NEAR = 15,  /* two, if they are looked for in the first bytes of a payload only: */
    NEAR = 64,
    STRENGTH_PLACED = 12, /* of one that must lie at the beginning of its buffer, or at another place */
    PLAY = 4,
};

/* Lines and fields of text: not the bodies of messages, nor what is binary. */
static bool is_text_field(enum buffer_id buffer)
{
    return (strncmp(buffer_name(buffer), "http.", 5) == 0 && !buffer_is_body(buffer)) ||
           buffer == BUFFER_TLS_SNI;
}

/* In a field of text bytes that no text has are rare, and three signs in a row, as "../". */
static bool rare_in_text(const struct fast_pattern *fast)
{
    size_t signs = 0;
    if (!is_text_field(fast->chain->buffer))
        return false;
    for (size_t i = 0; i < fast->literal.n; i++) {
        uint8_t byte = fast->literal.p[i];
        if (iscntrl(byte) && !isspace(byte))
            return true;
        signs += ispunct(byte) != 0;
    }
    return fast->literal.n >= SHORT && signs == fast->literal.n;
}

bool cost_pattern_weak(const struct fast_pattern *fast, const struct rule *rule)
{
    unsigned strength = fast_pattern_strength(fast->literal, fast->nocase);
    bool payload = fast->chain->buffer == BUFFER_PAYLOAD;
    uint32_t most = payload ? rule->hints.payload_max : UINT32_MAX; /* dsize */
    uint32_t reach = fast->reach < most ? fast->reach : most;
    if (reach <= fast->literal.n + PLAY)
        return strength < STRENGTH_PLACED;
    if (rare_in_text(fast))
        return false;
    if (payload && reach <= NEAR)
        return strength < STRENGTH_NEAR;
    return strength < (fast->literal.n <= SHORT ? STRENGTH_SHORT : STRENGTH_LEAST);
}

static unsigned count_pcre(const struct rule *rule)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < rule->chain_count; i++)
        for (uint32_t j = 0; j < rule->chains[i].step_count; j++)
            count += strcmp(rule->chains[i].steps[j].ops->keyword, "pcre") == 0;
    return count;
}

enum cost_level cost_level(const struct rule *rule)
{
    struct fast_pattern fast = fast_pattern_choose(rule);
    bool looks = false; /* into bytes, and not at the packet's or flow's facts alone */
    for (uint32_t i = 0; i < rule->chain_count; i++)
        looks |= rule->chains[i].step_count > 0;
    if (!fast.chain)
        return count_pcre(rule) ? COST_HIGH : looks ? COST_MEDIUM : COST_LOW;
    if (!cost_pattern_weak(&fast, rule))
        return COST_LOW;
    return count_pcre(rule) ? COST_HIGH : COST_MEDIUM;
}

const char *cost_level_name(enum cost_level level)
{
    static const char *const names[] = {"low", "medium", "high"};
    return names[level];
}

/* As the rule language writes bytes. */
static int literal_text(struct slice literal, struct buf *out)
{
    bool hex = false;
    int rc = 0;
    for (size_t i = 0; !rc && i < literal.n; i++) {
        uint8_t c = literal.p[i];
        bool plain = isprint(c) && !strchr("\"|;\\:`", c);
        if (plain == hex)
            rc = buf_append_byte(out, '|');
        else if (hex)
            rc = buf_append_byte(out, ' ');
        hex = !plain;
        if (!rc)
            rc = plain ? buf_append_byte(out, c) : buf_printf(out, "%02x", c);
    }
    return rc || !hex ? rc : buf_append_byte(out, '|');
}

static int pattern_text(const struct fast_pattern *fast, struct buf *out)
{
    if (!fast->chain)
        return buf_printf(out, "fast pattern: none\n");
    int rc = buf_printf(out, "fast pattern: \"");
    if (!rc)
        rc = literal_text(fast->literal, out);
    enum buffer_id buffer = fast->chain->buffer;
    if (!rc)
        rc = buf_printf(out, "\"%s in %s", fast->nocase ? " in any case" : "",
                        buffer == BUFFER_PAYLOAD ? "the payload" : buffer_name(buffer));
    if (!rc && fast->reach != UINT32_MAX)
        rc = buf_printf(out, ", within its first %u bytes", fast->reach);
    return rc ? rc : buf_append_byte(out, '\n');
}

int cost_text(const struct rule *rule, struct buf *out)
{
    struct fast_pattern fast = fast_pattern_choose(rule);
    unsigned pcres = count_pcre(rule);
    int rc = pattern_text(&fast, out);
    if (!rc)
        rc = buf_printf(out, "estimated cost: %s; it is evaluated %s", cost_level_name(cost_level(rule)),
                        !fast.chain ? "on everything that its header lets through"
                        : cost_pattern_weak(&fast, rule)
                            ? "often: the fast pattern is found in much harmless traffic"
                            : "where the fast pattern is found");
    if (!rc && pcres)
        rc = buf_printf(out, ", with %u regular expression%s", pcres, pcres > 1 ? "s" : "");
    return rc ? rc : buf_append_byte(out, '\n');
}
