/*
 * Fields of the TCP header (RFC 9293, 3.1): flags, seq, ack, window, the MSS and window scale options,
 * tcp.hdr, and tcp.session.
 */
#include <errno.h>

#include "flow/tcp.h"
#include "rule/keyword/number.h"
#include "packet/packet.h"

enum {
    TCP_OPENING = TCP_SYN | TCP_FIN | TCP_RST, /* a rule that names one of these wants a packet with one */
    TCP_UNUSUAL = TCP_URG | TCP_ECE | TCP_CWR, /* and likewise */
};

enum flags_modifier { FLAGS_EXACT, FLAGS_ALL, FLAGS_ANY, FLAGS_NOT };

struct flags {
    uint8_t flags, ignored;
    uint8_t modifier; /* enum flags_modifier */
};

static bool match_flags(const void *data, const struct view *view)
{
    const struct flags *want = data;
    if (!view_has(view, LAYER_TCP))
        return false;
    uint8_t all = view->packet->tcp.flags, have = (uint8_t)(all & ~want->ignored);
    if (want->flags & TCP_OPENING && !(all & TCP_OPENING))
        return false;
    if (want->flags & TCP_UNUSUAL && !(all & TCP_UNUSUAL))
        return false;
    switch ((enum flags_modifier)want->modifier) {
    case FLAGS_EXACT:
        return want->flags ? have == want->flags : all == 0;
    case FLAGS_ALL:
        return want->flags ? (have & want->flags) == want->flags : all == 0;
    case FLAGS_ANY:
        return (have & want->flags) != 0;
    case FLAGS_NOT:
        return want->flags ? (have & want->flags) != want->flags : all != 0;
    }
    return false;
}

static const struct test_ops flags_ops = {.keyword = "tcp.flags", .match = match_flags};

static int flag_bit(uint8_t c)
{
    static const char letters[] = "FSRPAUEC";
    if (c == '1')
        return TCP_CWR;
    if (c == '2')
        return TCP_ECE;
    const char *at = c ? strchr(letters, c) : NULL;
    return at ? 1 << (at - letters) : -1;
}

static bool flags_read(struct slice s, struct flags *out)
{
    bool named = false;
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        int bit = flag_bit(c);
        if (c == '+' || c == '*' || c == '!') {
            if (out->modifier)
                return false; /* one at most */
            out->modifier = (uint8_t)(c == '+' ? FLAGS_ALL : c == '*' ? FLAGS_ANY : FLAGS_NOT);
        } else if (c == '0')
            out->flags = 0; /* "no flag at all": forgets what came before */
        else if (bit >= 0)
            out->flags |= (uint8_t)bit;
        else
            return false;
        named |= c == '0' || bit >= 0;
    }
    return named;
}

static bool ignored_read(struct slice s, struct flags *out)
{
    for (size_t i = 0; i < s.n; i++) {
        int bit = flag_bit(s.p[i]);
        if (bit < 0)
            return false;
        out->ignored |= (uint8_t)bit;
    }
    return s.n > 0;
}

static void hint_flags(struct rule *rule, const struct flags *f)
{
    hint_layers(rule, LAYER_TCP);
    if (f->flags & f->ignored || f->modifier == FLAGS_ANY || f->modifier == FLAGS_NOT)
        return;
    uint8_t clear = 0;
    if (!f->flags)
        clear = 0xff;
    else if (f->modifier == FLAGS_EXACT)
        clear = (uint8_t)(~f->flags & ~f->ignored);
    if ((rule->hints.tcp_flags_set & clear) || (rule->hints.tcp_flags_clear & f->flags))
        return; /* two options that contradict each other: leave it to evaluation */
    rule->hints.tcp_flags_set |= f->flags;
    rule->hints.tcp_flags_clear |= clear;
}

static int parse_flags(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct slice rest = option->value, named, ignored;
    struct flags f = {0};
    bool good = text_field(&rest, ',', &named);
    /* One modifier may stand apart from the letters. */
    if (good && named.n > 1 && (named.p[0] == '+' || named.p[0] == '*' || named.p[0] == '!')) {
        f.modifier = (uint8_t)(named.p[0] == '+' ? FLAGS_ALL : named.p[0] == '*' ? FLAGS_ANY : FLAGS_NOT);
        good = flags_read(text_trim(slice_from(named, 1)), &f);
    } else {
        good = good && flags_read(named, &f);
    }
    if (good && rest.p)
        good = text_field(&rest, ',', &ignored) && ignored_read(ignored, &f) && !rest.p;
    if (!good) {
        err_set(err, -EINVAL, "expected TCP flags out of FSRPAUEC, 1, 2 and 0");
        err_hint(
            err,
            "a modifier (+ all of these, * any of them, ! not all of them) may go before, and a comma and "
            "the flags to ignore after: flags:S,CE");
        return -EINVAL;
    }
    hint_flags(b->rule, &f);
    return copied_test(b, &flags_ops, &f, sizeof f);
}

static bool match_seq(const void *data, const struct view *view)
{
    return view_has(view, LAYER_TCP) && number_holds(data, view->packet->tcp.sequence);
}

static bool match_ack(const void *data, const struct view *view)
{
    return view_has(view, LAYER_TCP) && number_holds(data, view->packet->tcp.acknowledgment);
}

static bool match_window(const void *data, const struct view *view)
{
    return view_has(view, LAYER_TCP) && number_holds(data, view->packet->tcp.window);
}

