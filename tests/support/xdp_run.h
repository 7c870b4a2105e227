/*
 * The XDP program run on frames of ours with BPF_PROG_TEST_RUN: no interface is touched. Each run tells the
 * action, the metadata, and which counters moved. Nothing is pinned; everything goes with xdp_run_close.
 */
#ifndef SLUICE_TESTS_XDP_RUN_H
#define SLUICE_TESTS_XDP_RUN_H

#include <linux/bpf.h>
#include <stdbool.h>

#include "support/frames.h"
#include "verdict/steering.h"
#include "verdict/xdp_object.h"

struct xdp_run {
    struct xdp_object *object;
    struct sluice_port port; /* written before each run */
    struct steering steering;
    int sockets[2];
    struct bpf_object *egress; /* NULL until xdp_run_egress is called */
};

struct xdp_outcome {
    int action;
    int way;        /* the one way out; -1: none or several, which is a bug */
    uint64_t notes; /* a bit for each enum sluice_note, less SLUICE_WAYS */
    bool has_meta;
    struct sluice_meta meta;
    struct sluice_count counts[SLUICE_STATS]; /* since the run before */
};

/* 0, or the test is to be skipped: the reason has been printed. */
int xdp_run_open(struct xdp_run *run, enum xdp_form form);
int xdp_run_open_sized(struct xdp_run *run, enum xdp_form form, const struct xdp_sizes *sizes);
void xdp_run_close(struct xdp_run *run);

/* Takes what is in run->steering into the maps. */
void xdp_run_steer(struct xdp_run *run);

/* The engine has just been heard, or `age_ns` ago; a socket on queue 0. */
void xdp_run_heartbeat(struct xdp_run *run, uint64_t age_ns);
void xdp_run_silence(struct xdp_run *run);
void xdp_run_socket(struct xdp_run *run, bool there);
void xdp_run_peer(struct xdp_run *run, bool there);

struct xdp_outcome xdp_run_frame(struct xdp_run *run, const void *frame, size_t n);
struct xdp_outcome xdp_run_bytes(struct xdp_run *run, const struct frame_bytes *f);

/* What the tc program on egress does with it; segment_size: of segmentation offload, 0: none. */
struct xdp_outcome xdp_run_egress(struct xdp_run *run, const void *frame, size_t n, unsigned segment_size);

#define XDP_NOTED(outcome, name) (((outcome).notes >> (SLUICE_NOTE_##name - SLUICE_WAYS)) & 1)

#endif
