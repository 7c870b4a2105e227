/* Why a rule does not alert where a test expects it to: the explanation's nearest case, cut down to the
 * option that decides. */
#include <errno.h>
#include <inttypes.h>

#include "rulework/explain/explain.h"
#include "rulework/option_words.h"
#include "rulework/case/rule_case_judge.h"

enum { BYTES_SHOWN = 40 };

/* As a content would write them. */
static int put_bytes(const struct explain_line *line, struct buf *out)
{
    uint32_t n = line->byte_count < BYTES_SHOWN ? line->byte_count : BYTES_SHOWN;
    int rc = buf_printf(out, "\nthere: \"");
    bool hexadecimal = false;
    for (uint32_t i = 0; i < n && !rc; i++) {
        uint8_t byte = line->bytes[i];
        bool plain = byte >= 0x20 && byte < 0x7f && byte != '|' && byte != '"';
        if (plain == hexadecimal)
            rc = buf_append_byte(out, '|');
        else if (hexadecimal)
            rc = buf_append_byte(out, ' ');
        hexadecimal = !plain;
        if (!rc)
            rc = plain ? buf_append_byte(out, byte) : buf_printf(out, "%02x", byte);
    }
    return rc ? rc : buf_printf(out, "%s\"%s", hexadecimal ? "|" : "", line->byte_count > n ? "..." : "");
}

static int put_nearest(const struct explain_case *nearest, struct buf *out)
{
    for (uint32_t i = 0; i < nearest->line_count; i++) {
        const struct explain_line *line = &nearest->lines[i];
        if (line->answer != EXPLAIN_NO)
            continue;
        int rc = buf_printf(out, "\nit comes nearest with packet %" PRIu64 ", and fails at: %s",
                            nearest->packet, line->text);
        if (!rc && line->why)
            rc = buf_printf(out, "\n%s", line->why);
        return rc || !line->byte_count ? rc : put_bytes(line, out);
    }
    return 0;
}

/* What turned most packets away. */
static int put_unfit(const struct explanation *x, const struct explained_rule *r, struct buf *out)
{
    unsigned most = UNFIT_LAYERS;
    for (unsigned i = UNFIT_LAYERS; i <= UNFIT_STATE; i++)
        if (r->unfit[i] > r->unfit[most])
            most = i;
    if (!r->unfit[most])
        return 0;
    return buf_printf(out, "\n%" PRIu64 " of %" PRIu64 " packets: %s", r->unfit[most], x->packets,
                      unfit_text(most));
}

static int put_why(const struct explanation *x, const struct explained_rule *r, struct buf *out)
{
    if (r->alerted)
        return buf_printf(out, "\nit alerts when it runs without the others");
    if (r->matched && r->silenced)
        return buf_printf(out, "\nit matches %" PRIu64 " times, and a threshold silences it", r->matched);
    if (r->matched)
        return buf_printf(out, "\nit matches %" PRIu64 " times, and does not alert by what it says itself",
                          r->matched);
    return r->case_count ? put_nearest(&r->cases[0], out) : put_unfit(x, r, out);
}

int case_why(const struct case_judging *j, uint32_t sid, const char *rules, struct buf *out)
{
    const struct rule_case *test = j->outcome->test;
    struct err err = {0};
    atomic_bool never = false;
    struct settings *settings = case_settings(j->outcome->file, &err);
    if (!settings)
        return -ENOMEM;
    struct trial_config trial = case_trial(test, settings);
    struct explain_config config = {.settings = settings,
                                    .rule_paths = rules ? NULL : test->rules->paths,
                                    .rule_path_count = rules ? 0 : test->rules->path_count,
                                    .rule_text = rules ? rules : test->rules->text,
                                    .frames = trial.frames,
                                    .frame_count = trial.frame_count,
                                    .captures = trial.captures,
                                    .capture_count = trial.capture_count,
                                    .sids = &sid,
                                    .sid_count = 1,
                                    .stop = j->stop ? j->stop : &never};
    struct explanation x;
    int rc = explain(&config, &x, &err);
    for (uint32_t i = 0; i < x.count && !rc; i++)
        if (x.list[i].asked)
            rc = put_why(&x, &x.list[i], out);
    explain_fini(&x);
    settings_free(settings);
    return rc == -ENOMEM ? rc : 0;
}
