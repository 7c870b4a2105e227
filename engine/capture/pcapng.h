/*
 * pcapng files, block by block (draft-ietf-opsawg-pcapng). libpcap reads them too, but refuses a file whose
 * interfaces differ in link type or snapshot length; every pcapng file is therefore read here.
 *
 * One thread owns a reader; it borrows its byte source.
 */
#ifndef SLUICE_CAPTURE_PCAPNG_H
#define SLUICE_CAPTURE_PCAPNG_H

#include "capture/byte_source.h"
#include "packet/frame.h"

struct pcapng;

/* Whether a file that starts with these bytes is pcapng. */
bool pcapng_recognises(struct slice head);

/* NULL when memory is short. */
struct pcapng *pcapng_new(struct byte_source *source);
void pcapng_free(struct pcapng *reader);

/* 1: a frame, whose bytes are good until the next call; 0: the end. Damage is an end: see pcapng_damage.
 * -ENOMEM when memory is short. */
int pcapng_next(struct pcapng *reader, struct frame *frame);

/* NULL, or why the reader stopped before the end of the file. */
const char *pcapng_damage(const struct pcapng *reader);

#endif
