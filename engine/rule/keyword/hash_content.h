/*
 * Contents that are looked for in buffers of a known spelling (ja3.hash, ja3s.hash, tls.cert_fingerprint,
 * tls.cert_serial): brought into it, or refused where they could never match. Parse-time only; any thread.
 */
#ifndef SLUICE_RULE_KEYWORD_HASH_CONTENT_H
#define SLUICE_RULE_KEYWORD_HASH_CONTENT_H

struct err;
struct rule;

/* 0 or -EINVAL. Of a whole rule, when nothing is added to it any more. */
int hash_contents_finish(struct rule *rule, struct err *err);

#endif
