#include "run/settings/setting_words.h"

#include <string.h>
#include <strings.h>

#include "inspect/exception.h"
#include "run/sandbox.h"
#include "run/wrong_rules.h"
#include "xdp/shared.h"

enum { WORDS = POLICIES };

static const struct words {
    const char *expected, *words[WORDS];
} table[] = {
    [WORD_MODE] = {"span, inline or host",
                   {[SLUICE_SPAN] = "span", [SLUICE_INLINE] = "inline", [SLUICE_HOST] = "host"}},
    [WORD_FAIL] = {"open or closed", {[SLUICE_FAIL_OPEN] = "open", [SLUICE_FAIL_CLOSED] = "closed"}},
    [WORD_ODD] = {"pass, inspect or drop",
                  {[SLUICE_ODD_PASS] = "pass", [SLUICE_ODD_INSPECT] = "inspect", [SLUICE_ODD_DROP] = "drop"}},
    [WORD_WRONG] = {"keep, skip or refuse",
                    {[WRONG_KEEP] = "keep", [WRONG_SKIP] = "skip", [WRONG_REFUSE] = "refuse"}},
    [WORD_SANDBOX] =
        {"no, log, errno or kill",
         {[SANDBOX_NO] = "no", [SANDBOX_LOG] = "log", [SANDBOX_ERRNO] = "errno", [SANDBOX_KILL] = "kill"}},
    [WORD_EXCEPTION] = {"auto, ignore, drop-packet, drop-flow, reject, bypass, pass-packet or pass-flow",
                        {[POLICY_UNSET] = "default",
                         [POLICY_AUTO] = "auto",
                         [POLICY_IGNORE] = "ignore",
                         [POLICY_PASS_PACKET] = "pass-packet",
                         [POLICY_PASS_FLOW] = "pass-flow",
                         [POLICY_BYPASS] = "bypass",
                         [POLICY_DROP_PACKET] = "drop-packet",
                         [POLICY_DROP_FLOW] = "drop-flow",
                         [POLICY_REJECT] = "reject"}},
};

bool word_parse(enum word_setting setting, const char *value, uint8_t *out)
{
    for (int i = 0; i < WORDS; i++)
        if (table[setting].words[i] && strcasecmp(table[setting].words[i], value) == 0) {
            *out = (uint8_t)i;
            return true;
        }
    return false;
}

const char *word_name(enum word_setting setting, uint8_t number)
{
    return number < WORDS ? table[setting].words[number] : NULL;
}

const char *word_expected(enum word_setting setting)
{
    return table[setting].expected;
}

bool tunnels_parse(const char *value, uint8_t *out)
{
    static const struct {
        const char *name;
        uint8_t bit;
    } kinds[] = {{"none", 0}, {"gre", SLUICE_GRE}, {"vxlan", SLUICE_VXLAN}, {"geneve", SLUICE_GENEVE}};
    while (*value) {
        size_t n = strcspn(value, ", "), i = 0;
        while (i < sizeof kinds / sizeof kinds[0] &&
               (strlen(kinds[i].name) != n || strncasecmp(kinds[i].name, value, n) != 0))
            i++;
        if (i == sizeof kinds / sizeof kinds[0])
            return false;
        *out |= kinds[i].bit;
        value += n;
        value += strspn(value, ", ");
    }
    return true;
}
