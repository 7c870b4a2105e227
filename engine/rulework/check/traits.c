#include "rulework/check/traits.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "rule/rule.h"
#include "rulework/check/check_rule.h"
#include "rulework/option_words.h"

const char *state_store_keyword(enum state_store store)
{
    static const char *const names[] = {"flowbits", "flowint", "flowvar", "pktvar", "xbits", "hostbits"};
    return names[store];
}

static bool is_of_bits(enum state_store store)
{
    return store == STORE_FLOWBIT || store == STORE_XBIT || store == STORE_HOSTBIT;
}

static bool only_names(struct slice name)
{
    static const char *const names[] = {"sid",       "gid",      "rev",       "msg",
                                        "classtype", "priority", "reference", "metadata"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_equal(name, names[i]))
            return true;
    return false;
}

static int write_body(const struct rule_text *text, struct buf *out)
{
    int rc = 0;
    for (int i = 0; !rc && i < FIELD_COUNT; i++) {
        rc = buf_append(out, text->fields[i]);
        if (!rc)
            rc = buf_append_byte(out, ' ');
    }
    for (uint32_t i = 0; !rc && i < text->option_count; i++) {
        if (!only_names(text->options[i].name))
            rc = option_print(&text->options[i], out);
    }
    return rc ? rc : buf_append_byte(out, 0);
}

static int read_body(struct traits *traits, const struct checking *c)
{
    struct buf text = {0};
    int rc = write_body(&c->text, &text);
    traits->body = rc ? NULL : text_dup(slice_of(text.p, text.n - 1));
    buf_fini(&text);
    return traits->body ? 0 : -ENOMEM;
}

/* The option of that store that has the name in it. */
static struct slice part_of(const struct checking *c, enum state_store store, const char *name)
{
    const struct option *option = option_named(c, 0, state_store_keyword(store));
    while (option) {
        if (option->value.p && memmem(option->value.p, option->value.n, name, strlen(name)))
            return option_whole(option);
        option = option_named(c, (uint32_t)(option - c->text.options) + 1, state_store_keyword(store));
    }
    return c->text.fields[FIELD_ACTION];
}

static int add_mark(struct traits *traits, const struct checking *c, const struct state_op *op,
                    const char *name)
{
    if (grow_array(&traits->marks, traits->mark_count, &traits->mark_capacity))
        return -ENOMEM;
    char *copy = strdup(name);
    if (!copy)
        return -ENOMEM;
    traits->marks[traits->mark_count++] = (struct trait_mark){
        .place = check_place(c, part_of(c, op->store, name)),
        .store = op->store,
        .name = copy,
        .reads = op->verb == VERB_ISSET || op->verb == VERB_ISNOTSET,
        .sets = op->verb == VERB_SET || op->verb == VERB_TOGGLE,
    };
    return 0;
}

int traits_read(struct traits *traits, const struct checking *c)
{
    const struct option *sid = option_named(c, 0, "sid");
    *traits = (struct traits){.file = c->place.file,
                              .gid = c->rule->gid,
                              .sid = c->rule->sid,
                              .rev = c->rule->rev,
                              .place = check_place(c, c->text.fields[FIELD_ACTION]),
                              .sid_place = sid ? check_place(c, option_whole(sid)) : c->place};
    int rc = read_body(traits, c);
    for (uint32_t i = 0; i < c->rule->state_count; i++) {
        const struct state_op *op = &c->rule->state[i];
        for (uint32_t j = 0; !rc && j < op->name_count && is_of_bits(op->store); j++)
            rc = add_mark(traits, c, op, op->names[j].text);
    }
    return rc;
}

void traits_fini(struct traits *traits)
{
    for (uint32_t i = 0; i < traits->mark_count; i++)
        free(traits->marks[i].name);
    free(traits->marks);
    free(traits->body);
    *traits = (struct traits){0};
}
