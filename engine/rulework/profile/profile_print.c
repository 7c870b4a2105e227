/* A profile as a table, as all that is known of single rules, as JSON, and as stacks of flame graphs. */
#include <inttypes.h>

#include "match/profile_clock.h"
#include "output/json.h"
#include "output/protocol_name.h"
#include "rule/rule.h"
#include "rulework/profile/profile.h"
#include "rulework/profile/profile_ends.h"

enum { OPTION_WIDTH = 60 };

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

/* Of all workers: each has the whole time. */
static double share_of_run(const struct profile_report *r)
{
    return percent(r->ticks, r->run_ticks * r->workers);
}

static int put_summary(const struct profile_report *r, struct buf *out)
{
    return buf_printf(out,
                      "%" PRIu64 " packets, %" PRIu64
                      " bytes, %u rules (%u of them were candidates): %" PRIu64 " candidates, %" PRIu64
                      " evaluations, %" PRIu64 " matches\n"
                      "evaluating took %.1f %% of %.2f s; in %s, %.2f of them a nanosecond\n",
                      r->packets, r->bytes, r->rules.count, r->count, r->candidates, r->evaluations,
                      r->matches, share_of_run(r), (double)r->run_ns / 1e9, PROFILE_CLOCK,
                      r->run_ns ? (double)r->run_ticks / (double)r->run_ns : 0);
}

/* Bytes that a terminal might obey are shown as dots, and what is long is cut. */
static int put_text(struct buf *out, struct slice text, size_t most)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < text.n && i < most; i++)
        rc = buf_append_byte(out, text.p[i] < ' ' || text.p[i] == 127 ? '.' : text.p[i]);
    return rc || text.n <= most ? rc : buf_append(out, slice_str("..."));
}

static int put_row(const struct profile_report *r, const struct rule_profile *p, struct buf *out)
{
    struct profile_endings endings;
    int rc = buf_printf(out,
                        "%9u %13" PRIu64 " %5.1f%% %10" PRIu64 " %11" PRIu64 " %10" PRIu64 " %10" PRIu64
                        " %9" PRIu64 " %12" PRIu64 "  ",
                        p->rule->sid, p->ticks, percent(p->ticks, r->ticks), profile_load(r, p),
                        p->candidates, p->ticks / p->candidates, p->evaluations, p->matches, p->bytes);
    if (!rc)
        rc = profile_endings_of(p, &endings);
    else
        return rc;
    const struct profile_ending *first = profile_first_failure(&endings);
    if (!rc && first)
        rc = buf_printf(out, "%.0f%% ", percent(first->sum.count, p->candidates));
    if (!rc && first)
        rc = put_text(out, buf_slice(&first->text), OPTION_WIDTH);
    profile_endings_fini(&endings);
    return rc ? rc : buf_append_byte(out, '\n');
}

int profile_print_table(const struct profile_report *r, const struct profile_choice *c, struct buf *out)
{
    int rc =
        buf_printf(out, "%9s %13s %6s %10s %11s %10s %10s %9s %12s  %s\n", "sid", "cycles", "share",
                   "/1000 pkt", "candidates", "average", "evaluated", "matched", "bytes", "fails first at");
    uint32_t printed = 0;
    for (uint32_t i = 0; !rc && i < r->count && (!c->most || printed < c->most); i++) {
        if (!profile_chosen(c, r->list[i]))
            continue;
        rc = put_row(r, r->list[i], out);
        printed++;
    }
    return rc ? rc : put_summary(r, out);
}

static int put_flow(struct buf *out, const struct profile_flow *f)
{
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT], name[PROTOCOL_TEXT];
    address_print(&f->client, client);
    address_print(&f->server, server);
    return buf_printf(out, "%s %s:%u -> %s:%u", protocol_name(f->protocol, name), client, f->client_port,
                      server, f->server_port);
}

/* The heaviest first, by what is sure: there are eight at the most. */
static void sort_flows(const struct rule_profile *p, const struct profile_flow *out[PROFILE_FLOWS])
{
    for (uint32_t i = 0; i < p->flow_count; i++) {
        uint32_t at = i;
        const struct profile_flow *flow = &p->flows[i];
        for (; at && out[at - 1]->ticks - out[at - 1]->over < flow->ticks - flow->over; at--)
            out[at] = out[at - 1];
        out[at] = flow;
    }
}

