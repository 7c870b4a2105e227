/* What a rule asks of files beyond its chains: what filestore and tls.store put into the stores, which
 * digests are compared. */
#ifndef SLUICE_RULE_RULE_FILES_H
#define SLUICE_RULE_RULE_FILES_H

#include <stdbool.h>
#include <stdint.h>

enum file_store_scope {
    FILE_STORE_NOTHING,
    FILE_STORE_FILE,        /* the files that match */
    FILE_STORE_TRANSACTION, /* all of the transaction */
    FILE_STORE_FLOW,        /* all of the flow's transactions to come */
};

struct rule_files {
    uint8_t store;       /* enum file_store_scope */
    uint8_t store_sides; /* of a transaction or flow: BUFFER_TO_SERVER, BUFFER_TO_CLIENT */
    uint8_t hashes;      /* 1 << enum file_hash */
    bool certificates;   /* tls.store: the chain of the side that matched */
};

#endif
