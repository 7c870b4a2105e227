/* Limits and choices of the application layer; const while the engine runs. The defaults are Suricata's stock
 * ones. */
#ifndef SLUICE_APP_CONFIG_H
#define SLUICE_APP_CONFIG_H

#include "base/app_proto.h"
#include "base/buffer_id.h"
#include "base/file_facts.h"

struct expectations;
struct file_store;

enum app_choice {
    APP_BY_DEFAULT, /* APP_OFF of APP_PROTOS_OFF, APP_ON of the others */
    APP_ON,
    APP_DETECTED, /* a flow is told to be of it, and not parsed */
    APP_OFF,
};

struct app_config {
    uint8_t protocols[APP_PROTO_COUNT]; /* enum app_choice; that of HTTP holds for HTTP/1 */
    bool wanted[BUFFER_COUNT];          /* buffers that a loaded rule looks into */
    bool logged;     /* transactions are written as records: nothing that a record shows may be left out */
    uint64_t memory; /* bytes of all sessions of a worker; 0: 256 MiB */
    struct {
        uint32_t request_body_limit, response_body_limit; /* 0: 100 KiB; bytes of a body that are inspected */
        uint32_t request_inspect_least, response_inspect_least;   /* 0: 32 KiB, 40 KiB */
        uint32_t request_inspect_window, response_inspect_window; /* 0: 4 KiB, 16 KiB */
        uint32_t decompress_layers;                               /* 0: 2 */
        bool double_decode_path, double_decode_query, swf_decompression;
    } http;
    bool pgsql_passwords;              /* records show them */
    struct expectations *expectations; /* of all workers; NULL: each has its own */
    struct {
        struct file_store *store; /* of all workers; NULL: nothing is stored */
        bool store_all;           /* whatever the rules say */
        bool rules_store;         /* some rule has filestore */
        bool hashes[FILE_HASHES]; /* that rules or records ask for */
        bool force_magic;         /* of every file, for its record */
    } files;
};

/* The protocols that are not told, and those that are not parsed: bits 1 << enum app_proto. */
uint64_t app_config_untold(const struct app_config *config);
uint64_t app_config_unparsed(const struct app_config *config);

#endif