static int put_flows(const struct rule_profile *p, struct buf *out)
{
    const struct profile_flow *flows[PROFILE_FLOWS];
    sort_flows(p, flows);
    int rc = p->flow_count ? buf_printf(out, "  worst flows\n") : 0;
    for (uint32_t i = 0; !rc && i < p->flow_count; i++) {
        rc = buf_printf(out, "    %13" PRIu64 " cycles, %8" PRIu64 " candidates  ",
                        flows[i]->ticks - flows[i]->over, flows[i]->count);
        if (!rc)
            rc = put_flow(out, flows[i]);
        if (!rc)
            rc = buf_append_byte(out, '\n');
    }
    return rc;
}

static int put_endings(const struct rule_profile *p, struct buf *out)
{
    struct profile_endings endings;
    int rc = profile_endings_of(p, &endings);
    for (uint32_t i = 0; !rc && i < endings.count; i++) {
        const struct profile_ending *e = &endings.list[i];
        rc = buf_printf(out, "    %5.1f%% %11" PRIu64 " %13" PRIu64 " cycles  %-8s %s%s",
                        percent(e->sum.count, p->candidates), e->sum.count, e->sum.ticks, e->answer, e->where,
                        e->where[0] ? ": " : "");
        if (!rc)
            rc = put_text(out, buf_slice(&e->text), SIZE_MAX);
        if (!rc)
            rc = buf_append_byte(out, '\n');
    }
    profile_endings_fini(&endings);
    return rc;
}

static int put_detail(const struct profile_report *r, const struct rule_profile *p, struct buf *out)
{
    int rc = buf_printf(out, "sid %u \"", p->rule->sid);
    if (!rc)
        rc = put_text(out, slice_str(p->rule->message), SIZE_MAX);
    if (!rc)
        rc = buf_printf(out,
                        "\"\n  %" PRIu64 " cycles (%.1f %% of all rules', %" PRIu64
                        " for a thousand packets), the longest evaluation %" PRIu64 "\n"
                        "  %" PRIu64 " candidates, %" PRIu64 " evaluations, %" PRIu64 " matches, %" PRIu64
                        " bytes looked into\n  where the candidates end\n",
                        p->ticks, percent(p->ticks, r->ticks), profile_load(r, p), p->most, p->candidates,
                        p->evaluations, p->matches, p->bytes);
    if (!rc)
        rc = put_endings(p, out);
    return rc ? rc : put_flows(p, out);
}

int profile_print_details(const struct profile_report *r, const struct profile_choice *c, struct buf *out)
{
    int rc = 0;
    for (uint32_t i = 0; !rc && i < r->count; i++)
        if (profile_chosen(c, r->list[i]))
            rc = put_detail(r, r->list[i], out);
    return rc ? rc : put_summary(r, out);
}

static json_t *endings_json(struct json_writer *w, const struct rule_profile *p)
{
    struct profile_endings endings;
    json_t *list = json_array();
    if (profile_endings_of(p, &endings))
        w->failed = true;
    for (uint32_t i = 0; !w->failed && i < endings.count; i++) {
        const struct profile_ending *e = &endings.list[i];
        json_t *one = json_object();
        json_put_text(w, one, "answer", e->answer);
        json_put_text(w, one, "where", e->where);
        json_put_bytes(w, one, "option", buf_slice(&e->text));
        json_put_uint(w, one, "count", e->sum.count);
        json_put_uint(w, one, "cycles", e->sum.ticks);
        json_append(w, list, one);
    }
    profile_endings_fini(&endings);
    return list;
}

static json_t *flows_json(struct json_writer *w, const struct rule_profile *p)
{
    const struct profile_flow *flows[PROFILE_FLOWS];
    json_t *list = json_array();
    sort_flows(p, flows);
    for (uint32_t i = 0; i < p->flow_count; i++) {
        char client[ADDRESS_TEXT], server[ADDRESS_TEXT], name[PROTOCOL_TEXT];
        json_t *one = json_object();
        address_print(&flows[i]->client, client);
        address_print(&flows[i]->server, server);
        json_put_uint(w, one, "flow_id", flows[i]->id);
        json_put_text(w, one, "proto", protocol_name(flows[i]->protocol, name));
        json_put_text(w, one, "client", client);
        json_put_uint(w, one, "client_port", flows[i]->client_port);
        json_put_text(w, one, "server", server);
        json_put_uint(w, one, "server_port", flows[i]->server_port);
        json_put_uint(w, one, "candidates", flows[i]->count);
        json_put_uint(w, one, "cycles_least", flows[i]->ticks - flows[i]->over);
        json_put_uint(w, one, "cycles_most", flows[i]->ticks);
        json_append(w, list, one);
    }
    return list;
}

