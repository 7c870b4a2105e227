/*
 * Chains of certificates that rules with tls.store want, as files in a folder: SECONDS.MICROSECONDS-FLOW.pem
 * and, beside it, a .meta that tells of the connection; a client's begin with "client-". As Suricata's
 * tls-store, but for the last number, which is EVE's flow_id and not a count: the names do not depend on
 * which worker was first.
 *
 * Any worker's thread: the store counts in atomics.
 */
#ifndef SLUICE_RUN_TLS_STORE_H
#define SLUICE_RUN_TLS_STORE_H

struct file_store;
struct transaction_record;

/* Stores what is wanted of the record's transaction and there, once. What fails is counted by the store. */
void tls_store_chains(struct file_store *store, const struct transaction_record *record);

#endif
