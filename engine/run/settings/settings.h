/*
 * The configuration of a run: defaults, then a YAML file of suricata.yaml's shape, then single KEY=VALUE
 * settings, the later overriding the earlier. setting_list.h names the keys.
 *
 * One thread fills it; const while the run goes on. It owns its text and what it points to.
 */
#ifndef SLUICE_RUN_SETTINGS_H
#define SLUICE_RUN_SETTINGS_H

#include "inspect/inspect.h"
#include "output/output.h"
#include "packet/decode.h"
#include "run/interfaces.h"
#include "run/settings/setting_notes.h"
#include "run/xdp_programs.h"

enum live_mode { LIVE_SPAN, LIVE_INLINE, LIVE_HOST }; /* this and the next three: as in xdp/shared.h */

enum live_source_kind { SOURCE_AUTO, SOURCE_AFXDP, SOURCE_PCAP };

struct live_settings {
    uint8_t mode, fail, odd, tunnels;
    uint32_t heartbeat_ms; /* an engine that is silent for longer is taken for dead */
    uint32_t host_ring;    /* bytes */
    char *interface, *rules, *eve, *tcp, *udp, *protocols; /* steering; NULL: none of it */
    uint32_t queues, block_seconds, ipv6_prefix;           /* queues 0: as many as the interface has */
    bool require_zerocopy, dry_run;
    uint8_t wrong_rules, seccomp;     /* enum wrong_rules, enum sandbox */
    struct interface_list interfaces; /* or interface, for one */
    struct interface_list pairs;      /* inline: two and two */
    struct xdp_program_list programs;
    uint32_t workers;
    uint64_t eve_buffer;                  /* bytes of records that may wait; 0: the default */
    char *control, *control_group, *user; /* NULL: the default path; the group of who runs it */
    char *cpus;                           /* NULL: threads are not bound */
    uint32_t frame_size, frames, receive_ring, fill_ring;
    uint32_t busy_poll, busy_poll_budget; /* microseconds, 0: off; packets */
    uint32_t spin;                        /* microseconds, 0: off */
    bool huge_pages;
    enum live_source_kind source;
    uint64_t pcap_buffer;
    bool block_alerts;       /* every alert blocks its flow, not only those of drop and reject */
    uint32_t stats_seconds;  /* between stats records */
    uint32_t most_blocks;    /* new ones a second; 0: no cap */
    bool bypass;             /* flows that were seen enough of pass in the kernel */
    uint64_t elephant_bytes; /* those of so many bytes, too; 0: none for its size */
    struct policy *policy;   /* which hosts are blocked, which never */
};

struct settings {
    struct decode_config decode;
    struct flow_table_config flows;
    struct tcp_config tcp;
    struct app_config app;
    struct exception_policies exceptions;
    struct output_options output;
    uint32_t chunk_to_server, chunk_to_client;
    struct live_settings live;
    uint64_t seed, shared_memory;
    bool vlan_tracking, prefilter, cache;
    char *cache_directory; /* NULL: ${XDG_CACHE_HOME}/sluice */
    char *classification_file, *reference_file, *threshold_file;
    char *file_store; /* folder; NULL: no file is stored */
    char *tls_store;  /* folder; NULL: no chain of certificates is stored */
    uint64_t file_store_quota, tls_store_quota;
    char *dataset_directory, *geoip_database;
    char *reputation_categories, *reputation_directory;
    char **reputation_files;
    uint32_t reputation_count, reputation_capacity;
    struct variables *variables;
    struct host_policies *hosts; /* NULL: the default */
    char **ignored;              /* keys of the YAML file that mean nothing to us */
    uint32_t ignored_count, ignored_capacity;
    struct setting_notes notes;
};

/* NULL when memory is short. */
struct settings *settings_new(void);
void settings_free(struct settings *settings);

/* One key of setting_list.h and its text. 0; -ENOENT for a key that is not there; -EINVAL, -ENOMEM; *err. A
 * list takes one element at a time. */
int settings_put(struct settings *settings, const char *key, const char *value, struct err *err);

/* KEY=VALUE, or NAME=VALUE for a variable of rules. */
int settings_assign(struct settings *settings, const char *assignment, struct err *err);

/* A YAML file: settings and the variables in it. 0, or a negative errno with *err. */
int settings_load(struct settings *settings, const char *path, struct err *err);

/* The known key that is closest to a misspelt one, or NULL. */
const char *settings_closest(const char *key);

#endif
