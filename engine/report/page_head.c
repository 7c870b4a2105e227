#include "report/page.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "report/assets.h"
#include "sluice.h"

static const struct {
    const char *id, *title;
} sections[] = {
    {"summary", "Summary"},     {"timeline", "Over time"},  {"rules", "By rule"},
    {"flows", "By flow"},       {"hosts", "By host"},       {"alerts", "Alerts"},
    {"costs", "Slowest rules"}, {"protocols", "Protocols"}, {"refused", "Refused rules"},
    {"anomalies", "Anomalies"}, {"losses", "Not seen"},
};

/* https://www.w3.org/TR/CSP3/#grammardef-hash-source */
static void put_hash(struct html *h, struct slice text)
{
    unsigned char digest[SHA256_DIGEST_LENGTH], base64[2 * SHA256_DIGEST_LENGTH];
    SHA256(text.p, text.n, digest);
    EVP_EncodeBlock(base64, digest, sizeof digest);
    html_format(h, "'sha256-%s'", (const char *)base64);
}

static void put_bytes(struct html *h, struct slice bytes)
{
    h->failed |= buf_append(&h->out, bytes) != 0;
}

/* Nothing is loaded, and nothing runs but the script below. */
static void put_policy(struct html *h)
{
    html_put(h, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ");
    put_hash(h, asset_style());
    html_put(h, "; script-src ");
    put_hash(h, asset_script());
    html_put(h, "; img-src data:; base-uri 'none'; form-action 'none'\">\n");
}

static void put_navigation(struct html *h)
{
    html_put(h, "<nav aria-label=\"Sections\"><ul>\n");
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        html_format(h, "<li><a href=\"#%s\">%s</a></li>\n", sections[i].id, sections[i].title);
    html_put(h, "</ul></nav>\n");
}

static void put_captures(struct html *h, const struct page_facts *f)
{
    html_put(h, "<p class=\"muted\">");
    for (unsigned i = 0; i < f->capture_count; i++) {
        html_put(h, i ? ", <code>" : "<code>");
        part_short(h, f->captures[i]);
        html_put(h, "</code>");
    }
    if (f->summary->files > f->capture_count)
        html_format(h, " and %llu more", (unsigned long long)f->summary->files - f->capture_count);
    html_put(h, "</p>\n");
}

void page_begin(struct html *h, const struct page_facts *f)
{
    html_put(h, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    put_policy(h);
    html_put(h, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Replay of ");
    part_short(h, f->capture_count ? f->captures[0] : "no capture");
    html_put(h, "</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>");
    put_bytes(h, asset_style());
    html_put(h, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n"
                "<header>\n<h1>Replay report</h1>\n");
    put_captures(h, f);
    put_navigation(h);
    html_put(h, "</header>\n<main id=\"main\">\n");
}

static void put_card(struct html *h, const char *name, uint64_t n)
{
    html_format(h, "<div><dt>%s</dt><dd>", name);
    html_number(h, n);
    html_put(h, "</dd></div>\n");
}

static void put_severities(struct html *h, const struct report_facts *c)
{
    html_put(h, "<small>");
    for (unsigned s = 0; s < SEVERITIES; s++) {
        static const char *const names[SEVERITIES] = {"high ", ", medium ", ", low ", ", notice "};
        html_put(h, names[s]);
        html_number(h, c->severities[s]);
    }
    html_put(h, "</small>");
}

static void put_span(struct html *h, const struct report_facts *c)
{
    html_put(h, "<div class=\"long\"><dt>Time of the captures (UTC)</dt><dd>");
    if (!c->last_ns)
        html_put(h, "no flows");
    else {
        html_time(h, c->first_ns);
        html_put(h, " to ");
        html_time(h, c->last_ns);
    }
    html_put(h, "</dd></div>\n");
}

void page_summary(struct html *h, const struct page_facts *f)
{
    const struct sluice_summary *s = f->summary;
    part_section(h, "summary", "Summary");
    if (s->interrupted)
        html_put(h, "<p class=\"notice\"><strong>Interrupted:</strong> the captures were not read to their "
                    "end.</p>\n");
    html_put(h, "<dl class=\"cards\">\n<div><dt>Alerts</dt><dd>");
    html_number(h, s->alerts);
    put_severities(h, f->facts);
    html_put(h, "</dd></div>\n<div><dt>Rules that alerted</dt><dd>");
    html_number(h, f->facts->rules.count);
    html_put(h, "<small>of ");
    html_number(h, s->rules);
    html_put(h, " loaded</small></dd></div>\n");
    put_card(h, s->files == 1 ? "Capture" : "Captures", s->files);
    put_card(h, "Packets", s->packets);
    put_card(h, "Bytes", s->bytes);
    put_card(h, "Flows", s->flows);
    put_span(h, f->facts);
    html_put(h, "</dl>\n");
    part_section_end(h);
}

void page_end(struct html *h, const struct page_facts *f)
{
    html_put(h, "</main>\n<footer>\n<p>Written by Sluice " SLUICE_VERSION ", ");
    html_time(h, f->made_s * 1000000000);
    html_put(h, " UTC. Times are those of the captures.</p>\n</footer>\n<script>");
    put_bytes(h, asset_script());
    html_put(h, "</script>\n</body>\n</html>\n");
}
