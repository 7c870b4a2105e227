#include "run/settings/settings_dump.h"

#include <inttypes.h>
#include <string.h>

#include "rule/variables.h"
#include "run/settings/setting_records.h"
#include "run/settings/setting_words.h"
#include "run/settings/settings.h"

struct shown {
    const char *key, *kind;
    size_t offset, size;
};

static const struct shown table[] = {
#define SETTING(key, kind, member) \
    {key, #kind, offsetof(struct settings, member), sizeof(((struct settings *)NULL)->member)},
#include "run/settings/setting_list.h"
#undef SETTING
};

enum { SHOWN = sizeof table / sizeof table[0] };

/* A word of YAML, in quotes where it needs them. */
static int print_text(struct buf *out, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+,";
    if (text[0] && text[strspn(text, plain)] == '\0')
        return buf_printf(out, "%s", text);
    int failed = buf_append_byte(out, '"');
    for (; *text && !failed; text++)
        failed = *text == '"' || *text == '\\' ? buf_printf(out, "\\%c", *text)
                 : (unsigned char)*text < ' '  ? buf_printf(out, "\\x%02x", (unsigned char)*text)
                                               : buf_append_byte(out, (uint8_t)*text);
    return failed ? failed : buf_append_byte(out, '"');
}

static uint64_t number_of(const void *member, size_t size)
{
    switch (size) {
    case 1:
        return *(const uint8_t *)member;
    case 2:
        return *(const uint16_t *)member;
    case 4:
        return *(const uint32_t *)member;
    case 8:
        return *(const uint64_t *)member;
    default:
        return 0;
    }
}

/* What holds for a protocol that nothing is said of. */
static const char *protocol_default(const struct shown *shown)
{
    size_t app = shown->offset - offsetof(struct settings, app.protocols);
    return APP_PROTOS_OFF >> app & 1 ? "no" : "yes";
}

/* What holds without being given. 1 when there is nothing to show. */
static int print_default(struct buf *out, const struct settings *s, const struct shown *shown)
{
    static const char *const words[][2] = {{"CHECKSUMS", "auto"}, {"SOURCE", "auto"}, {"URGENT", "oob"}};
    static const char *const chosen[] = {
        [WORD_MODE] = "MODE",   [WORD_FAIL] = "FAIL",       [WORD_ODD] = "ODD",
        [WORD_WRONG] = "WRONG", [WORD_SANDBOX] = "SANDBOX", [WORD_EXCEPTION] = "EXCEPTION"};
    static const char *const numbers[] = {"U16", "U32", "U64", "SIZE", "CHUNK"};
    const void *member = (const char *)s + shown->offset;
    uint64_t n = number_of(member, shown->size);
    if (strcmp(shown->kind, "BOOL") == 0)
        return buf_printf(out, "%s", n ? "yes" : "no");
    if (strcmp(shown->kind, "OFF") == 0)
        return buf_printf(out, "%s", n ? "no" : "yes");
    if (strcmp(shown->kind, "PROTOCOL") == 0)
        return buf_printf(out, "%s", protocol_default(shown));
    if (strcmp(shown->kind, "RECORDS") == 0)
        return setting_records_print(out, n);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(shown->kind, words[i][0]) == 0 && n == 0)
            return buf_printf(out, "%s", words[i][1]);
    for (size_t i = 0; i < sizeof chosen / sizeof chosen[0]; i++)
        if (strcmp(shown->kind, chosen[i]) == 0)
            return buf_printf(out, "%s", word_name((enum word_setting)i, (uint8_t)n));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (strcmp(shown->kind, numbers[i]) == 0 && n)
            return buf_printf(out, "%" PRIu64, n);
    return 1;
}

static int print_place(struct buf *out, const struct setting_note *note)
{
    return note->file ? buf_printf(out, "  # %s:%u\n", note->file, note->line)
                      : buf_printf(out, "  # given\n");
}

static int print_given(struct buf *out, const struct setting_note *note)
{
    int failed = buf_printf(out, "%s: ", note->key);
    failed = failed ? failed : print_text(out, note->text);
    return failed ? failed : print_place(out, note);
}

static bool is_list(const char *kind)
{
    return strcmp(kind, "LIST") == 0 || strcmp(kind, "HASHES") == 0;
}

static int print_setting(struct buf *out, const struct settings *s, const struct shown *shown)
{
    const struct setting_note *note = setting_notes_find(&s->notes, shown->key, strlen(shown->key));
    if (!note) {
        size_t before = out->n;
        int failed = buf_printf(out, "%s: ", shown->key);
        int nothing = failed ? 0 : print_default(out, s, shown);
        if (nothing == 1) {
            out->n = before;
            return buf_printf(out, "# %s:\n", shown->key);
        }
        return failed ? failed : nothing ? nothing : buf_printf(out, "  # default\n");
    }
    if (!is_list(shown->kind))
        return print_given(out, note);
    int failed = 0;
    for (uint32_t i = 0; i < s->notes.count && !failed; i++)
        if (strcmp(s->notes.list[i].key, shown->key) == 0)
            failed = print_given(out, &s->notes.list[i]);
    return failed;
}

static bool in_table(const char *key)
{
    for (size_t i = 0; i < SHOWN; i++)
        if (strcmp(table[i].key, key) == 0)
            return true;
    return false;
}

static int print_variables(struct buf *out, const struct variables *variables, enum variable_kind kind)
{
    int failed = buf_printf(out, "  %s:\n", kind == VARIABLE_PORTS ? "port-groups" : "address-groups");
    for (uint32_t i = 0; i < variables->count && !failed; i++) {
        const struct variable *v = &variables->list[i];
        if (v->kind != kind)
            continue;
        failed = buf_printf(out, "    %s: ", v->name);
        failed = failed ? failed : print_text(out, v->value);
        failed = failed ? failed : buf_append_byte(out, '\n');
    }
    return failed;
}

/* Elements of lists of mappings have a key each, run.interfaces.0.queues, and are told as they were given. */
int settings_dump(const struct settings *s, struct buf *out)
{
    int failed = 0;
    for (size_t i = 0; i < SHOWN && !failed; i++)
        failed = print_setting(out, s, &table[i]);
    for (uint32_t i = 0; i < s->notes.count && !failed; i++)
        if (!in_table(s->notes.list[i].key))
            failed = print_given(out, &s->notes.list[i]);
    failed = failed ? failed : buf_printf(out, "vars:\n");
    failed = failed ? failed : print_variables(out, s->variables, VARIABLE_ADDRESSES);
    return failed ? failed : print_variables(out, s->variables, VARIABLE_PORTS);
}
