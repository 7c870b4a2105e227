/*
 * libsluice: replaying captures through the inspection engine.
 *
 * Everything of a run hangs on one struct sluice_replay; two of them share nothing, so that a process may
 * have any number, also at once. sluice_replay_run uses threads of its own; the callbacks come one at a time,
 * but not always from the calling thread. Strings that are handed in are copied.
 */
#ifndef SLUICE_H
#define SLUICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sluice_replay;

enum sluice_level { SLUICE_ERROR, SLUICE_WARNING, SLUICE_NOTICE, SLUICE_INFO };

struct sluice_refusal { /* a rule that was left out */
    const char *file, *message;
    unsigned line, column; /* from 1 */
    uint32_t sid;          /* 0: not known */
    bool unsupported;      /* the rule is right, but needs what is not built */
    const char *report;    /* several lines for a person, with the rule and a caret; ends with a newline */
};

struct sluice_progress {
    uint64_t bytes_done, bytes_total, packets, alerts; /* bytes_total is 0 when it is not known */
    double seconds;
};

struct sluice_callbacks { /* each may be NULL */
    void (*message)(void *ctx, enum sluice_level level, const char *text);
    void (*refused)(void *ctx, const struct sluice_refusal *refusal);
    void (*progress)(void *ctx, const struct sluice_progress *progress);
    void *ctx;
};

struct sluice_rule_count {
    uint32_t gid, sid;
    const char *message;
    uint64_t alerts;
};

/* A compiled database of patterns. */
struct sluice_database {
    const char *name; /* what is scanned: "http.uri to_server", "tcp streams to_client port 80" */
    uint32_t patterns;
    uint64_t bytes;
    bool cached; /* not compiled by this run */
};

struct sluice_summary {
    uint64_t files, packets, bytes, flows, alerts, warnings;
    uint32_t rules, refused, unsupported;
    double seconds, load_seconds;            /* replaying; reading and compiling the rules */
    const struct sluice_rule_count *by_rule; /* those that alerted, the most frequent first */
    size_t by_rule_count;
    const struct sluice_database *databases; /* of the ruleset, the largest first */
    size_t database_count;
    bool interrupted;
};

/* NULL when memory is short. `callbacks` is copied; NULL: none. */
struct sluice_replay *sluice_replay_new(const struct sluice_callbacks *callbacks);
void sluice_replay_free(struct sluice_replay *replay);

/* Each returns 0 or a negative errno; sluice_replay_error says what was wrong. */
int sluice_replay_config(struct sluice_replay *replay, const char *yaml_file);
int sluice_replay_set(struct sluice_replay *replay, const char *assignment); /* KEY=VALUE or NAME=VALUE */
int sluice_replay_add_rules(struct sluice_replay *replay, const char *file_or_folder);
int sluice_replay_add_capture(struct sluice_replay *replay, const char *file_or_folder);
int sluice_replay_eve(struct sluice_replay *replay, const char *file); /* "-": standard output */
int sluice_replay_text(struct sluice_replay *replay, const char *file, bool colour); /* alerts for a person */
int sluice_replay_filter(struct sluice_replay *replay, const char *filter);          /* libpcap syntax */
void sluice_replay_merge(struct sluice_replay *replay, bool merge);
void sluice_replay_threads(struct sluice_replay *replay, unsigned threads); /* 1 to 256 */

/*
 * Once. 0: ran to the end (or was stopped). Negative: -EINVAL for a setting or filter that is wrong; else
 * what could not be read or written. After an unreadable capture the others are still replayed.
 */
int sluice_replay_run(struct sluice_replay *replay);

/* Ends a run after the batch at hand. From any thread, or a signal handler. */
void sluice_replay_stop(struct sluice_replay *replay);

/* The last error as one or two lines of text; good until the next call. */
const char *sluice_replay_error(const struct sluice_replay *replay);

/* After the run; good until the replay is freed. */
const struct sluice_summary *sluice_replay_summary(const struct sluice_replay *replay);

const char *sluice_version(void);

#endif