static bool match_mss(const void *data, const struct view *view)
{
    return view_has(view, LAYER_TCP) && view->packet->tcp.has_mss &&
           number_holds(data, view->packet->tcp.mss);
}

static bool match_wscale(const void *data, const struct view *view)
{
    return view_has(view, LAYER_TCP) && view->packet->tcp.has_window_scale &&
           number_holds(data, view->packet->tcp.window_scale);
}

static const struct test_ops seq_ops = {.keyword = "tcp.seq", .match = match_seq};
static const struct test_ops ack_ops = {.keyword = "tcp.ack", .match = match_ack};
static const struct test_ops window_ops = {.keyword = "tcp.window", .match = match_window};
static const struct test_ops mss_ops = {.keyword = "tcp.mss", .match = match_mss};
static const struct test_ops wscale_ops = {.keyword = "tcp.wscale", .match = match_wscale};

/* A plain number, no condition. */
static int parse_equal(struct rule_builder *b, const struct option *option, const struct test_ops *ops,
                       struct err *err)
{
    struct uint_condition c = {.compare = UINT_EQUAL};
    int r = number_plain(option, UINT32_MAX, &c.a, err);
    if (r)
        return r;
    hint_layers(b->rule, LAYER_TCP);
    return copied_test(b, ops, &c, sizeof c);
}

static int parse_seq(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_equal(b, option, &seq_ops, err);
}

static int parse_ack(struct rule_builder *b, const struct option *option, struct err *err)
{
    return parse_equal(b, option, &ack_ops, err);
}

static int parse_window(struct rule_builder *b, const struct option *option, struct err *err)
{
    struct option number = *option;
    struct uint_condition c = {.compare = UINT_EQUAL};
    if (text_negated(&number.value))
        c.compare = UINT_NOT_EQUAL;
    int r = number_plain(&number, UINT16_MAX, &c.a, err);
    if (r)
        return r;
    hint_layers(b->rule, LAYER_TCP);
    return copied_test(b, &window_ops, &c, sizeof c);
}

static int parse_mss(struct rule_builder *b, const struct option *option, struct err *err)
{
    int r = number_test(b, option, UINT16_MAX, &mss_ops, err);
    if (!r)
        hint_layers(b->rule, LAYER_TCP);
    return r;
}

static int parse_wscale(struct rule_builder *b, const struct option *option, struct err *err)
{
    int r = number_test(b, option, UINT8_MAX, &wscale_ops, err);
    if (!r)
        hint_layers(b->rule, LAYER_TCP);
    return r;
}

enum session_phase { PHASE_SETUP = 1, PHASE_ESTABLISHED = 2, PHASE_CLOSING = 4 };

/*
 * As Suricata: a packet belongs to the setup until its flow was established before it; one that leaves the
 * connection half closed is of an established one still, and one that ends it closes nothing.
 */
static bool match_session(const void *data, const struct view *view)
{
    if (!view_has(view, LAYER_TCP))
        return false;
    const struct tcp_session *tcp = view->flow ? view->flow->tcp : NULL;
    unsigned phases = view->established ? PHASE_ESTABLISHED : PHASE_SETUP;
    if (tcp && tcp->state > TCP_STATE_ESTABLISHED && tcp->state < TCP_STATE_CLOSED)
        phases |= PHASE_CLOSING;
    return *(const unsigned *)data & phases;
}

static const struct test_ops session_ops = {.keyword = "tcp.session", .match = match_session};

/* Words with commas between them, and no blanks. */
static int parse_session(struct rule_builder *b, const struct option *option, struct err *err)
{
    static const char *const names[] = {"setup", "established", "closing"};
    struct slice rest = option->value;
    unsigned phases = 0;
    while (rest.p) {
        const uint8_t *comma = rest.n ? memchr(rest.p, ',', rest.n) : NULL;
        struct slice word = comma ? slice_first(rest, (size_t)(comma - rest.p)) : rest;
        unsigned i = 0;
        while (i < 3 && !slice_equal(word, slice_str(names[i])))
            i++;
        if (i == 3)
            return err_set(err, -EINVAL,
                           "expected setup, established or closing, or some of them with commas "
                           "between");
        phases |= 1u << i;
        rest = comma ? slice_from(rest, word.n + 1) : slice_of(NULL, 0);
    }
    hint_layers(b->rule, LAYER_TCP);
    return copied_test(b, &session_ops, &phases, sizeof phases);
}

static int parse_header(struct rule_builder *b, const struct option *option, struct err *err)
{
    (void)option;
    return select_header(b, BUFFER_TCP_HDR, LAYER_TCP, err);
}

const struct keyword keywords_tcp[] = {
    {"tcp.flags", "flags", VALUE_REQUIRED, parse_flags},
    {"tcp.seq", "seq", VALUE_REQUIRED, parse_seq},
    {"tcp.ack", "ack", VALUE_REQUIRED, parse_ack},
    {"tcp.window", "window", VALUE_REQUIRED, parse_window},
    {"tcp.mss", NULL, VALUE_REQUIRED, parse_mss},
    {"tcp.wscale", NULL, VALUE_REQUIRED, parse_wscale},
    {"tcp.session", NULL, VALUE_REQUIRED, parse_session},
    {"tcp.hdr", NULL, VALUE_NONE, parse_header},
    {NULL, NULL, VALUE_NONE, NULL},
};
