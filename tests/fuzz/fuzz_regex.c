/* Regular expressions looked through for what makes them run away: the first byte are options. What is found
 * does run away. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "rulework/regex/regex_attack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(struct slice pattern, uint32_t options, const struct regex_attack *attack)
{
    int code;
    PCRE2_SIZE at;
    if (attack->to <= attack->from || attack->to > pattern.n || attack->length > REGEX_SUBJECT_MOST)
        abort();
    pcre2_code *compiled = pcre2_compile(pattern.p, pattern.n, options, &code, &at, NULL);
    pcre2_match_data *match = pcre2_match_data_create(1, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    if (!compiled || !match || !context)
        abort();
    pcre2_set_match_limit(context, REGEX_STEPS);
    if (pcre2_match(compiled, attack->subject, attack->length, 0, 0, match, context) !=
        PCRE2_ERROR_MATCHLIMIT)
        abort();
    pcre2_match_context_free(context);
    pcre2_match_data_free(match);
    pcre2_code_free(compiled);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const uint32_t choices[] = {0, PCRE2_CASELESS, PCRE2_EXTENDED, PCRE2_DOTALL | PCRE2_MULTILINE};
    struct regex_attack attack;
    if (n < 1 || n > 200)
        return 0;
    struct slice pattern = slice_of(data + 1, n - 1);
    uint32_t options = choices[data[0] % 4] | PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C;
    if (regex_attack_find(pattern, options, &attack))
        abort();
    if (attack.found)
        check(pattern, options, &attack);
    return 0;
}
