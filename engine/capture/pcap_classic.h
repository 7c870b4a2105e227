/*
 * Reads classic pcap files (the pcap-savefile manual page, and what libpcap makes of older and patched ones):
 * either byte order, microseconds or nanoseconds. What it takes and refuses is what libpcap does
 * (tests/property/test_classic_pcap.c); frames are lent where the file was read to, without a copy.
 *
 * One thread owns a reader.
 */
#ifndef SLUICE_CAPTURE_PCAP_CLASSIC_H
#define SLUICE_CAPTURE_PCAP_CLASSIC_H

#include "capture/byte_source.h"
#include "packet/frame.h"

struct pcap_classic;

/* Reads the file's header from `source`, which stays the caller's. 0, -ENOMEM, or -EBADMSG with *why: what is
 * wrong. */
int pcap_classic_new(struct byte_source *source, struct pcap_classic **out, const char **why);
void pcap_classic_free(struct pcap_classic *reader);

/* LINKTYPE_ of all frames. */
uint16_t pcap_classic_link_type(const struct pcap_classic *reader);

/* 1: *frame, its bytes in the source's window (see byte_source_hold) until the next call; 0: the end, or the
 * rest is damaged. */
int pcap_classic_next(struct pcap_classic *reader, struct frame *frame);

/* Why the file ended before it should; NULL when it did not. */
const char *pcap_classic_damage(const struct pcap_classic *reader);

#endif