static json_t *rule_json(struct json_writer *w, const struct profile_report *r, const struct rule_profile *p)
{
    json_t *o = json_object();
    json_put_uint(w, o, "gid", p->rule->gid);
    json_put_uint(w, o, "sid", p->rule->sid);
    json_put_uint(w, o, "rev", p->rule->rev);
    json_put_text(w, o, "msg", p->rule->message);
    json_put_uint(w, o, "cycles", p->ticks);
    json_put_uint(w, o, "cycles_per_1000_packets", profile_load(r, p));
    json_put_uint(w, o, "cycles_most", p->most);
    json_put_uint(w, o, "candidates", p->candidates);
    json_put_uint(w, o, "evaluations", p->evaluations);
    json_put_uint(w, o, "matches", p->matches);
    json_put_uint(w, o, "bytes", p->bytes);
    json_put(w, o, "ends", endings_json(w, p));
    json_put(w, o, "worst_flows", flows_json(w, p));
    return o;
}

int profile_print_json(const struct profile_report *r, const struct profile_choice *c, struct buf *out)
{
    struct json_writer w = {0};
    json_t *o = json_object(), *rules = json_array();
    uint32_t printed = 0;
    json_put_uint(&w, o, "packets", r->packets);
    json_put_uint(&w, o, "bytes", r->bytes);
    json_put_uint(&w, o, "rules_loaded", r->rules.count);
    json_put_uint(&w, o, "candidates", r->candidates);
    json_put_uint(&w, o, "evaluations", r->evaluations);
    json_put_uint(&w, o, "matches", r->matches);
    json_put_text(&w, o, "clock", PROFILE_CLOCK);
    json_put_uint(&w, o, "cycles", r->ticks);
    json_put_uint(&w, o, "run_cycles", r->run_ticks);
    json_put_uint(&w, o, "run_ns", r->run_ns);
    json_put_uint(&w, o, "workers", r->workers);
    for (uint32_t i = 0; i < r->count && (!c->most || printed < c->most); i++)
        if (profile_chosen(c, r->list[i])) {
            json_append(&w, rules, rule_json(&w, r, r->list[i]));
            printed++;
        }
    json_put(&w, o, "rules", rules);
    return json_finish(&w, o, out);
}

/* A frame of a stack: what would end it is written otherwise. */
static int put_frame(struct buf *out, struct slice text)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < text.n; i++)
        rc = buf_append_byte(out, text.p[i] == ';' ? ',' : text.p[i] < ' ' ? '.' : text.p[i]);
    return rc;
}

static int put_stacks(const struct rule_profile *p, struct buf *out)
{
    struct profile_endings endings;
    int rc = profile_endings_of(p, &endings);
    for (uint32_t i = 0; !rc && i < endings.count; i++) {
        const struct profile_ending *e = &endings.list[i];
        if (!e->sum.ticks)
            continue;
        rc = buf_printf(out, "%u ", p->rule->sid);
        if (!rc)
            rc = put_frame(out, slice_str(p->rule->message));
        if (!rc)
            rc = buf_printf(out, ";%s;", e->where[0] ? e->where : "all");
        if (!rc)
            rc = put_frame(out, buf_slice(&e->text));
        if (!rc)
            rc = buf_printf(out, " %" PRIu64 "\n", e->sum.ticks);
    }
    profile_endings_fini(&endings);
    return rc;
}

int profile_print_folded(const struct profile_report *r, const struct profile_choice *c, struct buf *out)
{
    int rc = 0;
    uint32_t printed = 0;
    for (uint32_t i = 0; !rc && i < r->count && (!c->most || printed < c->most); i++)
        if (profile_chosen(c, r->list[i])) {
            rc = put_stacks(r->list[i], out);
            printed++;
        }
    return rc;
}
