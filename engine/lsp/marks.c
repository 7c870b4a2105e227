#include "lsp/marks.h"

#include "rulework/check/traits.h"

bool mark_store(struct slice keyword, enum state_store *store)
{
    static const enum state_store stores[] = {STORE_FLOWBIT, STORE_XBIT, STORE_HOSTBIT};
    for (size_t i = 0; i < sizeof stores / sizeof *stores; i++)
        if (text_equal(keyword, state_store_keyword(stores[i]))) {
            *store = stores[i];
            return true;
        }
    return false;
}

static bool is_test(struct slice verb)
{
    return text_equal(verb, "isset") || text_equal(verb, "isnotset");
}

/* The second field. A test may name several with | between, a change takes the name as it stands. */
static struct slice names_of(struct slice value, struct slice *verb, char *separator)
{
    struct slice rest = value, names;
    if (!rest.n || !text_field(&rest, ',', verb) || !rest.n || !text_field(&rest, ',', &names))
        return slice_of(NULL, 0);
    *separator = is_test(*verb) ? '|' : '\0';
    return names;
}

bool mark_at(struct slice keyword, struct slice value, size_t at, enum state_store *store, struct slice *name)
{
    char separator = 0;
    struct slice verb, names = names_of(value, &verb, &separator), one;
    if (!mark_store(keyword, store))
        return false;
    const uint8_t *p = value.p + at;
    while (names.n && text_field(&names, separator, &one))
        if (one.n && p >= one.p && p <= one.p + one.n) {
            *name = one;
            return true;
        }
    return false;
}

void marks_each(const struct rule_text *text, enum state_store store, struct slice name, mark_fn each,
                void *ctx)
{
    for (uint32_t i = 0; i < text->option_count; i++) {
        enum state_store here;
        struct slice verb, names, one;
        char separator = 0;
        if (!mark_store(text->options[i].name, &here) || here != store)
            continue;
        names = names_of(text->options[i].value, &verb, &separator);
        while (names.n && text_field(&names, separator, &one))
            if (slice_equal(one, name))
                each(ctx, one, text_equal(verb, "set") || text_equal(verb, "toggle"), is_test(verb));
    }
}
