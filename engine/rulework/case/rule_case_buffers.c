/*
 * What a test says of buffers is asked of the engine as rules: one each, that the buffer has these bytes and
 * no more. So the buffer is what rules see, after all normalisation.
 */
#include <errno.h>

#include "base/buffer_id.h"
#include "rulework/case/rule_case_judge.h"

enum { FIRST_SID = 1 };

static bool is_buffer(const char *name)
{
    for (int i = 0; i < BUFFER_COUNT; i++) {
        const struct buffer_info *info = buffer_info((enum buffer_id)i);
        bool bytes = info->kind == BUFFER_BYTES || info->kind == BUFFER_MANY;
        if (bytes && (strcmp(info->name, name) == 0 || (info->alias && strcmp(info->alias, name) == 0)))
            return true;
    }
    return false;
}

static int put_rule(const struct case_buffer *buffer, uint32_t sid, struct buf *out)
{
    int rc = buf_printf(out, "alert ip any any -> any any (msg:\"%u\"; %s; content:\"|", sid, buffer->name);
    for (size_t i = 0; i < buffer->bytes.n && !rc; i++)
        rc = buf_printf(out, "%02x ", buffer->bytes.p[i]);
    return rc ? rc : buf_printf(out, "|\"; bsize:%zu; sid:%u;)\n", buffer->bytes.n, sid);
}

static int fault(const struct case_judging *j, const struct case_buffer *buffer, uint32_t sid,
                 const char *rules, const char *what)
{
    struct buf text = {0};
    int rc = buf_printf(&text, "%s %s", buffer->name, what);
    if (!rc && rules)
        rc = case_why(j, sid, rules, &text);
    rc = rc ? rc : case_fault_add(j->outcome, buffer->line, &text);
    if (rc)
        buf_fini(&text);
    return rc;
}

static int put_rules(const struct case_judging *j, struct buf *text)
{
    const struct rule_case *test = j->outcome->test;
    int rc = 0;
    for (uint32_t i = 0; i < test->buffer_count && !rc; i++)
        rc = is_buffer(test->buffers[i].name)
                 ? put_rule(&test->buffers[i], FIRST_SID + i, text)
                 : fault(j, &test->buffers[i], 0, NULL, "is no buffer of bytes of the application layer");
    return rc ? rc : buf_append_byte(text, 0);
}

static int compare(const struct case_judging *j, const char *rules, struct err *err)
{
    const struct rule_case *test = j->outcome->test;
    struct settings *settings = case_settings(j->outcome->file, err);
    struct loaded_rules loaded = {0};
    struct trial trial = {0};
    if (!settings)
        return -ENOMEM;
    settings->cache = false;
    struct rules_config reading = {.settings = settings, .text = rules, .log = j->log};
    int rc = loaded_rules_init(&loaded, &reading, err);
    struct trial_config config = case_trial(test, settings);
    config.ruleset = loaded.ruleset;
    config.stop = j->stop;
    if (!rc)
        rc = trial_run(&config, &trial, err);
    for (uint32_t i = 0; i < test->buffer_count && !rc; i++) {
        const struct case_sid sid = {.sid = FIRST_SID + i, .transaction = -1, .packet = -1};
        if (is_buffer(test->buffers[i].name) && !case_count(test, &trial, &sid) &&
            fault(j, &test->buffers[i], FIRST_SID + i, rules, "never has these bytes"))
            rc = err_set(err, -ENOMEM, "out of memory");
    }
    trial_fini(&trial);
    loaded_rules_fini(&loaded);
    settings_free(settings);
    return rc;
}

int case_buffers(const struct case_judging *j, struct err *err)
{
    struct buf text = {0};
    int rc = put_rules(j, &text) ? err_set(err, -ENOMEM, "out of memory") : 0;
    if (!rc && text.n > 1)
        rc = compare(j, (const char *)text.p, err);
    buf_fini(&text);
    return rc;
}
