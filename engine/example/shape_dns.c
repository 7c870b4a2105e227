/* DNS over UDP: a question, and for rules about answers a response that repeats it. */
#include <errno.h>

#include "example/script.h"
#include "example/shape.h"

/* Names as text; then whole messages, whose labels begin with their length. */
#define NAME "^(?:[!-\\-/-~]{1,63}\\.)*[!-\\-/-~]{1,63}$"

static int put_name(struct buf *out, struct slice name)
{
    int rc = 0;
    while (name.n && !rc) {
        const uint8_t *dot = memchr(name.p, '.', name.n);
        size_t n = dot ? (size_t)(dot - name.p) : name.n;
        if (n > 63)
            return -EINVAL;
        rc = buf_append_byte(out, (uint8_t)n);
        if (!rc)
            rc = buf_append(out, slice_first(name, n));
        name = slice_from(name, n + 1);
    }
    return rc ? rc : buf_append_byte(out, 0);
}

static int put_message(struct buf *out, struct slice name, bool response)
{
    static const uint8_t question[12] = {0x2b, 0x1d, 0x01, 0x00, 0, 1},
                         answer[12] = {0x2b, 0x1d, 0x81, 0x80, 0, 1, 0, 1};
    static const uint8_t kind[4] = {0, 1, 0, 1};
    static const uint8_t record[16] = {0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, 5};
    int rc =
        buf_append(out, response ? slice_of(answer, sizeof answer) : slice_of(question, sizeof question));
    if (!rc)
        rc = put_name(out, name);
    if (!rc)
        rc = buf_append(out, slice_of(kind, sizeof kind));
    if (!rc && response)
        rc = buf_append(out, slice_of(record, sizeof record));
    return rc;
}

/* Alternatives: a byte with their length, then so many of the class. */
static int put_lengths(struct buf *out, unsigned most, const char *class, const char *before, unsigned more)
{
    int rc = 0;
    for (unsigned n = 1; n <= most && !rc; n++) {
        rc = buf_append(out, slice_str(n > 1 ? "|" : ""));
        if (!rc && before)
            rc = buf_printf(out, "%s\\x%02x", before, n + more);
        if (!rc)
            rc = buf_printf(out, "\\x%02x%s{%u}", n, class, n);
    }
    return rc;
}

/*
 * A message that the payload's options match, as a regular expression: a question with labels of up to so
 * many bytes; in a response an address, or text.
 */
static int message_grammar(struct buf *out, bool response)
{
    enum { LABEL_MOST = 40, TEXT_MOST = 48 };
    static const char head[] = "\\xc0\\x0c\\x00";
    int rc = buf_printf(out, "^..%s\\x00\\x01\\x00%s\\x00\\x00\\x00\\x00(?:",
                        response ? "[\\x81\\x85]." : "\\x01.", response ? "\\x01" : "\\x00");
    if (!rc)
        rc = put_lengths(out, LABEL_MOST, "[!-\\-/-~]", NULL, 0);
    if (!rc)
        rc = buf_printf(out, ")+\\x00\\x00.\\x00\\x01");
    if (!rc && response)
        rc = buf_printf(out, "(?:%s\\x01\\x00\\x01....\\x00\\x04....|%s\\x10\\x00\\x01....(?:", head, head);
    if (!rc && response)
        rc = put_lengths(out, TEXT_MOST, "[ -~]", "\\x00", 1);
    return rc ? rc : buf_printf(out, "%s$", response ? "))" : "");
}

static int raw_message(struct shape *shape, struct buf *out, struct err *err)
{
    struct buf grammar = {0};
    int rc = message_grammar(&grammar, shape->side == TO_CLIENT) || buf_append_byte(&grammar, 0);
    rc =
        rc ? err_set(err, -ENOMEM, "out of memory") : shape_payload(shape, (const char *)grammar.p, out, err);
    buf_fini(&grammar);
    return rc;
}

int shape_dns(struct shape *shape, struct script *script, struct err *err)
{
    static const enum buffer_id names[] = {BUFFER_DNS_QUERY,          BUFFER_DNS_QUERY_NAME,
                                           BUFFER_DNS_QUERIES_RRNAME, BUFFER_DNS_ANSWER_NAME,
                                           BUFFER_DNS_ANSWERS_RRNAME, BUFFER_DNS_RESPONSE_RRNAME};
    enum { NAMES = sizeof names / sizeof *names };
    struct buf name = {0}, question = {0}, answer = {0};
    script->protocol = CRAFT_UDP;
    int rc = shape_solve(shape, names, NAMES, TO_SERVER, NAME, &name, err);
    if (rc == 0)
        rc = shape_solve(shape, names, NAMES, TO_CLIENT, NAME, &name, err);
    if (rc == 0)
        rc = buf_printf(&name, "www.example.com") ? err_set(err, -ENOMEM, "out of memory") : 0;
    if (rc >= 0 &&
        (put_message(&question, buf_slice(&name), false) || put_message(&answer, buf_slice(&name), true)))
        rc = err_set(err, -EINVAL, "dns: no name has labels of more than 63 bytes");
    enum buffer_id payload = BUFFER_PAYLOAD;
    struct buf *own = shape->side == TO_CLIENT ? &answer : &question;
    if (rc >= 0 && !shape_holds(shape, &payload, 1, shape->side, buf_slice(own)))
        rc = raw_message(shape, own, err);
    if (rc >= 0)
        rc = script_say(script, false, &question, err);
    if (!rc)
        rc = script_say(script, true, &answer, err);
    buf_fini(&name);
    buf_fini(&question);
    buf_fini(&answer);
    return rc;
}
